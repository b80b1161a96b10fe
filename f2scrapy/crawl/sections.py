"""Read one spider's options and arguments from f2scrapy.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, get_type_hints

from scrapy.settings import BaseSettings

from f2scrapy import project_package
from f2scrapy.config.file import UserFile, find_option, list_option_keys
from f2scrapy.config.options import option_key
from f2scrapy.config.spider_files import (
    find_spider_modules,
    list_spider_names,
    load_spider_module,
)
from f2scrapy.crawl.addon import FILE_PRIORITY, SPIDER_DEFAULT_PRIORITY, get_user_file
from f2scrapy.crawl.arguments import Args
from f2scrapy.crawl.spider_loader import SpiderLoader
from f2scrapy.errors import InputError
from f2scrapy.platforms import find_platform
from f2scrapy.text import describe_unknown


def apply_spider_options(settings: BaseSettings, spider: str, defaults: Mapping[str, Any]) -> None:
    """Set the spider's own defaults, then the options its sections of the user's file give."""
    for name, value in defaults.items():
        settings.set(name, value, SPIDER_DEFAULT_PRIORITY)
    for section in _iterate_sections(get_user_file(settings), spider):
        for key, value in section.items():
            if value is not None and (name := find_option(key)):
                settings.set(name, value, FILE_PRIORITY + 1)


def read_spider_arguments(file: UserFile, spider: str, kind: type[Args]) -> dict[str, Any]:
    """Return the spider's arguments in the user's file, without those that are null.

    Raises:
        InputError: a key in any section is neither an option nor an argument of its spiders.
    """
    for name in filter(list_spider_names().__contains__, file.content):
        _check_section(file, name, kind if name == spider else _find_args(name))
    found: dict[str, Any] = {}
    for section in _iterate_sections(file, spider):
        found |= {key: section[key] for key in kind.model_fields if section.get(key) is not None}
    return found


def _iterate_sections(file: UserFile, spider: str) -> Iterator[Mapping[str, Any]]:
    """Yield the platform's section, then the spider's, which overrides it."""
    platform = find_platform(spider)
    if platform:
        yield file.section(platform)
    yield file.section(spider)


def _check_section(file: UserFile, name: str, kind: type[Args] | None) -> None:
    """Check the keys of one section; `kind` None = it is a platform's, or its spider is broken."""
    for key in file.section(name):
        if find_option(key) or (kind and key in kind.model_fields):
            continue
        if kind or not (key in _collect_fields(Args) or _is_argument(key)):
            valid = [*(kind.model_fields if kind else _collect_fields(Args)), *list_option_keys()]
            what = f"{file.name}: {name}.{key}"
            raise InputError(describe_unknown(what, option_key(str(key)), valid))


def _find_args(spider: str) -> type[Args] | None:
    with suppress(KeyError, InputError):
        found = SpiderLoader([project_package("spiders")]).load(spider)
        kind: type[Args] = get_type_hints(found)["args"]
        return kind
    return None


def _is_argument(key: str) -> bool:
    """Load all spiders, and return whether any takes this argument.

    Raises:
        InputError: no spider takes it, and at least one cannot be loaded.
    """
    broken = None
    for place in find_spider_modules().values():
        try:
            load_spider_module(place)
        except InputError as error:
            broken = error
    if key in _collect_fields(Args):
        return True
    if broken:
        raise InputError(f"no spider that can be loaded takes {key}; {broken}")
    return False


def _collect_fields(kind: type[Args]) -> dict[str, Any]:
    fields: dict[str, Any] = dict(kind.model_fields)
    for below in kind.__subclasses__():
        fields |= _collect_fields(below)
    return fields
