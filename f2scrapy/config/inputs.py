"""Read the lines of files that users name as @file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from f2scrapy.errors import InputError

_LINK = re.compile(r"https?://\S{4,2000}", re.ASCII | re.IGNORECASE)

_LABELLED = re.compile(r"[^:：]{1,60}[:：]\s(.*)")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: [A-Z]{3,4})?", re.ASCII)


def read_lines(text: str, option: str = "") -> list[str]:
    """Return the lines of the file that @file names, without empty ones and # comments.

    Of an export of an account's data these are its links.

    Another text is returned as the only line; `option` begins the message of an error.

    Raises:
        InputError: the file cannot be read.
    """
    if not text.startswith("@"):
        return [text]
    content = _read_file(text, option)
    if (exported := find_exported_links(content)) is not None:
        return exported
    stripped = (line.strip() for line in content.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def find_exported_links(content: str) -> list[str] | None:
    """Return the links in a platform's export of an account's data; None = this is no export.

    TikTok's is JSON, or files with a line for each value: "Date: 2023-05-01 12:34:56 UTC" and
    "Link: https://…" (reports of 2021 and 2025). It holds much that is private: only values that
    are a link and nothing else are taken.
    """
    texts = _read_json_texts(content)
    if texts is None:
        texts = _read_labelled_texts(content)
    if texts is None:
        return None
    return list(dict.fromkeys(text for text in texts if _LINK.fullmatch(text)))


def _read_json_texts(content: str) -> list[str] | None:
    if not content.lstrip().startswith(("{", "[")):
        return None
    try:
        return list(_iterate_texts(json.loads(content)))
    except (ValueError, RecursionError):
        return None


def _read_labelled_texts(content: str) -> list[str] | None:
    """Return the values of the lines; None = not every line has a label, or none has a time."""
    lines = [line.strip() for line in content.splitlines() if line.strip()]
    found = [_LABELLED.fullmatch(line) for line in lines]
    values = [match[1] for match in found if match]
    is_whole = bool(lines) and len(values) == len(lines)
    return values if is_whole and any(map(_TIME.fullmatch, values)) else None


def is_export(text: str, option: str = "") -> bool:
    """Return whether `text` is `@file`, and the file an export of an account's data.

    Raises:
        InputError: the file cannot be read.
    """
    return text.startswith("@") and find_exported_links(_read_file(text, option)) is not None


def _iterate_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _iterate_texts(part)


def _read_file(text: str, option: str) -> str:
    try:
        return Path(text[1:]).expanduser().read_text(encoding="utf-8-sig")
    except (OSError, ValueError, RuntimeError) as error:
        not_utf8 = "it is no text in UTF-8: save it as such"
        why = not_utf8 if isinstance(error, UnicodeDecodeError) else _explain(error)
        is_name = option.startswith("-a") and re.fullmatch(r"@[\w.]+", text)
        hint = "; a user's name goes without @" if is_name else ""
        raise InputError(f"{option}{text}: cannot read that file ({why}){hint}") from error


def _explain(error: Exception) -> str:
    if isinstance(error, RuntimeError):
        return "the home folder of that user is not known"
    return str(getattr(error, "strerror", "no path can have such a name"))
