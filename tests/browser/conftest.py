"""A browser, the site on a port of its own, and windows that remember every fault they met."""

from tests.browser.fixtures import browser, demo, page, server, site, visit

__all__ = ["browser", "demo", "page", "server", "site", "visit"]
