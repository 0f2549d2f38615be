"""The pages of runs: lists, one run while it goes, its rows, and what people ask of it."""
