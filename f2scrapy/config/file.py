"""Read f2scrapy.yaml and the environment; defaults < file < environment < command line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from f2scrapy.archive.server import hide_passwords
from f2scrapy.config.options import (
    NAMES,
    Options,
    check_names,
    check_path_text,
    option_key,
    parse_options,
)
from f2scrapy.config.spider_files import list_spider_names
from f2scrapy.errors import InputError
from f2scrapy.text import describe_unknown

FILE = "f2scrapy.yaml"
SETTINGS = "f2scrapy.settings"  # the module that holds the defaults
_NOT_IN_FILE = ("F2_CONFIG",)


@dataclass(frozen=True)
class UserFile:
    """A user's file: options, changes of client.yaml, and sections of platforms and spiders."""

    name: str = FILE
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def client(self) -> Mapping[str, Any]:
        """Changes of client.yaml, by platform."""
        return self.content.get("client") or {}

    def section(self, name: str) -> Mapping[str, Any]:
        """Return the section of one platform or spider; empty = there is none."""
        return self.content.get(name) or {}

    def general_options(self) -> Iterator[tuple[str, Any]]:
        """Yield the options outside all sections by their F2_… names; null values are skipped."""
        for key, value in self.content.items():
            if value is not None and (name := find_option(key)):
                yield name, value


def load_options(**overrides: str) -> Options:
    """Return the options of a program without Scrapy; `overrides` have the last word.

    load_options(F2_PATH="Download")

    Raises:
        InputError: a name is unknown, or a value cannot be used.
    """
    for name in overrides:
        if name not in NAMES:
            full_name = f"F2_{option_key(name.upper()).upper()}"  # "path" stands for F2_PATH
            raise InputError(describe_unknown(f"option {name}", full_name, NAMES, "F2_"))
    check_names(os.environ)
    given = read_environment() | overrides
    defaults = read_defaults()
    file = read_user_file(given.get("F2_CONFIG", defaults["F2_CONFIG"]))
    return parse_options(defaults | dict(file.general_options()) | given, **extra_values(file))


def read_defaults() -> dict[str, Any]:
    """Return the defaults in settings.py."""
    settings = vars(import_module(SETTINGS))
    return {name: settings[name] for name in NAMES}


def extra_values(file: UserFile) -> dict[str, Any]:
    """Return the fields of `Options` that no F2_… setting holds."""
    return {
        "cookie": os.environ.get("F2_COOKIE", ""),
        "client": file.client,
        "file_name": file.name,
    }


def read_environment() -> dict[str, str]:
    """Return the options that the environment sets."""
    return {name: os.environ[name] for name in NAMES if name in os.environ}


def read_user_file(path: str) -> UserFile:
    """Read the user's file at `path`; "" = f2scrapy.yaml in the working directory, if any.

    Raises:
        InputError: it is missing, cannot be read, or holds an unknown name.
    """
    name = path or FILE
    try:
        check_path_text(name)
    except ValueError as error:
        raise InputError(f"F2_CONFIG={hide_passwords(str(path))}: {error}") from None
    try:
        text = Path(name).expanduser().read_text(encoding="utf-8-sig")
        content = yaml.load(text, _Loader)  # noqa: S506 - it is the safe one
    except FileNotFoundError:
        if path:
            raise InputError(f"F2_CONFIG={path}: there is no such file") from None
        return UserFile(name)
    except (OSError, ValueError, RuntimeError, yaml.YAMLError) as error:
        raise InputError(f"{Path(name)}: cannot be read: {_explain(error)}") from error
    if not isinstance(content, dict | None):
        raise InputError(f"{Path(name)}: want sections with names and values")
    file = UserFile(name, content or {})
    _check_content(file)
    return file


def find_option(key: Any) -> str:
    """Return the F2_… name of a key in the file; "" = it is no option of a file."""
    name = f"F2_{str(key).upper()}"  # YAML keys may be numbers
    return name if name in NAMES and name not in _NOT_IN_FILE else ""


def list_option_keys() -> list[str]:
    """Return the keys of options that a file may hold."""
    return [option_key(name) for name in NAMES if name not in _NOT_IN_FILE]


def _check_content(file: UserFile) -> None:
    sections = {"client", *list_spider_names()}
    for key, value in file.content.items():
        if key in sections:
            if not isinstance(value, dict | None):
                raise InputError(f"{file.name}: {key}: want names and values below it")
        elif not find_option(key):
            valid = [*list_option_keys(), *sections]
            raise InputError(describe_unknown(f"{file.name}: {key}", option_key(str(key)), valid))


class _Loader(yaml.SafeLoader):
    """Refuses repeated keys; PyYAML keeps the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in names:
                why = f"{key.value} stands there a second time"
                raise yaml.MarkedYAMLError(problem=why, problem_mark=key.start_mark)
            names.add(key.value)
        return super().construct_mapping(node, deep)


def _explain(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        escape = "escape" in str(error.problem)  # such as in "C:\Users"
        hint = "; put text with a \\ into single quotes" if escape else ""
        return f"line {error.problem_mark.line + 1}: {error.problem}{hint}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8 text"
    if isinstance(error, RecursionError):
        return "too many brackets are open at once"
    if isinstance(error, RuntimeError):
        return "the home folder of that user is not known"
    return str(getattr(error, "strerror", error))
