"""Static files under names with a hash of their content, where modules import each other too."""

from __future__ import annotations

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./other.js"` to the hashed name: only those are served."""

    support_js_module_import_aggregation = True

    @cache  # noqa: B019 - there is one storage, for as long as the process lives
    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002
        """Named once by the manifest: it does not change while a process lives."""
        return str(super().url(name, force))
