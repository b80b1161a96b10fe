"""Keep pipelines to f2scrapy's own items; those of a user's spider pass through untouched."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from f2scrapy.model.item import Item


def own_items(process_item: Callable[[Any, Item], Any]) -> Callable[[Any, Any], Any]:
    """Decorate a pipeline's `process_item`: an item of another kind is returned as it is."""

    @wraps(process_item)
    def process(self: Any, item: Any) -> Any:
        return process_item(self, item) if isinstance(item, Item) else item

    return process
