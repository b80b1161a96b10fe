"""Read the lines of files that users name as @file."""

from __future__ import annotations

import re
from pathlib import Path

from f2scrapy.errors import InputError


def read_lines(text: str, option: str = "") -> list[str]:
    """`text`, or the lines of the file that @file names, without empty ones and # comments.

    Raises:
        InputError: the file cannot be read.
    """
    if not text.startswith("@"):
        return [text]
    try:
        lines = Path(text[1:]).expanduser().read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError, RuntimeError) as error:
        no_text = "it is no text in UTF-8: save it as such"
        why = (
            no_text if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", error)
        )
        a_name = option.startswith("-a") and re.fullmatch(r"@[\w.]+", text)
        hint = "; a user's name goes without @" if a_name else ""
        raise InputError(f"{option}{text}: cannot read that file ({why}){hint}") from error
    stripped = (line.strip() for line in lines)
    return [line for line in stripped if line and not line.startswith("#")]
