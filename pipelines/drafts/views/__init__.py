"""The pages of drafts: lists and beginnings, the form, the file, what it was, and the review."""
