"""Loader: a spider by its name, which is that of its file; a crawl loads one of forty."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.resources import files
from types import ModuleType
from typing import Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings
from scrapy.utils.spider import iter_spider_classes

from f2scrapy.errors import InputError


class SpiderLoader:
    """Scrapy's interface for finding spiders, over the files of SPIDER_MODULES."""

    def __init__(self, packages: Iterable[str]) -> None:
        self.places = places(packages)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(settings.getlist("SPIDER_MODULES"))

    def load(self, spider_name: str) -> type[Spider]:
        """Raises:
        KeyError: there is no such spider.
        InputError: its file cannot be loaded.
        """
        if spider_name not in self.places:
            raise KeyError(f"Spider not found: {spider_name}")
        [found] = iter_spider_classes(module(self.places[spider_name]))
        return found

    def find_by_request(self, request: Request) -> list[str]:  # noqa: ARG002 - Scrapy's interface
        """None: our spiders are told apart by what they do, not by where they go."""
        return []

    def list(self) -> list[str]:
        """The names of all spiders; none is loaded."""
        return sorted(self.places)


def module(place: str) -> ModuleType:
    """A spider's module, such as "spiders.douyin_post".

    Raises:
        InputError: it cannot be loaded.
    """
    try:
        return import_module(place)
    except Exception as error:
        why = f"{type(error).__name__}: {error}".replace("\n", " ")
        raise InputError(f"{place.replace('.', '/')}.py cannot be loaded: {why}") from error


def places(packages: Iterable[str]) -> dict[str, str]:
    """The modules of spiders, by the spiders' names."""
    found = ((package, file.name) for package in packages for file in files(package).iterdir())
    modules = ((package, *name.rsplit(".py", 1)) for package, name in found if name[0] != "_")
    return {name: f"{package}.{name}" for package, name, *rest in modules if rest == [""]}
