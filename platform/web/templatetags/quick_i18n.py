"""Django's `i18n` tags, with a quick way for what nearly every `{% translate %}` of ours is: a fixed text.

Every page translates some fifty. Django makes each a lazy string, resolves it as a variable, and localises and
escapes it as a value; for a text that stands in the template none of this changes anything. Settings put this in the
place of `i18n`, so that templates are written as everywhere.
"""

from __future__ import annotations

from django.template import Context, Library, Node
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class FixedText(Node):
    """A text in the language of the page, looked up once for each. Percent signs are doubled in catalogues, as
    Django does it.
    """

    child_nodelists = ()

    def __init__(self, text: str) -> None:
        self.text = text.replace("%", "%%")
        self.said: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.said:
            self.said[language] = SafeString(gettext(self.text).replace("%%", "%"))
        return self.said[language]


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """As Django's tag, in every form of it."""
    bits = token.split_contents()
    said = parser.compile_filter(bits[1]) if len(bits) == 2 else None
    # The parser gives a constant text as it is, anything else as a variable to look up.
    if said is None or said.filters or not isinstance(said.var, str):
        return i18n.do_translate(parser, token)
    return FixedText(said.var)
