"""Show rows, files, bytes, speed and current file: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Self

from rich.filesize import decimal
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.log import get_scrapy_root_handler

from f2scrapy.crawl.extensions.report import get_run_log
from f2scrapy.crawl.file_requests import transfer_started
from f2scrapy.crawl.run_report import describe_progress
from f2scrapy.crawl.shared import get_options
from f2scrapy.download.transfer import Transfer
from f2scrapy.language import translate_message
from f2scrapy.text import is_terminal, pluralize

if TYPE_CHECKING:  # the console and the bars of rich take 25 ms, and are for terminals only
    from rich.progress import Progress as Bars

logger = logging.getLogger(__name__)


class Progress:
    """Reads run log and transfers a few times a second (bars) or every ten seconds (lines)."""

    def __init__(self, crawler: Crawler, *, bars: bool) -> None:
        self.crawler = crawler
        self.bars = _build_bars() if bars else None
        self.active: list[Transfer] = []
        self._started = monotonic()
        self._loop = create_looping_call(self._show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        mode = get_options(crawler).progress
        if mode == "none":
            raise NotConfigured
        bars = mode == "bars" or (mode == "auto" and is_terminal(sys.stderr))
        progress = cls(crawler, bars=bars)
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        crawler.signals.connect(progress.transfer_started, transfer_started)
        return progress

    def spider_opened(self) -> None:
        if self.bars is None:
            self._loop.start(10, now=False)
            return
        self.bars.add_task("", total=None)
        self._show()
        self.bars.start()
        self._redirect_log()  # rich has replaced sys.stderr
        self._loop.start(0.2, now=False)

    def transfer_started(self, transfer: Transfer) -> None:
        """Note a transfer; a file that comes by several requests begins several times."""
        if transfer not in self.active:
            self.active.append(transfer)

    def count_bytes(self) -> int:
        """Return the bytes of files that have arrived in this run."""
        counted: int = self.crawler.stats.get_value("f2/bytes", 0)  # of transfers that have ended
        return counted + sum(one.arrived for one in self.active if not one.ended.is_set())

    def spider_closed(self) -> None:
        self._loop.stop()
        self._show()
        if self.bars is not None:
            self.bars.stop()
            self._redirect_log()

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Leave the terminal to other output within the context."""
        if self.bars is not None:
            self.bars.stop()
        try:
            yield
        finally:
            if self.bars is not None:
                self.bars.start()
                self._redirect_log()

    def _redirect_log(self) -> None:
        handler = get_scrapy_root_handler()
        if isinstance(handler, logging.StreamHandler) and not isinstance(
            handler, logging.FileHandler
        ):
            handler.setStream(sys.stderr)

    def _show(self) -> None:
        self.active = [transfer for transfer in self.active if not transfer.ended.is_set()]
        stats = self.crawler.stats
        moved = self.count_bytes()
        speed = moved / max(monotonic() - self._started, 0.001)
        done, total, what = describe_progress(get_run_log(self.crawler))
        files = f"{pluralize(stats.get_value('f2/files', 0), 'file')}, {decimal(moved)}"
        if self.bars is None:
            logger.info("%s, %s, %s/s", what, files, decimal(int(speed)))
            return
        self.bars.update(
            self.bars.task_ids[0],
            completed=done,
            total=total or None,
            what=translate_message(what),
            moved=translate_message(files),
            speed=f"{decimal(int(speed))}/s",
            file=self.active[-1].save.path.name if self.active else "",
        )


def _build_bars() -> Bars:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415
    from rich.table import Column  # noqa: PLC0415

    return Bars(
        TextColumn("{task.fields[what]}"),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[moved]} · {task.fields[speed]}"),
        TimeElapsedColumn(),
        # The other columns keep their width; the name takes the rest.
        TextColumn(
            "{task.fields[file]}",
            style="dim",
            markup=False,
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    )
