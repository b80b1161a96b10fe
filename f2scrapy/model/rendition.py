"""Choose the rendition of a video that best meets F2_RENDITION."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from f2scrapy.errors import InputError
from f2scrapy.model.media import Rendition

# Better picture at the same bit rate first. Only the platform's own clients play ByteVC2: it is
# chosen only on request, or if there is nothing else.
_CODECS = ("av1", "h265", "h264", "", "bytevc2")
_UNPLAYABLE = "bytevc2"

_FORMS = (
    "best, smallest, original, codec:h264, codec:h265, codec:av1, codec:bytevc2, height<=1080, "
    "bit_rate<=2000000, size<=50MB; several are joined by commas"
)
_LIMIT = re.compile(r"(height|bit_rate|size)<=(\d+(?:\.\d+)?)([kmg]?)[bp]?")
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


@dataclass(frozen=True, slots=True)
class Policy:
    """The terms of F2_RENDITION; made by `parse_policy`."""

    smallest: bool = False  # otherwise the best
    original: bool = False  # the upload itself, where it is larger than the best encoding
    codecs: tuple[str, ...] = ()  # any of these; empty = any at all
    limits: tuple[tuple[str, int], ...] = ()  # ("height", 1080): at most; see `_measure`


class Choice(NamedTuple):
    """The chosen rendition, and the terms it does not meet."""

    rendition: Rendition
    unmet: str  # a sentence on the terms that no rendition meets; "" = all are met


def parse_policy(text: str) -> Policy:
    """Parse F2_RENDITION, such as `best` or `codec:h264,height<=1080`.

    `height` is the 1080 of 1080p: the shorter side of the picture, in pixels, in portrait as well.
    `bit_rate` is in bits per second, `size` in bytes; K, M and G are powers of 1000.

    Raises:
        InputError: a part has an unknown form, or parts exclude each other.
    """
    preferences, codecs, limits = set(), [], {}
    for part in filter(None, (part.strip().lower() for part in text.split(","))):
        if part in ("best", "smallest", "original"):
            preferences.add(part)
        elif (codec := part.removeprefix("codec:")) != part and codec in filter(None, _CODECS):
            codecs.append(codec)
        elif match := _LIMIT.fullmatch(part):
            limits[match[1]] = round(float(match[2]) * _UNITS[match[3]])
        else:
            raise InputError(f"F2_RENDITION: {part!r} is not known; valid are {_FORMS}")
    if {"best", "smallest"} <= preferences:
        raise InputError("F2_RENDITION: best and smallest exclude each other; leave one out")
    if "original" in preferences and ("smallest" in preferences or codecs or limits):
        raise InputError("F2_RENDITION: original stands alone: its codec and picture are unknown")
    smallest, original = "smallest" in preferences, "original" in preferences
    return Policy(smallest, original, tuple(codecs), tuple(limits.items()))


def choose(renditions: Sequence[Rendition], policy: Policy) -> Choice:
    """Choose the best of `renditions`, independent of their order.

    One without sound is chosen only if all are. The best has most pixels on its shorter side, then
    in all, then most bits per second, then the most efficient codec. If none meets the policy, the
    nearest is chosen: the one that breaks fewest terms, then exceeds them least; `unmet` names the
    terms.

    Raises:
        ValueError: `renditions` is empty.
    """
    chosen = min(renditions, key=lambda rendition: _sort_key(rendition, policy))
    terms = ", ".join(_find_unmet(chosen, policy))
    return Choice(chosen, f"none of {len(renditions)} offered meets {terms}" if terms else "")


def rank(renditions: Sequence[Rendition], policy: Policy) -> list[Rendition]:
    """Return `renditions`, the one that `choose` prefers first."""
    return sorted(renditions, key=lambda rendition: _sort_key(rendition, policy))


def is_better(a: Rendition, b: Rendition, policy: Policy) -> bool:
    """Return whether `choose` would prefer `a` to `b`; False if they rank equally."""
    return _sort_key(a, policy) < _sort_key(b, policy)


def _join_codecs(codecs: Sequence[str]) -> str:
    return " or ".join(f"codec:{codec}" for codec in codecs)


def _sort_key(rendition: Rendition, policy: Policy) -> tuple[float, ...]:
    unmet = _find_unmet(rendition, policy)
    excess = max(unmet.values(), default=0)
    unplayable = rendition.codec == _UNPLAYABLE
    rank = _rank_by_size(rendition) if policy.smallest else _rank_by_quality(rendition)
    return (rendition.is_silent, len(unmet), excess, unplayable, *rank)


def _rank_by_quality(rendition: Rendition) -> tuple[float, ...]:
    codec = rendition.codec if rendition.codec in _CODECS else ""
    return (
        -_measure(rendition, "height"),
        -rendition.width * rendition.height,
        -rendition.bit_rate,
        _CODECS.index(codec),
        -rendition.fps,
        -rendition.size,
    )


def _rank_by_size(rendition: Rendition) -> tuple[float, ...]:
    unknown = float("inf")
    pixels = rendition.width * rendition.height
    return (rendition.size or unknown, rendition.bit_rate or unknown, pixels or unknown)


def _find_unmet(rendition: Rendition, policy: Policy) -> dict[str, float]:
    """Return the terms it does not meet, each with value / limit; an unknown value counts as 1."""
    unmet = {}
    if policy.codecs and rendition.codec not in policy.codecs:
        unmet[_join_codecs(policy.codecs)] = 1.0
    for name, limit in policy.limits:
        value = _measure(rendition, name)
        if not 0 < value <= limit:
            unmet[f"{name}<={limit}"] = max(1.0, value / max(limit, 1))
    return unmet


def _measure(rendition: Rendition, name: str) -> int:
    if name == "height":
        return min(rendition.width, rendition.height)
    return rendition.bit_rate if name == "bit_rate" else rendition.size
