"""Fill {placeholders} of client.yaml with the facts of an identity."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def fill_placeholders(value: Any, facts: Mapping[str, Any]) -> Any:
    """Return `value` with its {placeholders} replaced; one that stands alone keeps its type.

    Raises:
        KeyError: there is no such fact.
    """
    if isinstance(value, dict):
        return {key: fill_placeholders(inner, facts) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill_placeholders(inner, facts) for inner in value]
    if not isinstance(value, str):
        return value
    alone = PLACEHOLDER.fullmatch(value)
    if alone:
        return facts[alone[1]]
    return PLACEHOLDER.sub(lambda found: str(facts[found[1]]), value)
