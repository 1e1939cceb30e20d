"""Servers that help two browsers reach each other in a video room. None are asked unless the operator names them."""

from django.core.exceptions import ImproperlyConfigured

from config.environment import env, read

STUN_URLS = read(env.list, "STUN_URLS", [])
TURN_URLS = read(env.list, "TURN_URLS", [])
TURN_SECRET = read(env.str, "TURN_SECRET", "")

for name, urls, schemes in (
    ("STUN_URLS", STUN_URLS, ("stun:", "stuns:")),
    ("TURN_URLS", TURN_URLS, ("turn:", "turns:")),
):
    if wrong := [url for url in urls if not url.startswith(schemes)]:
        raise ImproperlyConfigured(f"{name}: {wrong[0]!r} must begin with {' or '.join(schemes)} (RFC 7064, RFC 7065).")
if bool(TURN_URLS) != bool(TURN_SECRET):
    raise ImproperlyConfigured("TURN_URLS and TURN_SECRET: set both or neither; the secret is the one your server has.")
