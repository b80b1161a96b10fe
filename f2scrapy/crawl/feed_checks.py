"""Check the feeds of a run before it begins: formats, addresses, fields and storages."""

from __future__ import annotations

import codecs
import ftplib
import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import (
    FeedExporter,
    FileFeedStorage,
    FTPFeedStorage,
    apply_uri_params,
)
from scrapy.utils.misc import build_from_crawler, load_object

from f2scrapy.crawl.exporters import PLATFORM, CsvExporter, list_columns
from f2scrapy.crawl.feed_files import BEGIN
from f2scrapy.crawl.feed_formats import PACKAGES
from f2scrapy.crawl.shared import get_options
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import InputError
from f2scrapy.model.item import Item
from f2scrapy.text import describe_unknown, make_visible

_FTP_S = 15  # to connect, and to log in
_OPTIONS = (  # of a feed, by Scrapy 2.19; plugins may have others
    "format", "batch_item_count", "encoding", "fields", "indent", "item_classes", "item_filter",
    "item_export_kwargs", "overwrite", "store_empty", "uri_params", "postprocessing",
)  # fmt: skip
_SQLITE = b"SQLite format 3\0"  # the first bytes of each such file
_ALIKE = 0.8  # of two names, as difflib measures it
_MOMENTS = ("time", "batch_time", "batch_id")  # that Scrapy adds


def check_feeds(crawler: Crawler, values: Mapping[str, str]) -> None:
    """Check the options of feeds: Scrapy logs a fault in one, and then writes no row.

    `values` are the arguments of the spider (-a), which addresses of feeds may name.

    Raises:
        InputError: one cannot be used.
    """
    settings = crawler.settings
    feeds = dict(settings.getdict("FEEDS"))
    if settings["FEED_URI"]:  # its older form
        feeds[settings["FEED_URI"]] = {"format": settings["FEED_FORMAT"]}
    for uri, feed in feeds.items():
        _check_feed(str(uri), feed, crawler)
    reasons = _Reasons()
    scrapy_logger = logging.getLogger(FeedExporter.__module__)
    scrapy_logger.addHandler(reasons)
    propagates, scrapy_logger.propagate = scrapy_logger.propagate, False
    try:
        exporter = FeedExporter(crawler)
        complete, kinds = exporter.feeds, exporter.exporters
    except NotConfigured:
        if reasons.texts:
            raise InputError(f"FEEDS: {reasons.texts[-1]}") from None
        complete, kinds = {}, {}  # there are no feeds
    except Exception as error:  # of classes and options that the user names
        why = hide_credentials(f"{type(error).__name__}: {error}")
        raise InputError(f"FEEDS: {why}") from error
    finally:
        scrapy_logger.propagate = propagates
        scrapy_logger.removeHandler(reasons)
    for uri, feed in complete.items():
        _check_address(uri, feed, crawler.spidercls, values)
        _check_content(uri, feed, crawler.spidercls)
        if issubclass(crawler.spidercls, ApiSpider):
            exporter = _check_exporter(uri, feed, kinds[feed["format"]], crawler)
            if isinstance(exporter, CsvExporter):
                _check_headers(uri, feed, exporter, crawler.spidercls)
            _check_database(uri, feed)
        _check_storage(uri, feed, crawler)


class _Reasons(logging.Handler):
    """Collects the texts of log records."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(hide_credentials(record.getMessage()))


def _check_feed(uri: str, feed: Any, crawler: Crawler) -> None:
    """Check the format and the encoding of a feed, and that the run gives rows.

    A plan would leave an empty file, or put one in place of rows.

    Raises:
        InputError: there is no such format or encoding, or F2_PLAN gives no rows.
    """
    where, settings, plan = hide_credentials(uri), crawler.settings, get_options(crawler).plan
    if plan in ("formats", "files") and issubclass(crawler.spidercls, ApiSpider):
        raise InputError(f"F2_PLAN={plan} gives no rows for {where}: leave out one of both")
    if not isinstance(feed, Mapping):
        raise InputError(f'FEEDS: {where}: want its options, such as {{"format": "jsonl"}}')
    valid = [name for name, kind in settings.getwithbase("FEED_EXPORTERS").items() if kind]
    form = feed.get("format")
    if form not in valid:
        raise InputError(f"{where}: {describe_unknown(f'format {form}', str(form), valid)}")
    package = PACKAGES.get(str(form))
    if package and not find_spec(package):
        raise InputError(f"{where}: needs the Python package {package}: the extra {form}")
    encoding = feed.get("encoding") or settings["FEED_EXPORT_ENCODING"] or "utf-8"
    try:
        codecs.lookup(encoding)
    except (LookupError, TypeError, ValueError):
        raise InputError(f"{where}: the encoding {encoding} is not known") from None


class _Names(defaultdict[str, int]):
    """Takes every name in the address of a feed, and remembers it."""

    def __init__(self) -> None:
        super().__init__(int)


def _check_address(
    uri: str, feed: Mapping[str, Any], spider: type[Spider], values: Mapping[str, str]
) -> None:
    """Check the names in an address such as `works-%(time)s.jsonl`.

    Names of a user's own spider may exist only later, as attributes of its object.

    Raises:
        InputError: there is no such name, or FEED_URI_PARAMS cannot be loaded.
    """
    if feed["uri_params"]:
        _load(f"FEED_URI_PARAMS={feed['uri_params']}", feed["uri_params"])
        return
    names = _Names()
    try:
        apply_uri_params(uri, names)
    except (TypeError, ValueError) as error:
        raise InputError(f"{hide_credentials(uri)}: {error}") from None
    unknown = sorted(names.keys() - {*dir(spider), *values, *_MOMENTS})
    if issubclass(spider, ApiSpider) and unknown:
        usual = ["name", *values, *_MOMENTS]
        fault = describe_unknown(f"the name {unknown[0]}", unknown[0], usual)
        raise InputError(f"{hide_credentials(uri)}: {fault}")


def _check_content(uri: str, feed: Mapping[str, Any], spider: type[Spider]) -> None:
    """Check the fields of rows, and the parts that compress the file.

    Raises:
        InputError: there is no such field, or a part cannot be loaded.
    """
    for part in feed.get("postprocessing") or ():
        _load(f"{hide_credentials(uri)}: postprocessing", part)
    for name in feed["fields"] or () if issubclass(spider, ApiSpider) else ():
        check_field(hide_credentials(uri), name)


def check_field(where: str, name: str) -> None:
    """Check that some kind of row of the loaded spiders has a field, such as "files.path".

    Raises:
        InputError: none has; `where` says where the name stands.
    """
    valid = {field for kind in _iter_items(Item) for field in kind.model_fields} | {PLATFORM}
    if name.partition(".")[0] not in valid:
        raise InputError(f"{where}: {describe_unknown(f'the field {name}', name, valid)}")


def _check_exporter(uri: str, feed: Mapping[str, Any], kind: Any, crawler: Crawler) -> Any:
    """Check the names of a feed's options; return an exporter with those meant for it.

    Scrapy makes the exporter at the first row, and ignores options that it does not know.

    Raises:
        InputError: a name is a slip for a known one, or the exporter does not take an option.
    """
    where = hide_credentials(uri)
    for name in sorted(feed.keys() - {*_OPTIONS}):
        if get_close_matches(name, _OPTIONS, n=1, cutoff=_ALIKE):
            raise InputError(f"{where}: {describe_unknown(f'the option {name}', name, _OPTIONS)}")
    options = {"fields_to_export": feed["fields"], "encoding": feed["encoding"],
               "indent": feed["indent"]}  # fmt: skip
    try:
        return build_from_crawler(kind, crawler, BytesIO(), **options, **feed["item_export_kwargs"])
    except Exception as error:  # noqa: BLE001 - of options that the user names
        why = f"{type(error).__name__}: {error}"
        raise InputError(f"{where}: item_export_kwargs cannot be used: {why}") from None


def _check_headers(
    uri: str, feed: Mapping[str, Any], exporter: CsvExporter, spider: type[ApiSpider]
) -> None:
    """Check that a CSV file of an earlier run has rows of the same kind.

    It has the first column of the rows, which is their id. Works have the id of a user, too: a file
    that begins with another id, and has mostly other columns, is not one of users. Lists of several
    kinds of rows are not checked.

    Raises:
        InputError: the file has the columns of other rows.
    """
    has_headers = feed["item_export_kwargs"].get("include_headers_line", True)
    if feed.get("overwrite") or spider.item.is_mixed() or not has_headers:
        return
    begin = _read_begin(uri) if urlsplit(uri).scheme in ("", "file") else b""
    headers = exporter.read_headers(begin)
    fields = exporter.fields_to_export or list_columns(spider.item)
    wanted = [*(fields.values() if isinstance(fields, Mapping) else fields)]
    is_other = headers and wanted[0] not in headers
    if headers and headers[0] not in wanted:
        is_other = is_other or 2 * len({*headers} & {*wanted}) < len(headers)
    if is_other:
        shown = make_visible(", ".join(headers))[:100]
        raise InputError(f"{uri}: it has the columns of other rows ({shown}): name another file")


def _check_database(uri: str, feed: Mapping[str, Any]) -> None:
    """Check that a file for a database is one, or does not exist yet.

    Raises:
        InputError: it is another file.
    """
    if feed["format"] == "sqlite" and not feed.get("overwrite"):
        begin = _read_begin(uri)[: len(_SQLITE)]
        if begin and begin != _SQLITE:
            raise InputError(f"{uri}: it is no SQLite file: name another file")


def _read_begin(uri: str) -> bytes:
    """Return the first bytes of a local file; b"" = there are none, or it cannot be read."""
    try:
        with Path(FileFeedStorage(uri).path).open("rb") as file:
            return file.read(BEGIN) if file.seekable() else b""
    except (OSError, ValueError):
        return b""


def _check_storage(uri: str, feed: Mapping[str, Any], crawler: Crawler) -> None:
    """Check that a storage elsewhere can be reached: rows are sent to it at the end.

    Raises:
        InputError: it cannot, or there is no folder for the rows until then.
    """
    scheme = urlsplit(uri).scheme
    folder = crawler.settings["FEED_TEMPDIR"]
    if folder and scheme not in ("", "file", "stdout") and not Path(folder).is_dir():
        raise InputError(f"FEED_TEMPDIR={folder}: this is no folder")
    if scheme not in ("ftp", "ftps"):
        return
    storage = FTPFeedStorage.from_crawler(crawler, uri, feed_options=dict(feed))
    try:
        with (ftplib.FTP_TLS if storage.tls else ftplib.FTP)() as server:
            server.connect(storage.host, storage.port, timeout=_FTP_S)
            server.login(storage.username, storage.password)
    except ftplib.all_errors as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{hide_credentials(uri)}: {why}") from None


def _iter_items(kind: type[Item]) -> Iterator[type[Item]]:
    """Yield a class of items, and those derived from it that are in use."""
    yield kind
    for derived in kind.__subclasses__():
        yield from _iter_items(derived)


def _load(what: str, path: Any) -> None:
    try:
        load_object(path)
    except Exception as error:  # noqa: BLE001 - of a module of the user's
        raise InputError(f"{what}: this cannot be loaded: {error}") from None


def hide_credentials(uri: str) -> str:
    """Return a feed's address without user name and password."""
    return re.sub(r"(?<=://)[^/@]*@", "", uri)
