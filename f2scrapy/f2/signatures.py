"""Sign queries as F2's managers do: the user agent is the caller's, the query stays as it is."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from f2scrapy.api.session import Session
from f2scrapy.signing import Unsigned, fingerprint, sign


def sign_text(scheme: str, user_agent: str, query: str, body: str = "") -> str:
    """Return the query with the signature of `scheme`, "x_bogus" or "a_bogus", as last parameter.

    Raises:
        ValueError: the query or the user agent cannot be signed.
    """
    screen = fingerprint.generate(user_agent, random.random)
    unsigned = Unsigned(
        query=query, body=body.encode(), user_agent=user_agent, fingerprint=str(screen),
        now_ms=time.time_ns() // 1_000_000, random=random.random,
    )  # fmt: skip
    return sign(scheme, unsigned).query


def sign_model(
    scheme: str, user_agent: str, base_endpoint: str, params: Any, body: str = ""
) -> str:
    """Return the whole URL with the signature; values are percent-encoded. (F2 does not.)

    Raises:
        TypeError: `params` is no dict.
    """
    if not isinstance(params, Mapping):
        raise TypeError("params: want a dict; a model's is model_dump()")
    query = urlencode({name: _to_text(value) for name, value in params.items()}, quote_via=quote)
    separator = "&" if "?" in base_endpoint else "?"
    return f"{base_endpoint}{separator}{sign_text(scheme, user_agent, query, body)}"


def split_agent(platform: str, given: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the user agent that comes first, and the rest; without one, the browser profile's.

    The documentation has both forms: (user_agent, endpoint, …) and (endpoint, …).
    """
    if given and isinstance(given[0], str) and given[0].startswith("Mozilla/"):
        return given[0], given[1:]
    return Session(platform).identity.user_agent, given


def _to_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
