"""A browser, the site on a port of its own, and windows that remember every fault they met."""

from tests.browser.fixtures import browser, page, server, site, visit

__all__ = ["browser", "page", "server", "site", "visit"]
