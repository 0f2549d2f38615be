"""Static files under names with a hash of their content, where modules import each other too."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Rewrites `import … from "./other.js"` to the hashed name: only those are served."""

    support_js_module_import_aggregation = True
