"""Quality: which of a room's streams is recorded, and what comes next where it cannot be had."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from f2scrapy.errors import InputError
from f2scrapy.text import describe_unknown

# The best first; "ao" is sound alone.
QUALITIES = ("origin", "uhd_60", "uhd", "hd_60", "hd", "sd", "ld", "md", "ao")
FORMS = ("flv", "hls")
CODECS = ("h264", "h265", "av1")
_SECONDS = re.compile(r"1\d{9}")
_HEX_SECONDS = re.compile(r"[0-9a-fA-F]{8}")
_EXPIRY = ("expire", "expires", "x-expires", "Expires", "auth_key", "txTime", "wsTime")


class Stream(Protocol):
    """What is needed of an item's stream; see `<platform>.items.live`."""

    quality: str
    line: str
    codec: str
    bit_rate: int
    flv: str
    hls: str


@dataclass(frozen=True)
class Address:
    """One address of a stream, and what it is said to give."""

    url: str = field(repr=False)
    form: str  # "flv" or "hls"
    quality: str
    line: str
    codec: str  # "" = not said
    bit_rate: int  # bits per second; 0 = not said

    @property
    def name(self) -> str:
        """Names what it gives, the same after the room was asked anew."""
        return "-".join(filter(None, (self.quality, self.codec, self.form, self.line)))

    @property
    def stream(self) -> str:
        """Names where it lies: an address of the same stream, signed anew, has the same."""
        parts = urlsplit(self.url)
        return f"{parts.netloc}{parts.path}"

    @property
    def expires(self) -> float | None:
        """When its signature lapses, in s since 1970; None = it does not say."""
        query = parse_qs(urlsplit(self.url).query)
        moments = [_moment(text) for name in _EXPIRY for text in query.get(name, ())]
        return min((moment for moment in moments if moment), default=None)


def _moment(text: str) -> float | None:
    """1795305600, 1795305600-0-0-<md5>, or the same in hex; None = it is none."""
    if found := _SECONDS.match(text):
        return float(found[0])
    return float(int(text, 16)) if _HEX_SECONDS.fullmatch(text) else None


@dataclass(frozen=True)
class Policy:
    """What F2_LIVE_QUALITY wishes for."""

    quality: str = "origin"
    codec: str = ""  # "" = as it comes
    form: str = "flv"

    @classmethod
    def parse(cls, text: str) -> Policy:
        """`origin`, `hd,h265`, `uhd,hls` …: a quality, a codec, a form, in any order.

        Raises:
            InputError: a word is none of them.
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

    def order(self, streams: Iterable[Stream]) -> list[Address]:
        """All addresses, the wished one first: then lower qualities, then higher ones.

        Sound alone is taken only where it is wished for.
        """
        found = [address for stream in streams for address in _addresses(stream)]
        if self.quality != "ao":
            found = [address for address in found if address.quality != "ao"]
        return sorted(found, key=self._distance)

    def lack(self, streams: Iterable[Stream]) -> str:
        """What of the wish no stream fulfils, and what there is; "" = nothing is to be said."""
        order = self.order(streams)
        if not order:
            return ""
        best = order[0]
        pairs = ((self.quality, best.quality), (self.codec or best.codec, best.codec),
                 (self.form, best.form))  # fmt: skip
        missing = [wish for wish, there in pairs if wish != there]
        names = dict.fromkeys("-".join(filter(None, (a.quality, a.codec, a.form))) for a in order)
        told = f"{', '.join(missing)} is not there; there are: {', '.join(names)}"
        return told if missing else ""

    def _distance(self, address: Address) -> tuple[bool, int, bool, bool, bool, int]:
        wish, rank = QUALITIES.index(self.quality), _rank(address.quality)
        return (
            rank < wish,  # better than wished: only where nothing else is left
            abs(rank - wish),
            bool(self.codec) and address.codec != self.codec,
            address.line != "main",
            address.form != self.form,
            -address.bit_rate,
        )


def _addresses(stream: Stream) -> Iterable[Address]:
    for form, url in (("flv", stream.flv), ("hls", stream.hls)):
        if url:
            yield Address(url, form, stream.quality, stream.line, stream.codec, stream.bit_rate)


def _rank(quality: str) -> int:
    """Its place among the qualities; "sd_60" is an sd, an unknown one is worse than all known."""
    name = quality if quality in QUALITIES else quality.partition("_")[0]
    return QUALITIES.index(name) if name in QUALITIES else len(QUALITIES) - 2
