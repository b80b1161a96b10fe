"""Choose the language of the command, and translate its texts."""

from __future__ import annotations

import os
from collections.abc import Mapping

from f2scrapy.command.chinese import CHINESE

ENGLISH, CHINA = "en", "zh"


def choose_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return "zh" or "en": F2_LANG, or else the language of the environment.

    The first of LC_ALL, LC_MESSAGES and LANG that is set counts, as POSIX has it.
    """
    wish = environment.get("F2_LANG", "auto").lower()
    if wish in (ENGLISH, CHINA):
        return wish
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return CHINA if locale.lower().startswith(CHINA) else ENGLISH


def translate(text: str, language: str | None = None, **values: object) -> str:
    """Return a text of the command in a language (None = that of the user), with values filled in.

    A text without translation stays in English.
    """
    chosen = choose_language() if language is None else language
    found = CHINESE.get(text, text) if chosen == CHINA else text
    return found.format(**values) if values else found
