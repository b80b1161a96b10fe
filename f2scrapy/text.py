"""Format counts, errors, times and foreign text for people, safe to show anywhere."""

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

CHINA = timezone(timedelta(hours=8))  # `create` shows it, as the platforms' own pages do
_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff"
REGIONAL = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # a country's flag is two of them
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"  # regional flags are spelled in tags
_JOINER = f"(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"  # joins several emoji to one
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls, except white space
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f"
)
_UNSEEN = re.compile(f"({_FLAG}|{_JOINER})|[{_INVISIBLE}]")
SEPARATOR = "|"  # between the values of a list within a cell; file names cannot contain it
# Spreadsheets execute a cell that begins so; with a Chinese locale the wide forms count, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_EXPECTATIONS = {  # by pydantic's error type, filled from its context
    "bool_parsing": "want yes or no",
    "bool_type": "want yes or no",
    "int_parsing": "want a whole number",
    "int_from_float": "want a whole number",
    "int_type": "want a whole number",
    "int_parsing_size": "want a smaller number",
    "string_unicode": "this is no text in UTF-8",
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
    """Return a number with its noun: "1 file", "2 files"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def format_clock(moment: datetime, form: str | None = None) -> str:
    """Format a moment in UTC+8; `form` is strftime's, None is "%H:%M:%S"."""
    return moment.astimezone(CHINA).strftime(form or "%H:%M:%S")


def make_visible(text: str) -> str:
    """Return `text` as one line of visible characters, for names, terminals and shared files.

    Remove controls, direction marks and zero-width characters, and turn runs of white space into
    one blank.
    """
    if text.isprintable() and "  " not in text:  # most texts are; this takes a tenth of the time
        return unicodedata.normalize("NFC", text)
    visible = _UNSEEN.sub(r"\1", unicodedata.normalize("NFC", text))
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", visible))


def format_csv_cell(value: Any) -> Any:
    """Return a value as one cell: lists joined, objects as JSON, formulas quoted with '."""
    if isinstance(value, list):
        value = SEPARATOR.join(map(_format_element, value))
    if isinstance(value, dict):
        value = to_json(value).decode()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _format_element(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else to_json(value).decode()
    return text.replace(SEPARATOR, f"\\{SEPARATOR}")


def describe_error(error: BaseException) -> str:
    """Describe a failure without secrets: texts of libraries' errors may contain signed URLs."""
    words = {
        "DownloadConnectionRefusedError": "the connection was refused",
        "CannotResolveHostError": "the host is unknown",
        "DownloadTimeoutError": "no answer in time",
        "DownloadFailedError": "the connection failed",
        "ResponseDataLossError": "the answer broke off",
        "CorruptResponse": "the answer cannot be decompressed",
        "DownloadCancelledError": "the answer is too long to be held in memory",
        "ClientConnectorError": "no connection could be made",
        "ClientConnectorDNSError": "the host is unknown",
        "ClientConnectorCertificateError": "the host's certificate is not valid",
        "ServerDisconnectedError": "the connection broke off",
        "TimeoutError": "no answer in time",
        "WrongRange": "the server sent another part of the file than requested",
        "IgnoreRequest": "the redirects never end",
        "NotSupported": "this is not a valid address",
        "UnsupportedURLSchemeError": "this is not a valid address",
        "PrivateNetworkRedirect": "a redirect leads into the local network",
        "PrivateNetworkAddress": "its address is one within the local network",
    }
    if isinstance(error, F2Error):
        return str(error)
    name = type(error).__name__
    return words.get(name) or getattr(error, "strerror", None) or name


def format_redacted_traceback(error: BaseException) -> str:
    """Format an unexpected failure with its traceback; replace words that may be URLs by "…"."""
    text = "".join(traceback.format_exception(error)).rstrip()
    return re.sub(r"\S*(?:://|[?&]\w+=)\S*", "…", text)


def describe_invalid(fault: Mapping[str, Any]) -> str:
    """Describe the expected value in plain words; `fault` is an error of pydantic."""
    words = _EXPECTATIONS.get(fault["type"])
    if words is None:  # it may quote the value
        return str(fault["msg"]).removeprefix("Value error, ").replace("'", "")
    return words.format(**fault.get("ctx", {})).replace("'", "")


def describe_unknown(what: str, name: str, valid: Iterable[str], prefix: str = "") -> str:
    """Describe an unknown name in one line, with the most similar valid one.

    All names in `valid` begin with `prefix`, which does not count as similarity.
    """
    valid = sorted(valid)
    bare = [one.removeprefix(prefix) for one in valid]
    near = get_close_matches(name.removeprefix(prefix), bare, n=1)
    there = f"there are: {', '.join(valid)}" if valid else "there are none"
    hint = f"did you mean {prefix}{near[0]}?" if near else there
    return f"{what} is not known; {hint}"
