"""The catalog from elsewhere over the API."""

from portal.entities.api.described import CheckFile, Entities, EntityFindings
from portal.entities.api.sourced import CatalogSources

__all__ = ["CatalogSources", "CheckFile", "Entities", "EntityFindings"]
