"""Choose the language of the user, and translate what a user reads in a terminal.

Errors, outcomes, reports and feeds are in English everywhere within the program, since other
programs read them, too. A place that shows a finished sentence to the user passes it to
`translate_message`, which knows sentences by their form; texts that are shown only are written as
`translate("{count} works", count=3)`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from string import Formatter

ENGLISH, CHINA = "en", "zh"
# Between the parts of a sentence, the widest first, and what stands there in Chinese.
_JOINTS = (("; ", "；"), (": ", "："), (", ", "，"))
_MAX_CHARS = 500  # of a message
_BETWEEN_HAN = "(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])"  # compiled if it is used
# Names of values that may be sentences themselves, and of those that are a number, or one word.
_SENTENCES = {"why", "advice", "detail", "text", "message", "refused", "reason"}
_NUMBERS = {"count", "works", "files", "number", "limit", "seconds", "minutes", "total", "solved",
            "chats", "gifts", "coins", "users", "parsed", "changed", "status", "messages",
            "gaps", "reconnects"}  # fmt: skip
_WORDS = {"package", "code", "platform", "kind", "program", "id", "day", "variable", "version",
          "token", "outcome"}  # fmt: skip
_PARTS = {"lacking"}  # that more of the same may follow, behind a comma


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
    """Return a text in a language (None = that of the user), with values filled in.

    A text without translation stays in English.
    """
    chosen = choose_language() if language is None else language
    found = load_chinese().get(text, text) if chosen == CHINA else text
    return found.format(**values) if values else found


def translate_message(message: object, language: str | None = None) -> str:
    """Return a finished English sentence in a language (None = that of the user).

    The whole is translated if its form is known; else its parts, as far as theirs are. Values
    within it, such as names and paths, stay as they are.
    """
    text = str(message)
    chosen = choose_language() if language is None else language
    if chosen != CHINA:
        return text
    if len(text) > _MAX_CHARS:  # it may be a platform's text, whose parts take long
        return _find_form(text) or text
    return "\n".join(map(_translate_whole, text.split("\n")))


@cache
def load_chinese() -> dict[str, str]:
    """Return all Chinese texts by the English ones; {names} are values."""
    from f2scrapy.language import chinese, messages, screens  # noqa: PLC0415 - English needs none

    return chinese.CHINESE | messages.CHINESE | screens.CHINESE | dict(_iter_kinds_of_links())


def _iter_kinds_of_links() -> Iterator[tuple[str, str]]:
    from f2scrapy.platforms import get_platform, list_platforms  # noqa: PLC0415 - as above

    for platform in list_platforms():
        for kind, it in get_platform(platform).links.KINDS.items():
            yield f"{it.name} ({kind})", f"{it.chinese}（{kind}）"


@cache
def _load_forms() -> list[tuple[str, re.Pattern[str], str]]:
    """Return the texts with values, those with the most words of their own first.

    Each is its longest part without values, which a message must hold, a pattern, and the Chinese.
    """
    found = []
    for english, form in load_chinese().items():
        parts = list(Formatter().parse(english))
        if len(parts) > 1 or any(name for _, name, _, _ in parts):
            literals = [literal for literal, *_ in parts]
            found.append((sum(map(len, literals)), max(literals, key=len), _compile(parts), form))
    found.sort(key=lambda one: -one[0])
    return [(longest, pattern, form) for _, longest, pattern, form in found]


def _compile(parts: Iterable[tuple[str, str | None, str | None, str | None]]) -> re.Pattern[str]:
    pattern, known = "", set()
    for literal, name, _, _ in parts:
        again = f"(?P={name})" if name in known else f"(?P<{name}>{_choose_values(name)})"
        pattern += re.escape(literal) + (again if name else "")
        known.add(name)
    return re.compile(pattern, re.DOTALL)


def _choose_values(name: str | None) -> str:
    """Return the pattern of a value: a sentence, a number or word, or what stands in one part."""
    if name in _SENTENCES:
        return ".+?"
    if name in _NUMBERS:
        return r"\S*?\d\S*?"
    if name in _WORDS:
        return r"\S+?"
    return r"(?:(?![:;,] ).)+?" if name in _PARTS else r"(?:(?![:;] ).)+?"


@lru_cache(maxsize=1000)  # parts of long texts come again
def _translate_whole(text: str) -> str:
    """Return the translation of a text, or of its parts; a single word stays as it is."""
    if " " not in text:
        return text
    return _find_bracketed(text) or _translate_sentences(text) or _translate_parts(text) or text


def _find_form(text: str) -> str:
    """Return the translation of a text whose form is known as a whole; or ""."""
    if " " not in text:  # such as the code of an outcome
        return ""
    if found := load_chinese().get(text):
        return found
    for longest, pattern, form in _load_forms():
        if longest in text and (match := pattern.fullmatch(text)):
            values = {name: _translate_whole(it) for name, it in match.groupdict().items()}
            return re.sub(_BETWEEN_HAN, "", form.format(**values))
    return ""


def _translate_sentences(text: str) -> str:
    """Return the translation of several sentences, or of one with its full stop; or ""."""
    head, stop, tail = text.partition(". ")
    if not stop and not text.endswith("."):
        return ""
    if stop and (rest := _translate_whole(tail)) and (first := _translate_sentences(f"{head}.")):
        return first + rest
    bare = head if stop else text[:-1]
    first = (
        load_chinese().get(f"{bare}.")
        or load_chinese().get(bare)
        or _find_form(bare)
        or _translate_parts(bare)
    )
    return first if first.endswith("。") else first and f"{first}。"


def _find_bracketed(text: str) -> str:
    """Return the translation of a text whose form is known, with a reason in brackets or not."""
    if found := _find_form(text):
        return found
    bracket = re.fullmatch(r"(.+?) \((.+)\)", text, re.DOTALL)
    if bracket is None:
        return ""
    head, inner = bracket.groups()
    first, rest = _find_form(head), _translate_whole(inner)
    if not first and (" " in head or rest == inner):  # one word may be the code of an outcome
        return ""
    return f"{first or head}（{rest}）"


def _translate_parts(text: str) -> str:
    """Return the translation of the parts of a sentence; "" = none of them is known."""
    for colon in re.finditer(": ", text):  # behind a name or a place
        if found := _find_bracketed(text[colon.end() :]):
            return f"{_translate_whole(text[: colon.start()])}：{found}"
    for sign, chinese in _JOINTS:
        head, sep, tail = text.partition(sign)
        if sep and (parts := (_translate_whole(head), _translate_whole(tail))) != (head, tail):
            is_value = parts[0] == head and sign != ": "  # it stays as it is, its sign as well
            return (sign if is_value else chinese).join(parts)
    head, sep, tail = text.partition(" or ")  # kinds of links
    if sep and (first := _find_form(head)) and (rest := _translate_whole(tail)) != tail:
        return f"{first}或{rest}"
    return ""
