"""How long staged results are kept, and what is tidied."""
