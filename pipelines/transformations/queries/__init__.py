"""Questions about transformations: their versions, and whether what a file names can be used."""

from pipelines.transformations.queries.parties import findings as party_findings
from pipelines.transformations.queries.versions import (
    lineage,
    rejections,
    transformations,
    version,
    versions,
)

__all__ = [
    "lineage",
    "party_findings",
    "rejections",
    "transformations",
    "version",
    "versions",
]
