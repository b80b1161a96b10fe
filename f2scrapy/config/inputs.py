"""Read the lines of files that users name as @file."""

from __future__ import annotations

import re
from pathlib import Path

from f2scrapy.errors import InputError


def read_lines(text: str, option: str = "") -> list[str]:
    """Return the lines of the file that @file names, without empty ones and # comments.

    Another text is returned as the only line; `option` begins the message of an error.

    Raises:
        InputError: the file cannot be read.
    """
    if not text.startswith("@"):
        return [text]
    try:
        lines = Path(text[1:]).expanduser().read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError, RuntimeError) as error:
        not_utf8 = "it is no text in UTF-8: save it as such"
        why = not_utf8 if isinstance(error, UnicodeDecodeError) else _explain(error)
        is_name = option.startswith("-a") and re.fullmatch(r"@[\w.]+", text)
        hint = "; a user's name goes without @" if is_name else ""
        raise InputError(f"{option}{text}: cannot read that file ({why}){hint}") from error
    stripped = (line.strip() for line in lines)
    return [line for line in stripped if line and not line.startswith("#")]


def _explain(error: Exception) -> str:
    if isinstance(error, RuntimeError):
        return "the home folder of that user is not known"
    return str(getattr(error, "strerror", "no path can have such a name"))
