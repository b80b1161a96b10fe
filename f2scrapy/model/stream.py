"""Choose the stream of a room to record, and the alternatives in their order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

from f2scrapy.errors import InputError
from f2scrapy.text import describe_unknown

# The best first; "true_origin" is the picture as the room sends it, "origin" may be encoded again;
# "ao" is audio only.
QUALITIES = ("true_origin", "origin", "uhd_60", "uhd", "hd_60", "hd", "sd", "ld", "md", "ao")
FORMS = ("flv", "hls")
CODECS = ("h264", "h265", "av1")
SECOND = "second"  # of two pictures of a room, such as game and camera; its lines begin with this
VIEWS = (SECOND,)
_SECONDS = re.compile(r"1\d{9}")
_HEX_SECONDS = re.compile(r"[0-9a-fA-F]{8}")
_EXPIRY_PARAMS = (
    *("expire", "expires", "x-expires", "Expires", "auth_key", "txTime", "wsTime"),
    *("volcTime", "t"),  # Douyin's lines q and l6 (reports of 2025)
)


class Stream(Protocol):
    """The fields of an item's stream that are needed here; see `<platform>.items.live`."""

    quality: str
    line: str
    codec: str
    bit_rate: int
    flv: str
    hls: str


@dataclass(frozen=True)
class StreamAddress:
    """A URL of a stream, and the properties the platform states for it."""

    url: str = field(repr=False)
    form: str  # "flv" or "hls"
    quality: str
    line: str
    codec: str  # "" = not stated
    bit_rate: int  # bits per second; 0 = not stated

    @property
    def name(self) -> str:
        """A name for these properties, stable when the room is fetched again."""
        return "-".join(filter(None, (self.quality, self.codec, self.form, self.line)))

    @property
    def stream(self) -> str:
        """Host and path: the same for every signature of the same stream."""
        parts = _split(self.url)
        return f"{parts.netloc}{parts.path}"

    @property
    def expires(self) -> float | None:
        """When the signature expires, in s since 1970; None if not stated."""
        query = parse_qs(_split(self.url).query)
        moments = [_parse_expiry(text) for name in _EXPIRY_PARAMS for text in query.get(name, ())]
        return min((moment for moment in moments if moment), default=None)


def _split(url: str) -> SplitResult:
    """Return the parts of a URL; one that cannot be parsed is a path alone."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")


def _parse_expiry(text: str) -> float | None:
    """Parse 1795305600, 1795305600-0-0-<md5>, or the same in hex; None for other forms."""
    if found := _SECONDS.match(text):
        return float(found[0])
    return float(int(text, 16)) if _HEX_SECONDS.fullmatch(text) else None


@dataclass(frozen=True)
class StreamPreference:
    """The stream requested by F2_LIVE_QUALITY."""

    quality: str = "origin"
    codec: str = ""  # "" = any
    form: str = "flv"
    view: str = ""  # "second", or "" for the first picture

    @classmethod
    def parse(cls, text: str) -> StreamPreference:
        """Parse `origin`, `hd,h265`, `uhd,hls` …: a quality, codec, form, view, in any order.

        Raises:
            InputError: a word is unknown.
        """
        found: dict[str, str] = {}
        for word in filter(None, (word.strip().lower() for word in text.split(","))):
            kinds = {"quality": QUALITIES, "codec": CODECS, "form": FORMS, "view": VIEWS}
            kind = next((kind for kind, names in kinds.items() if word in names), None)
            if kind is None:
                names = (name for names in kinds.values() for name in names)
                raise InputError(describe_unknown(f"F2_LIVE_QUALITY: {word!r}", word, names))
            found[kind] = word
        return cls(**found)

    def rank(self, streams: Iterable[Stream]) -> list[StreamAddress]:
        """Return all addresses, best match first: then lower qualities, then higher ones.

        Audio-only streams are included only on request, or if there is nothing else.
        """
        found = [address for stream in streams for address in _list_addresses(stream)]
        if self.quality != "ao":
            found = [address for address in found if address.quality != "ao"] or found
        return sorted(found, key=self._measure_distance)

    def describe_missing(self, streams: Iterable[Stream]) -> str:
        """Return the requested properties no stream has, and the available ones; "" if none."""
        ranked = self.rank(streams)
        if not ranked:
            return ""
        best = ranked[0]
        pairs = ((self.quality, best.quality), (self.codec or best.codec, best.codec),
                 (self.form, best.form), (self.view, _get_view(best.line)))  # fmt: skip
        missing = [wanted for wanted, found in pairs if wanted != found]
        names = dict.fromkeys("-".join(filter(None, (a.quality, a.codec, a.form))) for a in ranked)
        if not missing:
            return ""
        return f"{', '.join(missing)} is not available; available: {', '.join(names)}"

    def _measure_distance(self, address: StreamAddress) -> tuple[int, ...]:
        wanted, rank = QUALITIES.index(self.quality), _get_rank(address.quality)
        return (
            _get_view(address.line) != self.view,  # another picture
            rank < wanted,  # better than requested: only as a last resort
            abs(rank - wanted),
            bool(self.codec) and address.codec != self.codec,
            address.line not in {"main", SECOND},
            address.form != self.form,
            -address.bit_rate,
        )


def _get_view(line: str) -> str:
    return SECOND if line.startswith(SECOND) else ""


def _list_addresses(stream: Stream) -> Iterable[StreamAddress]:
    for form, url in (("flv", stream.flv), ("hls", stream.hls)):
        if url:
            yield StreamAddress(
                url, form, stream.quality, stream.line, stream.codec, stream.bit_rate
            )


def _get_rank(quality: str) -> int:
    """Return the index of a quality; "sd_60" counts as sd, an unknown one is below all known."""
    name = quality if quality in QUALITIES else quality.partition("_")[0]
    return QUALITIES.index(name) if name in QUALITIES else len(QUALITIES) - 2
