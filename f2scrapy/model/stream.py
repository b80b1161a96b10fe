"""Choose the stream of a live room that best meets F2_LIVE_QUALITY."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from f2scrapy.errors import InputError
from f2scrapy.text import describe_unknown

# The best first; "ao" is audio only.
QUALITIES = ("origin", "uhd_60", "uhd", "hd_60", "hd", "sd", "ld", "md", "ao")
FORMS = ("flv", "hls")
CODECS = ("h264", "h265", "av1")
_SECONDS = re.compile(r"1\d{9}")
_HEX_SECONDS = re.compile(r"[0-9a-fA-F]{8}")
_EXPIRY = ("expire", "expires", "x-expires", "Expires", "auth_key", "txTime", "wsTime")


class Stream(Protocol):
    """The fields of an item's stream that ranking needs; see `platforms/common/live.py`."""

    quality: str
    line: str
    codec: str
    bit_rate: int
    flv: str
    hls: str


@dataclass(frozen=True)
class StreamUrl:
    """A URL of a stream, with the quality that the platform declares for it."""

    url: str = field(repr=False)
    form: str  # "flv" or "hls"
    quality: str
    line: str
    codec: str  # "" = unknown
    bit_rate: int  # bits per second; 0 = unknown

    @property
    def name(self) -> str:
        """Quality, codec, form and line, which stay the same when the room is requested again."""
        return "-".join(filter(None, (self.quality, self.codec, self.form, self.line)))

    @property
    def stream_key(self) -> str:
        """Host and path, which stay the same when the URL is signed again."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}{parts.path}"

    @property
    def expires_at(self) -> float | None:
        """The expiry of its signature, in s since 1970; None = the URL does not hold it."""
        query = parse_qs(urlsplit(self.url).query)
        moments = [_parse_expiry(text) for name in _EXPIRY for text in query.get(name, ())]
        return min((moment for moment in moments if moment), default=None)


def _parse_expiry(text: str) -> float | None:
    """Parse 1795305600, 1795305600-0-0-<md5>, or the same in hex; None = it is no time."""
    if found := _SECONDS.match(text):
        return float(found[0])
    return float(int(text, 16)) if _HEX_SECONDS.fullmatch(text) else None


@dataclass(frozen=True)
class Policy:
    """The quality, codec and form that F2_LIVE_QUALITY asks for."""

    quality: str = "origin"
    codec: str = ""  # "" = any
    form: str = "flv"

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Parse `origin`, `hd,h265`, `uhd,hls` …: a quality, a codec, a form, in any order.

        Raises:
            InputError: a word is unknown.
        """
        found: dict[str, str] = {}
        for word in filter(None, (word.strip().lower() for word in text.split(","))):
            kinds = {"quality": QUALITIES, "codec": CODECS, "form": FORMS}
            kind = next((kind for kind, names in kinds.items() if word in names), None)
            if kind is None:
                names = (name for names in kinds.values() for name in names)
                raise InputError(describe_unknown(f"F2_LIVE_QUALITY: {word!r}", word, names))
            found[kind] = word
        return cls(**found)

    def rank_urls(self, streams: Iterable[Stream]) -> list[StreamUrl]:
        """Return all URLs, best match first: then lower qualities, then higher ones.

        Audio only is included only if the policy asks for it.
        """
        found = [url for stream in streams for url in _list_urls(stream)]
        if self.quality != "ao":
            found = [url for url in found if url.quality != "ao"]
        return sorted(found, key=self._measure_distance)

    def describe_unmet(self, streams: Iterable[Stream]) -> str:
        """Return a sentence on the terms that no stream meets; "" = all are met, or no streams."""
        ranked = self.rank_urls(streams)
        if not ranked:
            return ""
        best = ranked[0]
        pairs = ((self.quality, best.quality), (self.codec or best.codec, best.codec),
                 (self.form, best.form))  # fmt: skip
        missing = [wanted for wanted, found in pairs if wanted != found]
        if not missing:
            return ""
        names = dict.fromkeys("-".join(filter(None, (u.quality, u.codec, u.form))) for u in ranked)
        return f"{', '.join(missing)} is not there; there are: {', '.join(names)}"

    def _measure_distance(self, url: StreamUrl) -> tuple[bool, int, bool, bool, bool, int]:
        wanted, rank = QUALITIES.index(self.quality), _rank_quality(url.quality)
        return (
            rank < wanted,  # better than asked for: only if nothing else is left
            abs(rank - wanted),
            bool(self.codec) and url.codec != self.codec,
            url.line != "main",
            url.form != self.form,
            -url.bit_rate,
        )


def _list_urls(stream: Stream) -> Iterable[StreamUrl]:
    for form, url in (("flv", stream.flv), ("hls", stream.hls)):
        if url:
            yield StreamUrl(url, form, stream.quality, stream.line, stream.codec, stream.bit_rate)


def _rank_quality(quality: str) -> int:
    """Return its index in QUALITIES; "sd_60" ranks as sd, an unknown one below all known."""
    name = quality if quality in QUALITIES else quality.partition("_")[0]
    return QUALITIES.index(name) if name in QUALITIES else len(QUALITIES) - 2
