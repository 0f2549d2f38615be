"""Questions about drafts: in lists, and everything that the page of one says."""

from pipelines.drafts.queries.deliveries import takers
from pipelines.drafts.queries.lists import (
    before,
    begun_by,
    draft,
    drafts,
    filtered,
    history,
    newer_version,
    open_of,
    others_at,
    revision,
    same_name,
    to_begin_from,
)
from pipelines.drafts.queries.pages import Page

__all__ = [
    "Page",
    "before",
    "begun_by",
    "draft",
    "drafts",
    "filtered",
    "history",
    "newer_version",
    "open_of",
    "others_at",
    "revision",
    "same_name",
    "takers",
    "to_begin_from",
]
