"""Static files for production: hashed names that can be kept for ever, compressed once."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SOURCE_MAP = re.compile(rb"/\*#\s*sourceMappingURL=[^*]*\*/\s*$")
IMPORTS: Any = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage that also rewrites `import` between our own ES modules.

    Only ours: a packaged script names, in a comment, a module that it does not carry.
    """

    support_js_module_import_aggregation = True
    _urls: dict[str, str] | None = None
    _js_module_import_aggregation_patterns = ("halfhour/*.js", IMPORTS[1])

    def url(self, name: str, force: bool = False) -> str:
        """Worked out once: the manifest is read when the process begins, and every page asks for a dozen."""
        if self._urls is None:
            self._urls = {}
        return self._urls.get(name) or self._urls.setdefault(name, super().url(name, force))

    def _save(self, name: str, content: Any) -> str:
        """Style sheets are kept without a pointer to a source map: packaged ones don't carry the map."""
        if name.endswith(".css"):
            content.seek(0)  # it was read already, to make the hash
            content = ContentFile(SOURCE_MAP.sub(b"", content.read()), name=name)
        return super()._save(name, content)
