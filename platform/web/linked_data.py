"""JSON-LD (schema.org) inside a page, as search engines read it."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

# As JSON escapes, these can neither close the script element nor begin a comment (HTML Standard, 4.12.1.3).
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def linked_data(said: dict[str, Any]) -> SafeString:
    """`said` for a script element of type application/ld+json, whatever words people put into it."""
    return mark_safe(json.dumps(said, ensure_ascii=False).translate(ESCAPES))
