"""Routes: which function answers for which host and path."""

from __future__ import annotations

import re
from functools import cache

from f2scrapy.sandbox import cdn, douyin, links, tokens
from f2scrapy.sandbox.checks import Route

EXACT: dict[tuple[str, str], Route] = {**douyin.EXACT, **tokens.EXACT}
PATTERNS: dict[str, Route] = {**cdn.PATTERNS, **links.PATTERNS, **douyin.PATTERNS}


def find(host: str, path: str) -> Route:
    """The interface of that address; that of a stranger's host where it is none of ours."""
    exact = EXACT.get((host, path))
    if exact:
        return exact
    return next((r for form, r in _compiled() if form.fullmatch(host + path)), links.OUTSIDE)


@cache
def _compiled() -> list[tuple[re.Pattern[str], Route]]:
    return [(re.compile(form, re.DOTALL), route) for form, route in PATTERNS.items()]
