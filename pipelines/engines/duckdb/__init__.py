"""DuckDB as a sandbox: a client that speaks to a zygote, which forks one confined child per job."""
