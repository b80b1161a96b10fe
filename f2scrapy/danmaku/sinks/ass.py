"""Write ASS subtitles that move across the picture, as on the platforms' own pages."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar
from unicodedata import east_asian_width

from f2scrapy.danmaku.clock import Clock
from f2scrapy.danmaku.messages import Chat, Gift
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import sanitize
from f2scrapy.danmaku.sinks.timed import TimedSink

WIDTH, HEIGHT = 1920, 1080  # px of the script; players scale them to the picture
SIZE = 48  # px of a letter
ACROSS = 12.0  # s that a text takes to cross the picture
LANES = HEIGHT * 3 // 4 // (SIZE + 8)  # the lower quarter stays free

_STYLE = (
    "Style: {name},sans-serif,{size},{colour},{colour},&H80000000,&H80000000,"
    "0,0,0,0,100,100,0,0,1,2,0,7,20,20,20,1\n"
)
# Control characters of ASS, replaced by letters that look alike.
_HARMLESS = str.maketrans({"{": "\uff5b", "}": "\uff5d", "\\": "\uff3c"})


class Ass(TimedSink):
    """The file `base`.ass."""

    suffix: ClassVar = ".ass"

    def __init__(self, base: Path, clock: Clock | None = None) -> None:
        super().__init__(base, clock)
        self._last = [(-ACROSS, 0)] * LANES  # of each lane: start (s) and width (px) of its text

    def format_header(self, room: Room, start: str) -> bytes:
        styles = _STYLE.format(name="Chat", size=SIZE, colour="&H00FFFFFF") + _STYLE.format(
            name="Gift", size=SIZE * 3 // 4, colour="&H0000D7FF"
        )
        return (
            f"[Script Info]\n; {start}\nTitle: {_escape(f'{room.nickname} {room.title}')}\n"
            f"ScriptType: v4.00+\nPlayResX: {WIDTH}\nPlayResY: {HEIGHT}\nWrapStyle: 2\n"
            "ScaledBorderAndShadow: yes\n\n[V4+ Styles]\n"
            "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, "
            "BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, "
            "BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
            f"{styles}\n[Events]\n"
            "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        ).encode()

    def format_chat(self, seconds: float, event: Chat) -> str:
        return self._format_line(seconds, "Chat", event.nickname, event.content)

    def format_gift(self, seconds: float, event: Gift) -> str:
        return self._format_line(seconds, "Gift", event.nickname, event.text)

    def _format_line(self, seconds: float, style: str, nickname: str, content: str) -> str:
        text = _escape(content)
        width = sum(SIZE if east_asian_width(c) in "WF" else SIZE * 3 // 5 for c in text)
        top = self._choose_lane(seconds, width) * (SIZE + 8)
        start, end = _format_time(seconds), _format_time(seconds + ACROSS)
        name = _escape(nickname).replace(",", "\uff0c")
        return (
            f"Dialogue: 0,{start},{end},{style},{name},0,0,0,,"
            f"{{\\move({WIDTH},{top},{-width},{top})}}{text}\n"
        )

    def _choose_lane(self, seconds: float, width: int) -> int:
        """Return the first lane with room for this text, else the one that is free first."""
        free = [_compute_free_time(began, last, width) for began, last in self._last]
        chosen = min(range(LANES), key=lambda lane: (max(free[lane], seconds), lane))
        self._last[chosen] = (seconds, width)
        return chosen


def _compute_free_time(began: float, width: int, following: int) -> float:
    """Return the time (s) at which a text can follow another without touching or passing it."""
    entered = began + ACROSS * width / (WIDTH + width)
    not_overtaken = began + ACROSS - ACROSS * WIDTH / (WIDTH + following)
    return max(entered, not_overtaken)


def _escape(text: str) -> str:
    return sanitize(text).translate(_HARMLESS)


def _format_time(seconds: float) -> str:
    minutes, hundredths = divmod(round(seconds * 100), 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{hundredths // 100:02}.{hundredths % 100:02}"
