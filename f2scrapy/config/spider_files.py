"""Find and import the modules of spiders; a spider has the name of its file."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.resources import files
from types import ModuleType

from f2scrapy import project_package
from f2scrapy.errors import InputError
from f2scrapy.platforms import find_platform


def find_spider_modules(packages: Iterable[str] | None = None) -> dict[str, str]:
    """Return the modules of spiders by spider; `packages` None = f2scrapy's own.

    Raises:
        InputError: one is no package, or cannot be loaded.
    """
    found = (
        (package, name)
        for package in packages or [project_package("spiders")]
        for name in _list_files(package)
    )
    modules = ((package, *name.rsplit(".py", 1)) for package, name in found if name[0] != "_")
    return {name: f"{package}.{name}" for package, name, *rest in modules if rest == [""]}


def _list_files(package: str) -> list[str]:
    try:
        module = import_module(package)
        if not hasattr(module, "__path__"):  # `files` takes it for its package since Python 3.12
            raise TypeError(f"{package!r} is not a package")
        return [file.name for file in files(module).iterdir()]
    except Exception as error:  # noqa: BLE001 - of a module of the user's
        is_plain = isinstance(error, ImportError | OSError | TypeError)
        why = str(error) if is_plain else f"{type(error).__name__}: {error}"
        raise InputError(f"SPIDER_MODULES={package}: {why}") from None


def list_spider_names() -> set[str]:
    """Return the names of f2scrapy's spiders and platforms, without loading a spider."""
    names = set(find_spider_modules())
    return names | {find_platform(name) for name in names} - {""}


def load_spider_module(module: str) -> ModuleType:
    """Import a spider's module, such as "spiders.douyin_post".

    Raises:
        InputError: the module cannot be loaded.
    """
    try:
        return import_module(module)
    except Exception as error:
        why = f"{type(error).__name__}: {error}".replace("\n", " ")
        raise InputError(f"{module.replace('.', '/')}.py cannot be loaded: {why}") from error
