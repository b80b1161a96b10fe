"""Find the files of spiders; a spider bears the name of its file."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.resources import files
from types import ModuleType

from f2scrapy.errors import InputError


def load_spider_module(place: str) -> ModuleType:
    """A spider's module, such as "spiders.douyin_post".

    Raises:
        InputError: it cannot be loaded.
    """
    try:
        return import_module(place)
    except Exception as error:
        why = f"{type(error).__name__}: {error}".replace("\n", " ")
        raise InputError(f"{place.replace('.', '/')}.py cannot be loaded: {why}") from error


def find_spider_modules(packages: Iterable[str]) -> dict[str, str]:
    """The modules of spiders, by the spiders' names."""
    found = ((package, file.name) for package in packages for file in files(package).iterdir())
    modules = ((package, *name.rsplit(".py", 1)) for package, name in found if name[0] != "_")
    return {name: f"{package}.{name}" for package, name, *rest in modules if rest == [""]}
