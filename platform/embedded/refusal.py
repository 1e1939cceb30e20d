"""The one way the embedded servers say no."""

from __future__ import annotations


class Refused(Exception):
    """The servers cannot be started, and the message says why and what to do, in a sentence for a person."""
