"""Check options, arguments and output files of a run before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.utils.project import data_path
from w3lib.url import file_uri_to_path

from f2scrapy.api.proxy import check_proxies, switch_off_proxies
from f2scrapy.browser.installed import find_browser
from f2scrapy.browser.launch import find_endpoint, require_browser, require_driver
from f2scrapy.config.cookie_source import parse_browser_source
from f2scrapy.config.file import read_defaults
from f2scrapy.config.options import Options, check_path_text, parse_options
from f2scrapy.crawl.feed_checks import check_feeds, hide_credentials
from f2scrapy.crawl.feed_formats import PACKAGES
from f2scrapy.crawl.shared import get_archive, get_identity, get_options
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import InputError

_PATH_OPTIONS = ("F2_REPORT", "F2_PATH", "F2_ARCHIVE", "F2_COOKIES", "F2_LOGIN", "F2_CONFIG")
_STORAGE_PACKAGES = {"s3": "boto3", "gs": "google.cloud.storage"}  # of Scrapy's feed storages


def check_run(crawler: Crawler, values: Mapping[str, str]) -> None:
    """Check a run before the first request; `values` are the arguments (-a).

    The crawl uses the options, spider, identity and archive that are built here.

    Raises:
        InputError: an option, an argument or an output file cannot be used.
        Refused: no identity of the pool is free.
    """
    options, settings = get_options(crawler), crawler.settings
    if settings["JOBDIR"]:
        raise InputError("JOBDIR: leave it out; the archive knows what is missing")
    if not settings.getbool("HTTPPROXY_ENABLED"):
        switch_off_proxies()  # of streams, chat and notifications, too
    if settings["LOG_FILE"]:
        what = f"LOG_FILE={settings['LOG_FILE']}"
        _try_writing(what, _check_path(what, Path(settings["LOG_FILE"])))
    if issubclass(crawler.spidercls, ApiSpider):
        crawler.spidercls.prepare(crawler, **values)
        check_proxies(options.sandbox, get_identity(crawler).profile.hosts)
    _check_browser(options)
    if settings.getbool("HTTPCACHE_ENABLED"):
        what = f"HTTPCACHE_DIR={settings['HTTPCACHE_DIR']}"
        _try_writing(what, Path(data_path(settings["HTTPCACHE_DIR"])), folder=True)
    check_outputs(options, settings)
    check_feeds(crawler, values)
    check_store(options)
    get_archive(crawler)
    if options.identity and issubclass(crawler.spidercls, ApiSpider):
        from f2scrapy.crawl.lease import take_lease  # noqa: PLC0415 - it brings encryption

        take_lease(crawler, datetime.now(UTC))  # last: a run that does not begin holds none


def _check_browser(options: Options) -> None:
    """Check that there is the browser that the user wants to be used.

    Raises:
        InputError: there is none.
    """
    if options.browser_cdp and options.browser != "no":
        find_endpoint(options.browser_cdp)
        require_driver(options)
    elif options.browser in ("lend", "yes"):
        require_browser(options)
    elif options.browser == "auto":
        find_browser(options.browser_path)


def check_store(options: Options) -> None:
    """Check F2_PUBLISH and the options that go with it; no connection is made.

    Raises:
        InputError: the store's library is missing, or an option cannot be used.
    """
    address = options.store_address
    if address is None and not options.keep_local:
        raise InputError("F2_KEEP_LOCAL=no: files must go to a store first; set F2_PUBLISH, too")
    if options.link and not options.keep_local:
        raise InputError("F2_LINK: links are to files on disk; leave out F2_KEEP_LOCAL=no")
    if address is not None:
        from f2scrapy.store.opening import open_store  # noqa: PLC0415 - most runs have none

        open_store(address).close()


def check_outputs(options: Options, settings: BaseSettings) -> None:
    """Check that F2_PATH, F2_REPORT and each feed can be written, and are different files.

    Raises:
        InputError: one cannot be written, or has the file of another.
    """
    _try_writing(f"F2_PATH={options.path}", options.path, folder=True)
    taken = _list_taken_files(options)
    if options.report:
        _check_report(options.report, taken)
    storages = settings.getwithbase("FEED_STORAGES")
    for uri, feed in settings.getdict("FEEDS").items():
        path = _find_feed_path(str(uri), feed, storages)
        if path:
            _try_writing(str(uri), path)
            _reserve(str(uri), path, taken)


def find_report(settings: BaseSettings) -> Path | None:
    """Return the path of F2_REPORT for a run that does not begin; None = it cannot be written."""
    paths = {name: settings[name] for name in _PATH_OPTIONS if _is_usable(name, settings[name])}
    try:
        options = parse_options(read_defaults() | paths)
        feeds = {_resolve(_to_path(str(uri))): "a feed" for uri in settings.getdict("FEEDS")}
        if options.report:
            _check_report(options.report, _list_taken_files(options) | feeds)
        return options.report
    except InputError:
        return None


def _is_usable(name: str, value: Any) -> bool:
    try:
        parse_options(read_defaults() | {name: value})
    except InputError:
        return False
    return True


def _list_taken_files(options: Options) -> dict[Path, str]:
    """Return the files of a run that are neither report nor feed, with their names for users."""
    cookies = "" if parse_browser_source(options.cookies) else options.cookies
    inputs = {"F2_COOKIES": cookies, "F2_CONFIG": options.config, "F2_LOGIN": options.login_path}
    read = {_resolve(path): name for name, path in inputs.items() if path}
    archive = options.archive_place
    return ({_resolve(archive): "the archive"} if isinstance(archive, Path) else {}) | read


def _check_report(path: Path, taken: dict[Path, str]) -> None:
    _try_writing(f"F2_REPORT={path}", path)
    _reserve(f"F2_REPORT={path}", path, taken)


def _find_feed_path(
    uri: str, options: Mapping[str, Any], storages: Mapping[str, Any]
) -> Path | None:
    """Return the file of a feed; None = it is not on this machine.

    Raises:
        InputError: its storage is not available, or its file cannot be appended to.
    """
    scheme = "" if PureWindowsPath(uri).drive else urlsplit(uri).scheme
    if scheme not in storages:
        raise InputError(
            f"{hide_credentials(uri)}: feeds go to a path, or to {', '.join(storages)}"
        )
    try:
        import_module(_STORAGE_PACKAGES.get(scheme, "scrapy"))
    except ImportError as error:
        raise InputError(
            f"{hide_credentials(uri)}: needs the Python package {error.name}"
        ) from None
    if scheme not in ("", "file"):
        return None
    path = _check_path(uri, _to_path(uri))
    appends = not options.get("overwrite") and options.get("format") in ("json", "xml", *PACKAGES)
    if appends and path.is_file() and path.stat().st_size:
        raise InputError(f"{uri}: cannot be appended to; use .jsonl, or -O to overwrite it")
    return path


def _check_path(what: str, path: Path) -> Path:
    try:
        check_path_text(str(path))
    except ValueError as error:
        raise InputError(f"{what}: {error}") from None
    return path


def _to_path(uri: str) -> Path:
    return Path(file_uri_to_path(uri) if uri.startswith("file:") else uri)


def _reserve(what: str, place: Path, taken: dict[Path, str]) -> None:
    """Add a file to `taken`.

    Raises:
        InputError: it is taken.
    """
    place = _resolve(place)
    if place in taken:
        raise InputError(f"{what}: this is the file of {taken[place]}; name another one")
    if place.is_file() or not place.exists():  # pipes and devices may be shared
        taken[place] = what


def _resolve(place: str | Path) -> Path:
    return _expand_home(place).resolve()


def _expand_home(place: str | Path) -> Path:
    try:
        return Path(place).expanduser()
    except RuntimeError:
        raise InputError(f"{place}: the home folder of that user is not known") from None


def _try_writing(what: str, place: Path, *, folder: bool = False) -> None:
    place = _expand_home(place)
    try:
        existing = next(p for p in (place, *place.absolute().parents) if p.exists())
        for name in place.parts:  # too long ones are not found out otherwise
            with suppress(FileNotFoundError, NotADirectoryError):
                (existing / name).lstat()
        if folder or existing != place:
            TemporaryFile(dir=existing).close()
        elif existing.is_file() or existing.is_dir():
            existing.open("ab").close()  # unchanged; a pipe would wait for its reader
    except OSError as error:
        raise InputError(f"{what}: no file can be written there ({error.strerror})") from None
