"""Share options, identity and archive between all parts of one crawl."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from f2scrapy.api.http_client import HttpClient
from f2scrapy.api.identity import Identity
from f2scrapy.api.identity_options import build_identity
from f2scrapy.archive.archive import Archive
from f2scrapy.config.file import extra_values, read_defaults
from f2scrapy.config.options import NAMES, Options, parse_options
from f2scrapy.crawl.addon import get_user_file
from f2scrapy.crawl.identity_gate import IdentityGate
from f2scrapy.platforms import find_platform

_OPTIONS: WeakKeyDictionary[Crawler, Options] = WeakKeyDictionary()
_IDENTITIES: WeakKeyDictionary[Crawler, Identity] = WeakKeyDictionary()
_GATES: WeakKeyDictionary[Crawler, IdentityGate] = WeakKeyDictionary()
_CLIENTS: WeakKeyDictionary[Crawler, HttpClient] = WeakKeyDictionary()
_ARCHIVES: WeakKeyDictionary[Crawler, Archive] = WeakKeyDictionary()


def get_options(crawler: Crawler) -> Options:
    """Return the options of this crawl, parsed at the first call.

    Raises:
        InputError: a name is unknown, or a value cannot be used.
    """
    if crawler not in _OPTIONS:
        _OPTIONS[crawler] = parse_settings(crawler.settings)
    return _OPTIONS[crawler]


def get_given_options(crawler: Crawler) -> dict[str, Any]:
    """Return the options of this crawl by their F2_… names, for parts that parse them again."""
    settings = crawler.settings
    return {name: settings[name] for name in NAMES if settings[name] is not None}


def set_identity(crawler: Crawler, options: Options, cookie: str | None) -> None:
    """Use the identity of other options in this crawl; `cookie` replaces theirs, None = no change.

    Raises:
        InputError: the cookies cannot be used.
    """
    if cookie is not None:
        options = options.model_copy(update={"cookie": cookie, "cookies": ""})
    platform = find_platform(crawler.spidercls.name)
    _IDENTITIES[crawler] = build_identity(options, platform, uses_login=cookie is None)


def parse_settings(settings: BaseSettings) -> Options:
    """Return the options in Scrapy's settings.

    Raises:
        InputError: a name is unknown, or a value cannot be used.
    """
    given = {name: settings[name] for name in settings if name.startswith("F2_")}
    file = get_user_file(settings)
    return parse_options(read_defaults() | given, **extra_values(file))


def get_identity(crawler: Crawler) -> Identity:
    """Return the one identity of this crawl on the spider's platform.

    Raises:
        InputError: the cookies cannot be used, or the spider belongs to no platform.
    """
    if crawler not in _IDENTITIES:
        platform = find_platform(crawler.spidercls.name)
        _IDENTITIES[crawler] = build_identity(get_options(crawler), platform)
    return _IDENTITIES[crawler]


def use_identity(crawler: Crawler, identity: Identity) -> None:
    """Use this identity in the crawl."""
    _IDENTITIES[crawler] = identity


def get_gate(crawler: Crawler) -> IdentityGate:
    """Return the gate that all requests of this crawl's identity pass."""
    return _GATES.setdefault(crawler, IdentityGate())


def get_http_client(crawler: Crawler) -> HttpClient:
    """Return the connections of this crawl's identity; the download handler closes them.

    Raises:
        InputError: see `get_identity`.
    """
    if crawler not in _CLIENTS:
        _CLIENTS[crawler] = HttpClient(
            get_identity(crawler),
            sandbox=get_options(crawler).sandbox,
            verify=crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"),
            find_proxy=lambda _: None,  # a request brings that of `ProxyMiddleware`
        )
    return _CLIENTS[crawler]


async def close_http_client(crawler: Crawler) -> None:
    """Close the connections of this crawl's identity, if there are any."""
    if client := _CLIENTS.pop(crawler, None):
        await client.close()


def get_archive(crawler: Crawler) -> Archive:
    """Return the one archive of this crawl; it is closed when the engine has stopped.

    Raises:
        InputError: its file cannot be used.
    """
    if crawler not in _ARCHIVES:
        options = get_options(crawler)
        trusting = options.trust_archive
        archive = Archive(
            options.archive_place,
            options.path,
            trusting=trusting,
            blocking=False,
            limits=options.limits,
        )
        crawler.signals.connect(archive.close, signals.engine_stopped)
        _ARCHIVES[crawler] = archive
    return _ARCHIVES[crawler]
