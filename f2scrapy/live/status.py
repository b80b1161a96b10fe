"""Show what is being recorded: a status line for each room, or log lines without a terminal."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from f2scrapy.language import translate as _
from f2scrapy.language import translate_message
from f2scrapy.live.recorder import Recorder
from f2scrapy.text import make_visible, pluralize

logger = logging.getLogger(__name__)

_LINES_S = 60.0  # seconds between the lines of a room in a log
_NAME_WIDTH = 16  # columns of a terminal; the rest of a name is cut
_RATE_S = 5.0  # seconds over which a rate is measured, at least


@dataclass
class RoomStatus:
    """The status of one room; `now` is a monotonic clock in seconds."""

    recorder: Recorder
    now: Callable[[], float] = monotonic
    _measured: tuple[float, int] = (0.0, 0)  # when, and the bytes at that time
    _rate: float = 0.0  # bytes a second

    def __post_init__(self) -> None:
        self._measured = self.now(), self.recorder.writer.size

    @property
    def name(self) -> str:
        """The host of the room."""
        return make_visible(self.recorder.record.name)

    def list_cells(self) -> list[str]:
        """Return state, time, size, rate, viewers, segments and gaps, as far as they are known."""
        writer, missing = self.recorder.writer, [*self.recorder.record.find_missing()]
        viewers = self.recorder.viewers
        cells = [
            self.recorder.state,
            str(timedelta(seconds=int(writer.seconds))),
            f"{writer.size / 1e6:.1f} MB",
            f"{self._measure_rate() * 8 / 1e6:.1f} Mbit/s",
            "" if viewers is None else pluralize(viewers, "viewer"),
            pluralize(len(self.recorder.record.rows), "segment"),
            f"{pluralize(len(missing), 'gap')}, {sum(missing):.1f} s" if missing else "no gap",
        ]
        return [cell for cell in cells if cell]

    def _measure_rate(self) -> float:
        (began, before), now = self._measured, self.now()
        if now - began >= _RATE_S:
            size = self.recorder.writer.size
            self._rate = max(0, size - before) / (now - began)
            self._measured = now, size
        return self._rate


@dataclass
class StatusView:
    """The status of all rooms being recorded, on a console; `interval` is in seconds."""

    console: Console
    interval: float = _LINES_S
    _rooms: list[RoomStatus] = field(default_factory=list)

    @contextmanager
    def show(self, recorder: Recorder) -> Iterator[None]:
        """Show a room within the block."""
        room = RoomStatus(recorder)
        self._rooms.append(room)
        try:
            yield
        finally:
            self._rooms.remove(room)

    async def run(self) -> None:
        """Show the status until this is cancelled."""
        if not self.console.is_terminal:
            while True:
                await asyncio.sleep(self.interval)
                self.log_lines()
        with Live(
            console=self.console,
            get_renderable=self.render,
            refresh_per_second=1,
            transient=True,
        ):
            await asyncio.Event().wait()

    def log_lines(self) -> None:
        """Write a line for each room to the log."""
        for room in self._rooms:
            logger.info("%s: %s", room.name, ", ".join(room.list_cells()))

    def render(self) -> Table:
        """Return the status lines, one for each room; a narrow terminal folds them."""
        table = Table("", "", show_header=False, box=None, padding=(0, 1), style="dim")
        table.columns[0].no_wrap, table.columns[0].max_width = True, _NAME_WIDTH
        for room in self._rooms:
            cells = [translate_message(_(cell)) for cell in room.list_cells()]
            table.add_row(Text(room.name), Text("  ".join(cells)))
        return table
