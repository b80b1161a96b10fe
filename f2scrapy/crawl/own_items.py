"""Let pipelines skip the items of a user's own spider, and wait for a locked archive."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from inspect import isawaitable
from typing import Any

from f2scrapy.archive.database import is_busy
from f2scrapy.model.item import Item


def own_items(process_item: Callable[[Any, Item], Any]) -> Callable[[Any, Any], Any]:
    """Decorate a pipeline's `process_item` to return other items unchanged.

    While another program has locked its `archive`, it is called again: it must do nothing before
    the first call of the archive that it does not do as well the second time.
    """

    @wraps(process_item)
    def process(self: Any, item: Any) -> Any:
        if not isinstance(item, Item):
            return item
        try:
            return process_item(self, item)
        except OSError as error:
            if not is_busy(error):
                raise
            return repeat(self, item)

    async def repeat(self: Any, item: Item) -> Any:
        result = await self.archive.run(partial(process_item, self, item))
        return await result if isawaitable(result) else result

    return process
