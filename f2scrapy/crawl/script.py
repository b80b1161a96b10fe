"""Run crawls, and download items at hand, from a program with an event loop of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.reactor import is_reactor_installed

from f2scrapy.api.proxy import use_proxy
from f2scrapy.crawl.addon import load_settings
from f2scrapy.crawl.extensions.report import Report, get_run_log
from f2scrapy.crawl.preflight import check_run
from f2scrapy.crawl.run_report import build_report
from f2scrapy.crawl.scrapy_settings import check_parts, check_scrapy_settings
from f2scrapy.crawl.shared import parse_settings, set_identity
from f2scrapy.errors import EXIT_UNEXPLAINED, InputError, Outcome
from f2scrapy.model.item import Item
from f2scrapy.text import describe_unknown


@dataclass(frozen=True)
class Finished:
    """The end of a crawl; `report` is the content of F2_REPORT."""

    exit_code: int  # see errors.get_exit_code
    outcome: Outcome
    summary: str
    report: Mapping[str, Any] = field(repr=False)


async def crawl(
    spider: str,
    arguments: Mapping[str, str] | None = None,
    *,
    cookie: str | None = None,
    proxy: str = "",
    **options: Any,
) -> Finished:
    """Run a spider of the project in the running event loop, and return how it ended.

    `arguments` are those of -a, `options` settings as by -s. `cookie` is a Cookie header in place
    of F2_COOKIES and F2_COOKIE, `proxy` an address such as socks5://HOST:PORT in place of the
    environment's.

        finished = await crawl("douyin_user_post", {"url": link}, F2_PATH="Download")
        sys.exit(finished.exit_code)

    Several crawls may run at once. The logging of the program stays as it is.

    Raises:
        InputError: the spider, an argument or an option cannot be used; nothing was requested.
    """
    settings = _build_settings(options)
    crawler = Crawler(load_spider(spider, settings), settings)
    with use_proxy(proxy):
        if cookie is not None:
            set_identity(crawler, parse_settings(crawler.settings), cookie)
        return await _run(crawler, dict(arguments or {}))


def load_spider(name: str, settings: Settings | None = None) -> type[Spider]:
    """Return the class of a spider of the project, by its name.

    Raises:
        InputError: there is no such spider.
    """
    loader = get_spider_loader(settings or _build_settings({}))
    if name not in loader.list():
        raise InputError(describe_unknown(f"spider {name}", name, loader.list()))
    return loader.load(name)


async def download(
    items: Sequence[Item],
    folder: Path | str | None = None,
    *,
    cookie: str | None = None,
    proxy: str = "",
    **options: Any,
) -> Finished:
    """Fetch the files of items, with the checks, the resume and the archive of a crawl.

    `folder` gets the files; None = the owner's folder below F2_PATH/<platform>/<mode>, where an
    item without a mode gets its kind, such as "post". A folder outside of F2_PATH has an archive of
    its own, f2scrapy.db in it. Items whose files are archived and on disk are not fetched again.
    `item.files` has the files afterwards. `cookie` and `proxy` are those of `crawl`.

    Raises:
        InputError: the items are of two platforms, or an option cannot be used.
    """
    platforms = {item.platform for item in items}
    if len(platforms) != 1:
        raise InputError("items: want some of one platform, the cookies are those of one")
    settings = _build_settings(options)
    for item in items:
        item.path, item.files, item.archived = "", [], None
        item.mode = item.mode or item.kind
    given = parse_settings(settings)
    if folder is not None:
        _choose_folder(items, Path(folder), given.path, settings)
    name = f"{platforms.pop()}_items"
    spider = type(name, (_GivenItems,), {"name": name, "items": tuple(items)})
    crawler = Crawler(spider, settings)
    with use_proxy(proxy):
        set_identity(crawler, given, cookie)  # the guest stays the same in all folders
        return await _run(crawler, {})


class _GivenItems(Spider):
    """Yields items at hand to the pipelines."""

    items: ClassVar[Sequence[Item]]

    async def start(self) -> AsyncIterator[Request]:
        yield Request("data:,")  # without a request, Scrapy looks for the end every 5 s only

    def parse(self, response: Response) -> Iterator[Item]:  # noqa: ARG002
        first = self.items[0]
        source = first.source or f"{first.platform}:{first.mode}:items"
        listing = get_run_log(self.crawler).get_listing(source)
        listing.expected = listing.seen = len(self.items)
        listing.noun = first.noun
        yield from self.items
        listing.finished = True


def _choose_folder(items: Sequence[Item], folder: Path, root: Path, settings: Settings) -> None:
    """Set the path of the items to `folder`, and the root and the archive to fit it."""
    folder = folder.expanduser().resolve()
    root = root.expanduser().resolve()
    if folder == root or not folder.is_relative_to(root):
        root = folder.parent
        settings.set("F2_PATH", str(root), "cmdline")
        settings.set("F2_ARCHIVE", str(folder / "f2scrapy.db"), "cmdline")
    for item in items:
        item.path = folder.relative_to(root).as_posix()


def _build_settings(options: Mapping[str, Any]) -> Settings:
    """Return the project's settings with those of the caller.

    Without a Twisted reactor, Scrapy 2.19 runs in the event loop of the program.
    """
    settings = Settings()  # `get_project_settings` would change the program's environment
    settings.setmodule("f2scrapy.settings", "project")
    settings.set("TWISTED_REACTOR_ENABLED", is_reactor_installed(), "project")
    settings.set("F2_PROGRESS", "none", "project")
    settings.setdict(dict(options), "cmdline")
    load_settings(settings)
    check_scrapy_settings(settings)
    return settings


async def _run(crawler: Crawler, arguments: dict[str, str]) -> Finished:
    check_parts(crawler.settings)
    check_run(crawler, arguments)
    await crawler.crawl_async(**arguments)
    report = crawler.get_extension(Report)
    if report is None:
        raise InputError("EXTENSIONS: a crawl needs f2scrapy.crawl.extensions.report.Report")
    run_log = report.run_log
    content = build_report(run_log, crawler.stats.get_stats(), datetime.now(UTC))
    code = run_log.exit_code if run_log.is_finished else EXIT_UNEXPLAINED
    return Finished(code, run_log.outcome, report.summary(), content)
