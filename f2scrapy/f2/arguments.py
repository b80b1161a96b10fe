"""Read F2's `kwargs`: options for f2scrapy, a session, the arguments of a spider."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from f2scrapy.api.session import Session
from f2scrapy.f2.log.logger import logger

_OPTIONS = {  # name in kwargs → our option
    "path": "F2_PATH",
    "naming": "F2_NAMING",
    "folderize": "F2_FOLDERIZE",
    "max_retries": "F2_RETRIES",
    "max_tasks": "F2_MEDIA_CONCURRENCY",
}
_EXTRAS = ("music", "cover", "desc", "lyric")  # files beside video and pictures
_HANDLED = {  # read elsewhere
    *_OPTIONS, *_EXTRAS, "cookie", "proxies", "timeout", "headers", "mode", "url", "interval",
    "max_counts", "page_counts", "max_cursor", "keyword", "show_message",
}  # fmt: skip
_MEANINGLESS = {
    "languages": "messages are English",
    "max_connections": "the browser profile decides; max_tasks limits the files at once",
    "update_config": "there is f2scrapy.yaml",
    "init_config": "there is f2scrapy.yaml",
    "auto_cookie": "give cookie, or F2_COOKIES",
    "config": "there is f2scrapy.yaml",
    "app_name": "the class names the platform",
}


@cache
def warn_once(text: str) -> None:
    """Log a warning, the first time in this process."""
    logger.warning("%s", text)


def read_options(kwargs: Mapping[str, Any]) -> dict[str, str]:
    """Return the F2_… options that `kwargs` set; others are left to environment and f2scrapy.yaml.

    Names without a meaning here are logged as warnings, once each.
    """
    _warn_of_unused(kwargs)
    given = {name: value for name, value in kwargs.items() if value not in (None, "")}
    return {ours: _to_text(given[name]) for name, ours in _OPTIONS.items() if name in given}


def choose_media(kwargs: Mapping[str, Any]) -> str:
    """Return F2_MEDIA: video and pictures, and what `kwargs` switch on, as in F2."""
    return ",".join(["video", "image", "live_photo", *filter(kwargs.get, _EXTRAS)])


def open_session(platform: str, kwargs: Mapping[str, Any], *, guest: bool = False) -> Session:
    """Return a session with the cookie, the proxy, the timeout and the options in `kwargs`.

    Raises:
        InputError: one of them cannot be used.
    """
    words = read_options(kwargs) | read_connection(kwargs)
    session = Session(platform, guest=guest, **words)
    session.timeout = float(kwargs.get("timeout") or session.timeout)
    return session


def read_connection(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return cookie and proxy, the keywords of a Session, a crawl or a download."""
    return {"cookie": read_cookie(kwargs), "proxy": read_proxy(kwargs)}


def read_cookie(kwargs: Mapping[str, Any]) -> str | None:
    """Return the Cookie header; None = F2_COOKIES and F2_COOKIE decide.

    The documentation's placeholder, YOUR_COOKIE_HERE, is none.
    """
    cookie = kwargs.get("cookie") or (kwargs.get("headers") or {}).get("Cookie")
    if cookie and "=" not in cookie:
        warn_once("cookie: this is no Cookie header; F2_COOKIES or F2_COOKIE is taken, if set")
    return str(cookie) if cookie and "=" in cookie else None


def read_proxy(kwargs: Mapping[str, Any]) -> str:
    """Return the proxy for all addresses; "" = that of the environment."""
    names = ("https://", "https", "http://", "http")
    return str(next(filter(None, map((kwargs.get("proxies") or {}).get, names)), ""))


def _warn_of_unused(kwargs: Mapping[str, Any]) -> None:
    for name in kwargs:
        if name in _MEANINGLESS:
            warn_once(f"{name} has no meaning here: {_MEANINGLESS[name]}")
        elif name not in _HANDLED:
            warn_once(f"{name} is not an argument of F2's documentation; it is not used")
    if (kwargs.get("headers") or {}).keys() - {"Cookie"}:
        warn_once(
            "headers are not sent: others than those of the browser profile contradict its TLS "
            "handshake; change the profile under client: in f2scrapy.yaml"
        )


def _to_text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
