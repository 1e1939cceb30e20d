"""The drawn parts: the half disc in its sizes and the two-tone portrait. All decorate text beside them."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .names import initials

HIDDEN = 'aria-hidden="true" focusable="false"'


@lru_cache(maxsize=64)
def half(degrees: int = 0) -> SafeString:
    """The half disc of a slot. 0 fills the right side (starts on the hour), 180 the left (half past)."""
    turned = f' transform="rotate({int(degrees)} 12 12)"' if degrees else ""
    return SafeString(
        f'<svg class="half" viewBox="0 0 24 24" {HIDDEN}><circle cx="12" cy="12" r="9.5"/>'
        f'<path d="M12 2.5a9.5 9.5 0 0 1 0 19z"{turned}/></svg>'
    )


@lru_cache(maxsize=64)
def dial(degrees: int = 0) -> SafeString:
    """A clock face with its half hour lit, for a ticket."""
    turned = f' transform="rotate({int(degrees)} 48 48)"' if degrees else ""
    return SafeString(
        f'<svg class="dial" viewBox="0 0 96 96" {HIDDEN}><circle cx="48" cy="48" r="45"/>'
        f'<path d="M48 3a45 45 0 0 1 0 90z"{turned}/>'
        '<path class="ticks" d="M48 9v5M48 82v5M9 48h5M82 48h5"/></svg>'
    )


def moon() -> SafeString:
    """The half disc that hangs in the corner of a `.house`."""
    return SafeString(
        f'<svg class="moon" viewBox="0 0 48 48" {HIDDEN}><circle cx="24" cy="24" r="22"/>'
        '<path d="M24 2a22 22 0 0 1 0 44z"/></svg>'
    )


def mark() -> SafeString:
    """The mark in the header."""
    return SafeString(
        f'<svg class="half" viewBox="0 0 32 32" {HIDDEN}><circle cx="16" cy="16" r="13.5"/>'
        '<path d="M16 2.5a13.5 13.5 0 0 1 0 27z"/></svg>'
    )


@lru_cache(maxsize=4096)
def portrait(name: str, key: str, size: str = "", photo: str = "") -> SafeString:
    """A person's disc: their photo, or two tones and initials whose hue and angle follow from `key` for good.

    `key` is anything stable about the person (a slug, a public id); `size` is empty (3rem), s, l or xl.
    """
    sized = f" av-{size}" if size in {"s", "l", "xl"} else ""
    if photo:
        return format_html('<img class="avatar{}" src="{}" alt="" width="96" height="96" loading="lazy">', sized, photo)
    seed = crc32(str(key).encode())
    hue, angle = seed % 6 + 1, seed // 6 % 72 * 5
    return format_html(
        '<svg class="avatar av-{}{}" viewBox="0 0 96 96" aria-hidden="true" focusable="false">'
        '<circle cx="48" cy="48" r="48"/><path d="M48 0a48 48 0 0 1 0 96z" transform="rotate({} 48 48)"/>'
        '<text x="48" y="60">{}</text></svg>',
        hue, sized, angle, initials(name),
    )  # fmt: skip
