"""ASS: subtitles in which what is said moves across the picture, as on the platforms' own pages."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar
from unicodedata import east_asian_width

from f2scrapy.danmaku.clock import Clock
from f2scrapy.danmaku.messages import Chat, Gift
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import shown
from f2scrapy.danmaku.sinks.timed import Timed

WIDTH, HEIGHT = 1920, 1080  # of the script; players scale it to the picture
SIZE = 48  # of a letter
ACROSS = 12.0  # s a text takes from the right edge out of the left one
LANES = HEIGHT * 3 // 4 // (SIZE + 8)  # the lower quarter stays free

_STYLE = (
    "Style: {name},sans-serif,{size},{colour},{colour},&H80000000,&H80000000,"
    "0,0,0,0,100,100,0,0,1,2,0,7,20,20,20,1\n"
)
# What has a meaning in a text of ASS, as letters that look alike and have none.
_HARMLESS = str.maketrans({"{": "\uff5b", "}": "\uff5d", "\\": "\uff3c"})


class Ass(Timed):
    """The file `base`.ass."""

    suffix: ClassVar = ".ass"

    def __init__(self, base: Path, clock: Clock | None = None) -> None:
        super().__init__(base, clock)
        self._last = [(-ACROSS, 0)] * LANES  # of each lane: when its text began, and how wide it is

    def head(self, room: Room, start: str) -> bytes:
        styles = _STYLE.format(name="Chat", size=SIZE, colour="&H00FFFFFF") + _STYLE.format(
            name="Gift", size=SIZE * 3 // 4, colour="&H0000D7FF"
        )
        return (
            f"[Script Info]\n; {start}\nTitle: {_text(f'{room.nickname} {room.title}')}\n"
            f"ScriptType: v4.00+\nPlayResX: {WIDTH}\nPlayResY: {HEIGHT}\nWrapStyle: 2\n"
            "ScaledBorderAndShadow: yes\n\n[V4+ Styles]\n"
            "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, "
            "BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, "
            "BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
            f"{styles}\n[Events]\n"
            "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        ).encode()

    def chat(self, seconds: float, event: Chat) -> str:
        return self._line(seconds, "Chat", event.nickname, event.content)

    def gift(self, seconds: float, event: Gift) -> str:
        return self._line(seconds, "Gift", event.nickname, event.text)

    def _line(self, seconds: float, style: str, who: str, says: str) -> str:
        text = _text(says)
        width = sum(SIZE if east_asian_width(c) in "WF" else SIZE * 3 // 5 for c in text)
        top = self._lane(seconds, width) * (SIZE + 8)
        name = _text(who).replace(",", "\uff0c")
        return (
            f"Dialogue: 0,{_time(seconds)},{_time(seconds + ACROSS)},{style},{name},0,0,0,,"
            f"{{\\move({WIDTH},{top},{-width},{top})}}{text}\n"
        )

    def _lane(self, seconds: float, width: int) -> int:
        """The first lane in which this text meets no other; else the one that is free soonest."""
        waits = [_free_at(began, last, width) for began, last in self._last]
        soonest = min(range(LANES), key=lambda lane: (max(waits[lane], seconds), lane))
        self._last[soonest] = (seconds, width)
        return soonest


def _free_at(began: float, width: int, following: int) -> float:
    """When (s) a text may follow one that began then: it neither touches nor overtakes it."""
    entered = began + ACROSS * width / (WIDTH + width)
    not_overtaken = began + ACROSS - ACROSS * WIDTH / (WIDTH + following)
    return max(entered, not_overtaken)


def _text(text: str) -> str:
    return shown(text).translate(_HARMLESS)


def _time(seconds: float) -> str:
    minutes, hundredths = divmod(round(seconds * 100), 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{hundredths // 100:02}.{hundredths % 100:02}"
