"""Check a run before it begins: options, arguments, and the places it will write to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path, PureWindowsPath
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from w3lib.url import file_uri_to_path

from f2scrapy.api.proxy import check as check_proxies
from f2scrapy.config.file import read_defaults
from f2scrapy.config.options import Options, parse_options
from f2scrapy.crawl.shared import get_archive, get_identity, get_options
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import InputError

_PLACES = ("F2_REPORT", "F2_PATH", "F2_ARCHIVE", "F2_COOKIES", "F2_CONFIG")
_NEEDS = {"s3": "boto3", "gs": "google.cloud.storage"}  # what Scrapy stores feeds with


def check_run(crawler: Crawler, values: Mapping[str, str]) -> None:
    """Find what is wrong with a run before anything is asked of a platform; `values` are for -a.

    All that is built on the way (options, spider, identity, archive) is the crawl's.

    Raises:
        InputError: an option, an argument or a place to write to cannot be used.
    """
    options, settings = get_options(crawler), crawler.settings
    if settings["JOBDIR"]:
        raise InputError("JOBDIR: leave it out; the archive knows what is missing")
    if issubclass(crawler.spidercls, ApiSpider):
        crawler.spidercls.prepare(crawler, **values)
        get_identity(crawler)
    check_proxies(options.sandbox)
    check_outputs(options, settings)
    get_archive(crawler)


def check_outputs(options: Options, settings: BaseSettings) -> None:
    """Try F2_PATH, F2_REPORT and each feed; nothing is left of it.

    Raises:
        InputError: one of them cannot be written, or is the file of another one.
    """
    _try(f"F2_PATH={options.path}", options.path, folder=True)
    taken = _taken(options)
    if options.report:
        _check_report(options.report, taken)
    storages = settings.getwithbase("FEED_STORAGES")
    for uri, feed in settings.getdict("FEEDS").items():
        path = _feed(str(uri), feed, storages)
        if path:
            _try(str(uri), path)
            _alone(str(uri), path, taken)


def find_report(settings: BaseSettings) -> Path | None:
    """Return F2_REPORT where it can be written although the run does not begin; None = nowhere."""
    places = {name: settings[name] for name in _PLACES}
    try:
        options = parse_options(read_defaults() | places)
        feeds = {_resolved(_path(str(uri))): "a feed" for uri in settings.getdict("FEEDS")}
        if options.report:
            _check_report(options.report, _taken(options) | feeds)
        return options.report
    except InputError:
        return None


def shown(uri: str) -> str:
    """A feed's address without what logs somebody in."""
    return re.sub(r"(?<=://)[^/@]*@", "", uri)


def _taken(options: Options) -> dict[Path, str]:
    """Return the files of a run that are neither report nor feed, and what they are."""
    mine = {"F2_COOKIES": options.cookies, "F2_CONFIG": options.config}
    read = {_resolved(path): name for name, path in mine.items() if path}
    return {_resolved(options.archive_path): "the archive"} | read


def _check_report(path: Path, taken: dict[Path, str]) -> None:
    _try(f"F2_REPORT={path}", path)
    _alone(f"F2_REPORT={path}", path, taken)


def _feed(uri: str, options: Mapping[str, Any], storages: Mapping[str, Any]) -> Path | None:
    """The feed's file; None = it is none of this machine."""
    scheme = "" if PureWindowsPath(uri).drive else urlsplit(uri).scheme
    if scheme not in storages:
        raise InputError(f"{shown(uri)}: feeds go to a path, or to {', '.join(storages)}")
    try:
        import_module(_NEEDS.get(scheme, "scrapy"))
    except ImportError as error:
        raise InputError(f"{shown(uri)}: needs the Python package {error.name}") from None
    if scheme not in ("", "file"):
        return None
    path = _path(uri)
    appends = not options.get("overwrite") and options.get("format") == "json"
    if appends and path.is_file() and path.stat().st_size:
        raise InputError(f"{uri}: cannot be appended to; use .jsonl, or -O to write it anew")
    return path


def _path(uri: str) -> Path:
    return Path(file_uri_to_path(uri) if uri.startswith("file:") else uri)


def _alone(what: str, place: Path, taken: dict[Path, str]) -> None:
    place = _resolved(place)
    if place in taken:
        raise InputError(f"{what}: this is the file of {taken[place]}; name another one")
    if place.is_file() or not place.exists():  # a pipe or device takes what comes
        taken[place] = what


def _resolved(place: str | Path) -> Path:
    return _at_home(place).resolve()


def _at_home(place: str | Path) -> Path:
    try:
        return Path(place).expanduser()
    except RuntimeError:
        raise InputError(f"{place}: the home folder of that user is not known") from None


def _try(what: str, place: Path, *, folder: bool = False) -> None:
    place = _at_home(place)
    try:
        there = next(p for p in (place, *place.absolute().parents) if p.exists())
        if folder or there != place:
            TemporaryFile(dir=there).close()
        elif there.is_file() or there.is_dir():
            there.open("ab").close()  # as it is; a pipe would wait for its reader
    except OSError as error:
        raise InputError(f"{what}: no file can be written there ({error.strerror})") from None
