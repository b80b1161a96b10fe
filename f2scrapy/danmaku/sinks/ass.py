"""Write ASS subtitles that move across the picture, as on the platforms' own pages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar
from unicodedata import east_asian_width

from f2scrapy.danmaku.clock import Clock, Now, read_now
from f2scrapy.danmaku.messages import Chat, Gift
from f2scrapy.danmaku.rooms import Room
from f2scrapy.danmaku.sinks import sanitize
from f2scrapy.danmaku.sinks.timed import DEFAULT_LOOK, Look, TimedSink
from f2scrapy.danmaku.words import describe_gift

_LETTER = 1080 / 48  # the shorter side of the picture in letters of the usual size
_LINE = 7 / 6  # the height of a line in letters

_STYLE = (
    "Style: {name},sans-serif,{size},{colour},{colour},{outline},{outline},"
    "0,0,0,0,100,100,0,0,1,2,0,7,20,20,20,1\n"
)
# Control characters of ASS, replaced by letters that look alike.
_HARMLESS = str.maketrans({"{": "\uff5b", "}": "\uff5d", "\\": "\uff3c"})


class Ass(TimedSink):
    """The file `base`.ass."""

    suffix: ClassVar = ".ass"

    def __init__(
        self,
        base: Path,
        clock: Clock | None = None,
        look: Look = DEFAULT_LOOK,
        now: Now = read_now,
    ) -> None:
        super().__init__(base, clock, look, now)
        self._size = max(round(min(look.width, look.height) / _LETTER * look.size), 1)  # px
        self._line = round(self._size * _LINE)
        lanes = max(look.height * 3 // 4 // self._line, 1)  # the lower quarter stays free
        self._last = [(-look.seconds, 0)] * lanes  # of each lane: start (s), width (px) of its text

    def format_header(self, room: Room, start: str) -> bytes:
        look, size = self._look, self._size
        chat = self._format_style("Chat", size, "FFFFFF")
        gift = self._format_style("Gift", size * 3 // 4, "00D7FF")
        return (
            f"[Script Info]\n; {start}\nTitle: {_escape(f'{room.nickname} {room.title}')}\n"
            f"ScriptType: v4.00+\nPlayResX: {look.width}\nPlayResY: {look.height}\n"
            "WrapStyle: 2\nScaledBorderAndShadow: yes\n\n[V4+ Styles]\n"
            "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, "
            "BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, "
            "BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n"
            f"{chat}{gift}\n[Events]\n"
            "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        ).encode()

    def _format_style(self, name: str, size: int, colour: str) -> str:
        clear = 1 - self._look.opacity
        letters = f"&H{round(255 * clear):02X}{colour}"
        outline = f"&H{round(255 - 127 * self._look.opacity):02X}000000"
        return _STYLE.format(name=name, size=size, colour=letters, outline=outline)

    def format_chat(self, seconds: float, event: Chat) -> str:
        return self._format_line(seconds, "Chat", event.nickname, event.content)

    def format_gift(self, seconds: float, event: Gift) -> str:
        text = describe_gift(event, self._look.language)
        return self._format_line(seconds, "Gift", event.nickname, text)

    def _format_line(self, seconds: float, style: str, nickname: str, content: str) -> str:
        text, size, right = _escape(content), self._size, self._look.width
        width = sum(size if east_asian_width(c) in "WF" else size * 3 // 5 for c in text)
        top = self._choose_lane(seconds, width) * self._line
        start, end = _format_time(seconds), _format_time(seconds + self._look.seconds)
        name = _escape(nickname).replace(",", "\uff0c")
        return (
            f"Dialogue: 0,{start},{end},{style},{name},0,0,0,,"
            f"{{\\move({right},{top},{-width},{top})}}{text}\n"
        )

    def _choose_lane(self, seconds: float, width: int) -> int:
        """Return the first lane with room for this text, else the one that is free first."""
        free = [self._compute_free_time(began, last, width) for began, last in self._last]
        lanes = range(len(self._last))
        chosen = min(lanes, key=lambda lane: (max(free[lane], seconds), lane))
        if seconds >= self._last[chosen][0]:  # the end of a combo may come late
            self._last[chosen] = (seconds, width)
        return chosen

    def _compute_free_time(self, began: float, width: int, following: int) -> float:
        """Return the time (s) at which a text can follow another without touching or passing it."""
        across, right = self._look.seconds, self._look.width
        entered = began + across * width / (right + width)
        not_overtaken = began + across - across * right / (right + following)
        return max(entered, not_overtaken)


def format_texts(texts: Iterable[tuple[float, str]], look: Look, title: str) -> str:
    """Return a whole file of texts, each with its place in the video (seconds)."""
    ass = Ass(Path("texts"), look=look)
    head = ass.format_header(Room(platform="", room_id="", title=title), "").decode()
    return head + "".join(ass.format_chat(place, Chat(content=text)) for place, text in texts)


def _escape(text: str) -> str:
    return sanitize(text).translate(_HARMLESS)


def _format_time(seconds: float) -> str:
    minutes, hundredths = divmod(round(seconds * 100), 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{hundredths // 100:02}.{hundredths % 100:02}"
