"""From the bytes of a file to text: encodings, byte-order marks, and what is no text at all."""

from __future__ import annotations

import codecs
import re
import unicodedata

from django.utils.translation import gettext as _

LARGEST = 2 * 1024 * 1024
"""Bytes. The longest article anybody sent so far is a fiftieth of it."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"{\\rtf",
    b"\x7fELF",
)
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,80}encoding=["']([\w.:-]+)""", re.I
)
_INVISIBLE = dict.fromkeys(
    [*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F, *range(0x80, 0x85), *range(0x86, 0xA0), 0xAD, 0x200B,
    0x200E, 0x200F, 0x2060, 0xFEFF,
     0xFFFD, *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF,
     *range(0xD800, 0xE000)]
)  # fmt: skip


class Refused(Exception):
    """The file cannot become an article; the message is a sentence for the person who sent it."""


def decode(data: bytes) -> str:
    """Text with "\\n" line ends, in NFC, without invisible characters.

    Raises Refused for an empty, oversized or binary file.
    """
    if len(data) > LARGEST:
        raise Refused(_("This file is larger than 2 MB. Send the text of one article."))
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise Refused(_("This file is empty."))
    if data.startswith(_MAGIC):
        raise Refused(_("This is not a text file. Save the article as plain text, Markdown or HTML and try again."))
    text = _decoded(data)
    if _is_binary(text):
        raise Refused(_("This is not a text file. Save the article as plain text, Markdown or HTML and try again."))
    text = re.sub(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n", text)
    text = text.translate(_INVISIBLE)
    text = re.sub(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f]", " ", text)
    return unicodedata.normalize("NFC", text)


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    for encoding, zeros in (("utf-16-le", data[1:400:2]), ("utf-16-be", data[0:400:2])):
        if len(zeros) > 3 and zeros.count(0) > 0.6 * len(zeros):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _by_charset(data)


def _by_charset(data: bytes) -> str:
    """Not UTF-8: the charset that the page names, else Windows-1252 as browsers read it (WHATWG Encoding)."""
    named = _CHARSET.search(data[:2048])
    if named is not None:
        name = (named[1] or named[2]).decode("ascii", "ignore").lower()
        try:
            if name not in ("utf-8", "utf8", "iso-8859-1", "latin1") and codecs.lookup(name)._is_text_encoding:
                return data.decode(name, errors="replace")
        except (LookupError, AttributeError):
            pass
    damaged = data.decode("utf-8", errors="replace")
    if damaged.count("�") <= len(re.findall(r"[^\x00-\x7f�]", damaged)) // 20:
        return damaged
    return data.decode("cp1252", errors="replace")


def _is_binary(text: str) -> bool:
    sample = text[:20_000]
    odd = sum(1 for letter in sample if ord(letter) < 9 or 13 < ord(letter) < 32 or letter == "�")
    return "\x00" in sample.rstrip("\x00") or odd > 0.02 * len(sample)
