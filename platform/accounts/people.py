"""Who is asking."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from accounts.models import User


def member(request: HttpRequest) -> User:
    """The account behind a request that a wall has let through; Django's types cannot know that it did."""
    return cast(User, request.user)
