"""Questions about transformations: their versions, and whether what a file names can be used."""

from pipelines.transformations.queries.parties import findings as party_findings
from pipelines.transformations.queries.parties import unfit
from pipelines.transformations.queries.versions import (
    against,
    lineage,
    of_a_release,
    others,
    rejections,
    transformation,
    transformations,
    version,
    versions,
)

__all__ = [
    "against",
    "lineage",
    "of_a_release",
    "others",
    "party_findings",
    "rejections",
    "transformation",
    "transformations",
    "unfit",
    "version",
    "versions",
]
