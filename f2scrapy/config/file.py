"""f2scrapy.yaml: a user's defaults; defaults < file < environment < command line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, get_type_hints

import yaml
from scrapy.settings import BaseSettings, Settings

from f2scrapy.config.options import check, key_of
from f2scrapy.config.spider_files import find_spider_modules, load_spider_module
from f2scrapy.crawl.arguments import Args
from f2scrapy.crawl.requests import MEDIA_SLOT, TOKEN_SLOT
from f2scrapy.crawl.spider_loader import SpiderLoader
from f2scrapy.errors import InputError
from f2scrapy.text import describe_unknown

FILE = "f2scrapy.yaml"
SPIDERS = ("spiders",)  # packages

# Between Scrapy's own priorities: project 20 < what a spider has as usual < file < environment
# < spider 30 < cmdline 40.
_SPIDER, _FILE, _ENVIRONMENT = 21, 22, 24
_NOT_IN_FILE = ("F2_FILE", "F2_CONFIG")


class Config:
    """Scrapy add-on: puts the user's file and F2_… variables into the settings."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Before any spider: the file and the environment.

        Raises:
            InputError: the file cannot be used.
        """
        load(settings)

    def update_settings(self, settings: Settings) -> None:
        """After the command line: Scrapy's settings that follow from ours."""
        pace = settings.getfloat("F2_PACE")
        settings.set("DOWNLOAD_DELAY", pace, "addon")
        settings.set("AUTOTHROTTLE_START_DELAY", pace, "addon")
        settings.set("AUTOTHROTTLE_ENABLED", pace > 0, "addon")
        files = {"concurrency": settings.getint("F2_MEDIA_CONCURRENCY"), "delay": 0, "jitter": 0}
        tokens = {"concurrency": 1, "delay": 0, "jitter": 0}
        settings.set("DOWNLOAD_SLOTS", {MEDIA_SLOT: files, TOKEN_SLOT: tokens}, "addon")


def load(settings: BaseSettings) -> None:
    """Take F2_… variables of the environment and the general part of the user's file.

    Raises:
        InputError: the file cannot be read, or a name or a value is of no use.
    """
    for name in options(settings):
        if name in os.environ:
            settings.set(name, os.environ[name], _ENVIRONMENT)
    if settings.get("F2_COOKIE"):
        raise InputError("F2_COOKIE is taken from the environment only: others can read commands")
    file = _read(settings)
    settings.set("F2_FILE", file, _FILE)
    for name, value in _general(settings, file):
        settings.set(name, value, _FILE)
    check(settings, os.environ)


def standalone(**options: str) -> Settings:
    """The settings of a program that runs without Scrapy's commands; `options` beat the rest.

    Raises:
        InputError: one of them cannot be used.
    """
    settings = Settings()
    settings.setmodule("f2scrapy.settings")
    settings.setdict(options, "cmdline")
    load(settings)
    return settings


def options(settings: BaseSettings) -> list[str]:
    """The names of all options of the project."""
    return [name for name in settings if name.startswith("F2_")]


def spider_settings(settings: BaseSettings, spider: str, defaults: Mapping[str, Any]) -> None:
    """Take the spider's own defaults, and what the file says of it (called before the crawl).

    Raises:
        InputError: a value is of no use.
    """
    for name, value in defaults.items():
        settings.set(name, value, _SPIDER)
    for section in _sections(settings, spider):
        for key, value in section.items():
            if (name := _option(settings, key)) and value is not None:
                settings.set(name, value, _FILE + 1)
    check(settings)


def spider_defaults(settings: BaseSettings, spider: str, kind: type[Args]) -> dict[str, Any]:
    """The spider's arguments as the file gives them; null gives none.

    Raises:
        InputError: a name, in whatever section of the file, is neither an option nor an argument
            of any such spider.
    """
    names = _spider_names()
    for name in filter(names.__contains__, settings.get("F2_FILE") or {}):
        _check_section(settings, name, kind if name == spider else _args_of(name))
    found: dict[str, Any] = {}
    for section in _sections(settings, spider):
        found |= {key: section[key] for key in kind.model_fields if section.get(key) is not None}
    return found


def _check_section(settings: BaseSettings, name: str, kind: type[Args] | None) -> None:
    """None = it is of several spiders, or of one that cannot be loaded."""
    for key in settings["F2_FILE"][name] or {}:
        if _option(settings, key) or (kind and key in kind.model_fields):
            continue
        if kind or not (key in _all_fields(Args) or _of_another(key)):
            valid = [*(kind.model_fields if kind else _all_fields(Args)), *_keys(settings)]
            raise InputError(
                describe_unknown(f"{_name(settings)}: {name}.{key}", key_of(str(key)), valid)
            )


def _args_of(name: str) -> type[Args] | None:
    with suppress(KeyError, InputError):
        kind: type[Args] = get_type_hints(SpiderLoader(SPIDERS).load(name))["args"]
        return kind
    return None


def client_changes(settings: BaseSettings) -> tuple[dict[str, Any], str]:
    """What the file changes of client.yaml, by platform; and the file's name."""
    return (settings.get("F2_FILE") or {}).get("client") or {}, _name(settings)


def archive_path(settings: BaseSettings) -> Path:
    """The archive's file."""
    return Path(settings["F2_ARCHIVE"] or Path(settings["F2_PATH"]) / "f2scrapy.db").expanduser()


def identity_path(settings: BaseSettings) -> Path:
    """The file of the guests' tokens, beside the archive; a sandbox's are no platform's."""
    door = ".sandbox" if settings["F2_SANDBOX"] else ""
    return archive_path(settings).with_name(f"f2scrapy.identity{door}.json")


def platform_of(spider: str) -> str:
    """The platform of a spider, by its name."""
    return spider.partition("_")[0]


def _read(settings: BaseSettings) -> dict[str, Any]:
    given = settings["F2_CONFIG"]
    path = Path(_name(settings))
    try:
        text = path.expanduser().read_text(encoding="utf-8-sig")
        file = yaml.load(text, _Loader)  # noqa: S506 - it is the safe one
    except FileNotFoundError:
        if given:
            raise InputError(f"F2_CONFIG={given}: there is no such file") from None
        return {}
    except (OSError, ValueError, RuntimeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: cannot be read: {_why(error)}") from error
    if not isinstance(file, dict | None):
        raise InputError(f"{path}: want sections with names and values")
    return file or {}


def _name(settings: BaseSettings) -> str:
    return settings["F2_CONFIG"] or FILE


def _general(settings: BaseSettings, file: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in file.items():
        if key == "client" or key in _spider_names():
            if not isinstance(value, dict | None):
                raise InputError(f"{_name(settings)}: {key}: want names and values below it")
        elif name := _option(settings, key):
            if value is not None:
                yield name, value
        else:
            valid = [*_keys(settings), *_spider_names(), "client"]
            raise InputError(describe_unknown(f"{_name(settings)}: {key}", key_of(str(key)), valid))


def _sections(settings: BaseSettings, spider: str) -> list[dict[str, Any]]:
    file = settings.get("F2_FILE") or {}
    return [file.get(name) or {} for name in (platform_of(spider), spider)]


def _option(settings: BaseSettings, key: str) -> str:
    name = f"F2_{str(key).upper()}"  # YAML has names that are no texts
    return name if name in settings and name not in _NOT_IN_FILE else ""


def _keys(settings: BaseSettings) -> list[str]:
    """What `_option` takes."""
    return [key_of(name) for name in options(settings) if name not in _NOT_IN_FILE]


def _spider_names() -> set[str]:
    """Spiders and platforms, by the files there are: a spider's file bears its name."""
    names = set(find_spider_modules(SPIDERS))
    return names | {platform_of(name) for name in names}


def _of_another(key: str) -> bool:
    """Whether any spider takes this argument; they have to be loaded to know.

    Raises:
        InputError: none that can be loaded does, and one cannot.
    """
    broken = None
    for place in find_spider_modules(SPIDERS).values():
        try:
            load_spider_module(place)
        except InputError as error:
            broken = error
    if key in _all_fields(Args):
        return True
    if broken:
        raise InputError(f"no spider that can be loaded takes {key}; {broken}")
    return False


def _all_fields(kind: type[Args]) -> dict[str, Any]:
    fields: dict[str, Any] = dict(kind.model_fields)
    for below in kind.__subclasses__():
        fields |= _all_fields(below)
    return fields


class _Loader(yaml.SafeLoader):
    """Takes no name twice; YAML itself would let the last one win, and forget the others."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in names:
                why = f"{key.value} stands there a second time"
                raise yaml.MarkedYAMLError(problem=why, problem_mark=key.start_mark)
            names.add(key.value)
        return super().construct_mapping(node, deep)


def _why(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        escape = "escape" in str(error.problem)  # such as that of "C:\Users"
        hint = "; what holds a \\ goes between single quotes" if escape else ""
        return f"line {error.problem_mark.line + 1}: {error.problem}{hint}"
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    return str(getattr(error, "strerror", error))
