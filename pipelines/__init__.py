"""What runs: transformations of data, their runs in a sandbox, and what clients were given."""
