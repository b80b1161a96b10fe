"""Define what arrives from a stream at once, with its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from f2scrapy.live.fragment import Fragment


@dataclass(frozen=True)
class Arrival:
    """Fragments that arrived together."""

    fragments: Sequence[Fragment]
    at: float  # s since 1970, by our clock
    made: float | None = None  # the same for the end of its making; None if not stated

    @property
    def has_media(self) -> bool:
        """Whether it shows that the stream is alive."""
        return any(fragment.is_media for fragment in self.fragments)
