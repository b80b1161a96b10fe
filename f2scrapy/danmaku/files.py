"""Make the files that a room can have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from f2scrapy.config.options import Options
from f2scrapy.danmaku.sinks import Sink
from f2scrapy.danmaku.sinks.ass import Ass
from f2scrapy.danmaku.sinks.bilibili import Bilibili
from f2scrapy.danmaku.sinks.database import Database
from f2scrapy.danmaku.sinks.journal import Journal
from f2scrapy.danmaku.sinks.spreadsheet import Spreadsheet
from f2scrapy.danmaku.sinks.timed import DEFAULT_LOOK, Look, TimedSink
from f2scrapy.danmaku.words import choose_language

# Name on the command line -> sink; the argument of each is a path without suffix.
FILES: Mapping[str, Callable[[Path], Sink]] = {
    "journal": Journal,
    "sqlite": Database,
    "csv": Spreadsheet,
    "ass": Ass,
    "xml": Bilibili,
}
_TIMED: Mapping[str, type[TimedSink]] = {"ass": Ass, "xml": Bilibili}


def make_base(files: Path) -> Path:
    """Return the path of the danmaku of a broadcast, without suffix.

    *files* is the path of its recording without suffix, from `f2scrapy.rooms.place`. A recording
    and f2-danmaku write one journal, `<name>_danmaku.jsonl`.
    """
    return files.with_name(f"{files.name}_danmaku")


def make_sinks(base: Path, names: Sequence[str], options: Options, look: Look) -> list[Sink]:
    """Return the sinks with these names of `FILES`, as the options want them."""
    return [_make_sink(base, name, options, look) for name in names]


def _make_sink(base: Path, name: str, options: Options, look: Look) -> Sink:
    if name in _TIMED:
        return _TIMED[name](base, None, look)
    if name == "journal":
        return Journal(base, payloads=options.danmaku_payloads)
    return FILES[name](base)


def build_look(
    options: Options, environ: Mapping[str, str], canvas: tuple[int, int] | None = None
) -> Look:
    """Return the look of subtitles as the options want it; *canvas* is the video's size in px."""
    usual = DEFAULT_LOOK.width, DEFAULT_LOOK.height
    width, height = options.danmaku_canvas or canvas or usual
    return Look(
        width=width,
        height=height,
        size=options.danmaku_size,
        seconds=options.danmaku_seconds,
        opacity=options.danmaku_opacity,
        language=choose_language(options.danmaku_language, environ),
    )
