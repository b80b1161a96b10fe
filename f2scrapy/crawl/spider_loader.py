"""Load a spider by the name of its file, so that a crawl imports one of forty."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.utils.spider import iter_spider_classes

from f2scrapy.config.spider_files import find_spider_modules, load_spider_module
from f2scrapy.errors import InputError


class SpiderLoader:
    """Scrapy's interface for finding spiders, over the files of SPIDER_MODULES."""

    def __init__(self, packages: Iterable[str]) -> None:
        self.places = find_spider_modules(packages)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Raises:
        UsageError: an entry of SPIDER_MODULES is no package; Scrapy's commands print it.
        """
        try:
            return cls(settings.getlist("SPIDER_MODULES"))
        except InputError as error:
            raise UsageError(str(error), print_help=False) from None

    def load(self, spider_name: str) -> type[Spider]:
        """Raises:
        KeyError: there is no such spider.
        InputError: its file cannot be loaded, or holds no spider of that name, or others beside it.
        """
        if spider_name not in self.places:
            raise KeyError(f"Spider not found: {spider_name}")
        place = self.places[spider_name]
        found = [*iter_spider_classes(load_spider_module(place))]
        if [one.name for one in found] != [spider_name]:
            present = ", ".join(sorted(one.name for one in found)) or "none"
            file = f"{place.replace('.', '/')}.py"
            raise InputError(f"{file}: want one spider, named {spider_name}; there are: {present}")
        return found[0]

    def find_by_request(self, request: Request) -> list[str]:  # noqa: ARG002 - Scrapy's interface
        """Return no spider: several fetch the same addresses."""
        return []

    def list(self) -> list[str]:
        """Return the names of all spiders, without loading them."""
        return sorted(self.places)
