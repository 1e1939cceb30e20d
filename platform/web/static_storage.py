"""Static files for production: hashed names that can be kept for ever, compressed once."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SOURCE_MAP = re.compile(rb"/\*#\s*sourceMappingURL=[^*]*\*/\s*$")


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage that also rewrites `import` between our ES modules."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: Any) -> str:
        """Style sheets are kept without a pointer to a source map: packaged ones don't carry the map."""
        if name.endswith(".css"):
            content = ContentFile(SOURCE_MAP.sub(b"", content.read()), name=name)
        return super()._save(name, content)
