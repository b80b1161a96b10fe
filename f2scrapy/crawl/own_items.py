"""Let pipelines skip the items of a user's own spider."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from f2scrapy.model.item import Item


def own_items(process_item: Callable[[Any, Item], Any]) -> Callable[[Any, Any], Any]:
    """Decorate a pipeline's `process_item` to return other items unchanged."""

    @wraps(process_item)
    def process(self: Any, item: Any) -> Any:
        return process_item(self, item) if isinstance(item, Item) else item

    return process
