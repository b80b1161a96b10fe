"""Say events in the language of the user, in files for players."""

from __future__ import annotations

import locale
from collections.abc import Mapping
from typing import Literal

from f2scrapy.danmaku.messages import Gift

Language = Literal["en", "zh"]

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first one that is set counts, as in POSIX


def choose_language(option: str, environ: Mapping[str, str]) -> Language:
    """Return the language of F2_DANMAKU_LANGUAGE; "auto" is that of the user's environment."""
    name = option
    if option == "auto":
        name = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
        name = name or locale.getlocale()[0] or ""  # Windows has none of the variables
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def describe_gift(gift: Gift, language: Language) -> str:
    """Return a gift as one line. It has texts of strangers: sinks sanitize it."""
    if language == "en":
        return gift.text
    name = gift.gift_name or f"礼物 {gift.gift_id}"
    receiver = gift.to_user.nickname if gift.to_user else ""
    to = f"给 {receiver} " if receiver else ""
    return f"{gift.nickname} {to}送出 {name} x{gift.amount}"
