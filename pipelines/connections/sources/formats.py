"""Which format a file has, by its ending, as the engine reads it. Pure."""

from __future__ import annotations

ENDINGS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".tsv": "csv",
    ".tsv.gz": "csv",
    ".json": "json",
    ".json.gz": "json",
    ".jsonl": "json",
    ".jsonl.gz": "json",
    ".ndjson": "json",
    ".ndjson.gz": "json",
}
# The engine tells an array from lines by itself.
SAME = {"jsonl": "json"}


def format_of(path: str, said: str = "") -> str | None:
    """The format that the file says or its ending tells; None where neither does."""
    if said:
        return SAME.get(said, said)
    name = path.lower()
    return next((ENDINGS[ending] for ending in ENDINGS if name.endswith(ending)), None)
