"""Words for people: counts, errors, times and foreign text, safe to show anywhere."""

from __future__ import annotations

import re
import traceback
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from difflib import get_close_matches
from typing import Any

from pydantic_core import to_json

from f2scrapy.errors import F2Error

CHINA = timezone(timedelta(hours=8))  # what `create` shows, as the platforms' own pages do
_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff"
REGIONAL = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # two of them make a country's flag
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"  # regional flags, spelled in tags
_JOINER = f"(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"  # what makes one emoji of several
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls, but for those that are white space
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f"
)
_UNSEEN = re.compile(f"({_FLAG}|{_JOINER})|[{_INVISIBLE}]")
SEPARATOR = "|"  # between the values of a list within a cell; no file name holds it
# What makes a spreadsheet execute a cell; the wide forms do so where people write Chinese.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WISHES = {  # by pydantic's type of a fault, filled from its context
    "bool_parsing": "want yes or no",
    "bool_type": "want yes or no",
    "int_parsing": "want a whole number",
    "int_from_float": "want a whole number",
    "int_type": "want a whole number",
    "float_parsing": "want a number",
    "float_type": "want a number",
    "finite_number": "want a number",
    "greater_than_equal": "want {ge:g} or more",
    "greater_than": "want more than {gt:g}",
    "less_than_equal": "want {le:g} or less",
    "literal_error": "want {expected}",
    "string_type": "want a text",
    "string_too_short": "this is empty",
    "list_type": "want a list",
    "dict_type": "want names and values below it",
    "model_type": "want names and values below it",
    "missing": "this is missing",
}


def pluralize(count: int, noun: str) -> str:
    """A number of things: "1 file", "2 files"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def format_clock(moment: datetime, form: str | None = None) -> str:
    """A moment as people are shown it: in UTC+8."""
    return moment.astimezone(CHINA).strftime(form or "%H:%M:%S")


def make_visible(text: str) -> str:
    """`text` as one line of what people can see of it: for names, terminals, files of others.

    Controls, direction marks and zero-width characters go, runs of white space become one blank.
    """
    if text.isprintable() and "  " not in text:  # most are: this takes a tenth of the time
        return unicodedata.normalize("NFC", text)
    seen = _UNSEEN.sub(r"\1", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", seen))


def csv_cell(value: Any) -> Any:
    """A value as one cell: lists joined, objects as JSON, nothing that a spreadsheet executes."""
    if isinstance(value, list):
        value = SEPARATOR.join(map(_part, value))
    if isinstance(value, dict):
        value = to_json(value).decode()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _part(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else to_json(value).decode()
    return text.replace(SEPARATOR, f"\\{SEPARATOR}")


def describe_error(error: BaseException) -> str:
    """A failure in words without secrets: texts of other people's errors may hold signed URLs."""
    words = {
        "DownloadConnectionRefusedError": "the connection was refused",
        "CannotResolveHostError": "the host is not known",
        "DownloadTimeoutError": "no answer in time",
        "DownloadFailedError": "the connection failed",
        "ResponseDataLossError": "the answer broke off",
        "Garbled": "the answer cannot be unpacked",
        "DownloadCancelledError": "the answer is too long to be held in memory",
        "ClientConnectorError": "no connection could be made",
        "ClientConnectorDNSError": "the host is not known",
        "ClientConnectorCertificateError": "the host's certificate is not valid",
        "ServerDisconnectedError": "the connection broke off",
        "TimeoutError": "no answer in time",
        "WrongRange": "another part of the file came than was asked for",
        "IgnoreRequest": "one redirect leads to another, without end",
        "NotSupported": "this is no address",
        "UnsupportedURLSchemeError": "this is no address",
        "OwnNetwork": "a redirect leads into the own network",
    }
    if isinstance(error, F2Error):
        return str(error)
    name = type(error).__name__
    return words.get(name) or getattr(error, "strerror", None) or name


def redacted_traceback(error: BaseException) -> str:
    """A failure nobody foresaw, with its traceback; words that may be addresses are left out."""
    text = "".join(traceback.format_exception(error)).rstrip()
    return re.sub(r"\S*(?:://|[?&]\w+=)\S*", "…", text)


def describe_invalid(fault: Mapping[str, Any]) -> str:
    """What was wanted in the place of a value, in people's words; `fault` is one of pydantic's."""
    words = _WISHES.get(fault["type"])
    if words is None:  # it may quote what was given
        return str(fault["msg"]).removeprefix("Value error, ").replace("'", "")
    return words.format(**fault.get("ctx", {})).replace("'", "")


def describe_unknown(what: str, name: str, valid: Iterable[str], prefix: str = "") -> str:
    """One line for a name nobody knows, with the nearest valid one; a `prefix` is no likeness."""
    valid = sorted(valid)
    bare = [one.removeprefix(prefix) for one in valid]
    near = get_close_matches(name.removeprefix(prefix), bare, n=1)
    there = f"there are: {', '.join(valid)}" if valid else "there are none"
    hint = f"did you mean {prefix}{near[0]}?" if near else there
    return f"{what} is not known; {hint}"
