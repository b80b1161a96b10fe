"""Tell where F2_COOKIES says that the cookies are: in an installed browser, or in a file."""

from __future__ import annotations

from typing import NamedTuple

BROWSERS = ("firefox", "chrome", "chromium", "edge", "brave")


class BrowserSource(NamedTuple):
    """An installed browser whose cookies are read."""

    browser: str  # one of BROWSERS
    profile: str  # its name, or the path of its folder; "" = the one used last


def parse_browser_source(text: str) -> BrowserSource | None:
    """Return the browser that `firefox` or `firefox:PROFILE` names; None = this is a path.

    A file that has the name of a browser is `./firefox`.
    """
    browser, _, profile = text.partition(":")
    return BrowserSource(browser.lower(), profile) if browser.lower() in BROWSERS else None
