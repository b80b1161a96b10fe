"""Which rendition of a video is taken, and what it lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from f2scrapy.errors import InputError
from f2scrapy.model.media import Rendition

# Better picture at the same bit rate first. ByteVC2 plays nowhere but in the platform's own
# clients: it is taken only where it was asked for, or where there is nothing else.
_CODECS = ("av1", "h265", "h264", "", "bytevc2")
_PLAYS_NOWHERE = "bytevc2"

_FORMS = (
    "best, smallest, codec:h264, codec:h265, codec:av1, codec:bytevc2, height<=1080, "
    "bit_rate<=2000000, size<=50MB; several are joined by commas"
)
_LIMIT = re.compile(r"(height|bit_rate|size)<=(\d+(?:\.\d+)?)([kmg]?)[bp]?")
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user wants of a rendition; made by `policy`."""

    smallest: bool = False  # otherwise the best
    codecs: tuple[str, ...] = ()  # any of these; empty = any at all
    limits: tuple[tuple[str, int], ...] = ()  # ("height", 1080): at most; see `_measure`


class Choice(NamedTuple):
    """The rendition taken, and what it lacks."""

    rendition: Rendition
    lack: str  # which terms of the policy none of those offered meets; "" = it meets all


def policy(text: str) -> Policy:
    """Read F2_RENDITION, such as `best` or `codec:h264,height<=1080`.

    `height` is what 1080p means: the shorter side of the picture, in pixels, also where it stands
    upright. `bit_rate` is in bits per second, `size` in bytes; K, M and G are thousands.

    Raises:
        InputError: a part is of no known form, or parts exclude each other.
    """
    tastes, codecs, limits = set(), [], {}
    for part in filter(None, (part.strip().lower() for part in text.split(","))):
        if part in ("best", "smallest"):
            tastes.add(part)
        elif (codec := part.removeprefix("codec:")) != part and codec in filter(None, _CODECS):
            codecs.append(codec)
        elif match := _LIMIT.fullmatch(part):
            limits[match[1]] = round(float(match[2]) * _UNITS[match[3]])
        else:
            raise InputError(f"F2_RENDITION: {part!r} is not known; valid are {_FORMS}")
    if len(tastes) > 1:
        raise InputError("F2_RENDITION: best and smallest exclude each other; leave one out")
    return Policy("smallest" in tastes, tuple(codecs), tuple(limits.items()))


def choose(renditions: Sequence[Rendition], policy: Policy) -> Choice:
    """Take one of `renditions`, whatever their order.

    The best has most pixels on its shorter side, then in all, then most bits per second, then the
    codec that makes most of them. Where nothing meets the policy it is the nearest: what breaks
    fewest of its terms, then what exceeds them least; `lack` names the terms.

    Raises:
        ValueError: there are none.
    """
    taken = min(renditions, key=lambda rendition: _order(rendition, policy))
    terms = ", ".join(_broken(taken, policy))
    return Choice(taken, f"none of {len(renditions)} offered meets {terms}" if terms else "")


def better(a: Rendition, b: Rendition, policy: Policy) -> bool:
    """Whether `a` would be taken before `b`; never true of two alike."""
    return _order(a, policy) < _order(b, policy)


def _any_of(codecs: Sequence[str]) -> str:
    return " or ".join(f"codec:{codec}" for codec in codecs)


def _order(rendition: Rendition, policy: Policy) -> tuple[float, ...]:
    broken = _broken(rendition, policy)
    excess = max(broken.values(), default=0)
    unplayable = rendition.codec == _PLAYS_NOWHERE
    taste = _smallness(rendition) if policy.smallest else _quality(rendition)
    return (len(broken), excess, unplayable, *taste)


def _quality(rendition: Rendition) -> tuple[float, ...]:
    codec = rendition.codec if rendition.codec in _CODECS else ""
    return (
        -_measure(rendition, "height"),
        -rendition.width * rendition.height,
        -rendition.bit_rate,
        _CODECS.index(codec),
        -rendition.fps,
        -rendition.size,
    )


def _smallness(rendition: Rendition) -> tuple[float, ...]:
    unknown = float("inf")
    pixels = rendition.width * rendition.height
    return (rendition.size or unknown, rendition.bit_rate or unknown, pixels or unknown)


def _broken(rendition: Rendition, policy: Policy) -> dict[str, float]:
    """The terms it does not meet, each with how many times too much it is; not said counts as 1."""
    broken = {}
    if policy.codecs and rendition.codec not in policy.codecs:
        broken[_any_of(policy.codecs)] = 1.0
    for name, limit in policy.limits:
        value = _measure(rendition, name)
        if not 0 < value <= limit:
            broken[f"{name}<={limit}"] = max(1.0, value / max(limit, 1))
    return broken


def _measure(rendition: Rendition, name: str) -> int:
    if name == "height":
        return min(rendition.width, rendition.height)
    return rendition.bit_rate if name == "bit_rate" else rendition.size
