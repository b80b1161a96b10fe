"""Unit: what of a stream is written whole or not at all, and what a segment of it begins with."""

from __future__ import annotations

from dataclasses import dataclass, field

from f2scrapy.errors import F2Error


class Broken(F2Error):
    """A stream cannot be had, or ends where it should not; the text says how, without addresses.

    `because` is "drop", or "stall" where the connection is there and nothing comes.
    """

    def __init__(self, seen: str, because: str = "drop") -> None:
        super().__init__(seen)
        self.because = because


class Unreadable(Broken):
    """What comes is nothing that can be recorded."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What stands at the head of a segment.

    `parts` tell streams apart: each is the setup of one track, b"" while there is none.
    """

    suffix: str  # ".flv", ".ts", ".mp4", ".aac"
    parts: tuple[bytes, ...]
    head: bytes = field(repr=False, compare=False)

    def continues(self, other: Setup) -> bool:
        """Whether its units can stand behind those of `other`; a track may come in later."""
        pairs = zip(other.parts, self.parts, strict=False)
        return self.suffix == other.suffix and all(old in (b"", new) for old, new in pairs)


@dataclass(frozen=True, slots=True)
class Unit:
    """An FLV tag, or a piece of HLS."""

    setup: Setup
    time_ms: int  # by the stream's own clock
    length_ms: int  # how long it lasts, as well as that is known
    entry: bool  # a segment can begin here
    data: bytes = field(repr=False)

    @property
    def end_ms(self) -> int:
        return self.time_ms + self.length_ms

    @property
    def made_ms(self) -> int:
        """The moment by the stream's clock at which it can be sent: a piece, when it is full."""
        return self.end_ms

    @property
    def track(self) -> int:
        """What of a stream it belongs to: within one, times do not go back."""
        return 0

    def written(self, zero_ms: int) -> bytes:  # noqa: ARG002 - a piece of HLS keeps its times
        """Its bytes in a segment whose time begins at `zero_ms` of the stream's clock."""
        return self.data
