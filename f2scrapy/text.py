"""Format counts, errors, times and foreign text for people, safe to show anywhere."""

from __future__ import annotations

import re
import reprlib
import traceback
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from difflib import get_close_matches
from itertools import groupby, islice
from typing import Any, TextIO

from pydantic_core import to_json

from f2scrapy.errors import F2Error

# Characters that XML 1.0 cannot hold, not even escaped; compiled when they are first looked for.
NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
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
_UNSEEN = f"({_FLAG}|{_JOINER})|[{_INVISIBLE}]"  # compiled when it is used
MAX_RECORD = 20_000  # characters of one record of a log; a traceback has some thousands
SEPARATOR = "|"  # between the values of a list within a cell; file names cannot contain it
# Spreadsheets execute a cell that begins so; with a Chinese locale the wide forms count, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_QUOTED = reprlib.Repr()  # at most some elements of a list, some characters of a text
_QUOTED.maxstring = _QUOTED.maxother = _QUOTED.maxlong = 200

# Texts of others are cleaned by shape. Each expression is linear: an address is matched with or
# without a query, so no character is scanned again, and all other repeats are possessive or short.
_ADDRESS = re.compile(r"(:(?:\\*+/){2})(?:[^\s\"'<>/?#@\\]*+@)?([^\s\"'<>?#]*+)([?#][^\s\"'<>]*+)?")
_LOOSE_QUERY = re.compile(r"\?(?=[\w.%\[\]-]{1,64}=)[^\s\"'<>]*+")
_SECRET_HEADER = re.compile(  # the whole line: a header of cookies holds dozens of values
    r"(?<![a-z0-9_])((?:set-)?cookie2?|(?:proxy-)?authorization)"
    r"((?:\\{0,8}[\"'])?\s{0,4}[:=：]\s{0,4}|\\{0,8}[\"']\s{0,4},\s{0,4})"
    r"(?:\"(?:[^\"\\\r\n]|\\.)*+\"(?=\s{0,4}[,}\])]|\s*+$)|[^\r\n]++)",
    re.IGNORECASE,
)
# Parts of the names of secret values, of the user or of others.
PRIVATE_NAMES = (
    r"token|ticket|(?<!f2_)cookie|session|secret|passport|csrf|passw(?:or)?d|credential"
    r"|authorization|access_?key|api_?key|ttwid|odin_tt|s?sid_(?:guard|tt|ucp)|multi_sids|uid_tt"
    r"|s_v_web_id|verify_?fp|__ac_|device_id|install_id|openudid|web_?id|uifid|bogus|gnarly"
)
_SECRET_PAIR = re.compile(
    rf"((?:{PRIVATE_NAMES}|(?<![a-z0-9])(?:sid|sign|iid|fp)(?![a-z])|signature)[\w.$-]{{0,40}}+)(?:"
    r"(=|＝|%(?:25){0,4}3D|\\u003d|\t+)(?:\"[^\"\r\n]*+\"|'[^'\r\n]*+'|[^\s\"'&;,<>(){}\[\]|\\…]++)"
    r"|(\\{0,8}[\"']\s{0,4}[:,]\s{0,4}b?\\{0,8}[\"'])[^\"'\r\n\\]++"
    r"|(\\{0,8}[\"']\s{0,4}:\s{0,4})\d{6,40}+"
    r"|(\s{0,4}[:：]\s{0,4})[^\s\"'&;,<>(){}\[\]|\\]{16,}+)",
    re.IGNORECASE,
)
# A cookie as an object of a browser or a library: {"name": "sessionid", …, "value": "…"}.
_NAMED_PAIR = re.compile(
    r"(name\\{0,8}[\"']?\s{0,4}[:=]\s{0,4}b?\\{0,8}[\"'][\w.$-]{0,40}?"
    rf"(?:{PRIVATE_NAMES}|sid)[\w.$-]{{0,40}}"
    r"\\{0,8}[\"'][^\r\n]{0,200}?value\\{0,8}[\"']?\s{0,4}[:=]\s{0,4}b?\\{0,8}[\"'])"
    r"[^\"'\r\n\\]++",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?<![a-z0-9])(bearer|basic)\s{1,4}[\w+/=.~-]{16,}+", re.IGNORECASE)
_SHORT = 500  # characters: so few marks take no time
_MAX_MARKS = 30
_WORD = re.compile(r"\S++")
_URL_PART = re.compile(r"://|[?&]\w+=")
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
    "literal_error": "want one of {expected}",
    "enum": "want one of {expected}",
    "string_type": "want a text",
    "path_type": "want a text",
    "is_instance_of": "want a text",  # that is read before
    "dataclass_type": "want a text",
    "named_tuple_type": "want a text",
    "tuple_type": "want a list",
    "frozen_set_type": "want a list",
    "string_too_short": "this is empty",
    "list_type": "want a list",
    "dict_type": "want names and values below it",
    "model_type": "want names and values below it",
    "missing": "this is missing",
}


def pluralize(count: int, noun: str) -> str:
    """Return a number with its noun: "1 file", "2 files"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a standard stream is a terminal; None = it was closed at the start."""
    return stream is not None and stream.isatty()


def format_clock(moment: datetime, form: str | None = None) -> str:
    """Format a moment in UTC+8; `form` is strftime's, None is "%H:%M:%S".

    The last hours of the year 9999 stay in their own time zone, since they have none in UTC+8.
    """
    with suppress(OverflowError):
        moment = moment.astimezone(CHINA)
    return moment.strftime(form or "%H:%M:%S")


def format_moment(moment: datetime) -> str:
    """Format a day and a time of it, for people."""
    return format_clock(moment, "%Y-%m-%d %H:%M UTC+8")


def make_visible(text: str) -> str:
    """Return `text` as one line of visible characters, for names, terminals and shared files.

    Remove controls, direction marks and zero-width characters, and turn runs of white space into
    one blank.
    """
    if text.isprintable() and "  " not in text:  # most texts are; this takes a tenth of the time
        return normalize(text)
    return re.sub(r"\s+", " ", normalize(re.sub(_UNSEEN, r"\1", normalize(text))))


def normalize(text: str) -> str:
    """Return the NFC of a text, with at most 30 marks on one letter.

    Python sorts marks in a time that grows with the square of their number (3.11, 2026). 30 is
    the limit of Unicode's stream-safe format (UAX 15).
    """
    if len(text) > _SHORT and not text.isascii():
        runs = groupby(text, key=lambda char: unicodedata.combining(char) > 0)
        parts = (islice(run, _MAX_MARKS) if is_mark else run for is_mark, run in runs)
        text = "".join(map("".join, parts))
    return unicodedata.normalize("NFC", text)


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


def quote_value(value: Any) -> str:
    """Return a value of others as it stands in their answer, cut to a few hundred characters."""
    try:
        return _QUOTED.repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits
        return f"a {type(value).__name__} that is too large"


def redact_shapes(text: str) -> str:
    """Replace by "…" what looks like a secret in a text of others.

    These are lines of a Cookie or Authorization header, values with a name such as sessionid or
    msToken, queries of addresses, and passwords in them. Values known to be secret are removed by
    `f2scrapy.api.secret_values`.
    """
    text = _SECRET_HEADER.sub(r"\1\2…", text)
    text = _ADDRESS.sub(lambda found: found[1] + found[2] + ("?…" if found[3] else ""), text)
    text = _LOOSE_QUERY.sub("?…", text)
    text = _SCHEME.sub(r"\1 …", _NAMED_PAIR.sub(r"\1…", text))
    return _SECRET_PAIR.sub(lambda found: found[1] + next(filter(None, found.groups()[1:])) + "…",
                            text)  # fmt: skip


def format_redacted_traceback(error: BaseException) -> str:
    """Format an unexpected failure with its traceback, without secrets.

    Words that may be addresses become "…", as do header lines and values that look secret.
    """
    text = redact_shapes("".join(traceback.format_exception(error)).rstrip())
    return _WORD.sub(lambda word: "…" if _URL_PART.search(word[0]) else word[0], text)


def describe_invalid(fault: Mapping[str, Any]) -> str:
    """Describe the expected value in plain words; `fault` is an error of pydantic."""
    words = _EXPECTATIONS.get(fault["type"])
    if words is None:  # it may quote the value
        return str(fault["msg"]).removeprefix("Value error, ").replace("'", "")
    if words in ("want a text", "want a list") and isinstance(
        fault.get("input"), int | float | date
    ):  # YAML reads 2024, no and 2024-01-01 as no text
        return "want a text: put it into quotes"
    context = dict(fault.get("ctx", {}))
    if listed := context.get("expected"):  # such as "'', 'formats' or 'rows'"
        names = re.split(", | or ", listed.replace("'", ""))
        context["expected"] = ", ".join(filter(None, names))
    return words.format(**context)


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


MAX_NAMED = 5  # fields that a summary names; the log and the report name all


def list_lacking(groups: Iterable[tuple[str, int]], unreadable: Iterable[str]) -> list[str]:
    """Return words on what is not there without being missing, such as "3 works without music".

    A group is a kind of file that is not offered, and a number of works; `unreadable` are paths of
    fields.
    """
    counts: Counter[str] = Counter()
    for what, count in groups:
        counts[what] += count
    texts = [f"{pluralize(count, 'work')} without {what}" for what, count in sorted(counts.items())]
    return [*texts, *filter(None, [describe_unreadable(unreadable)])]


def describe_unreadable(paths: Iterable[str]) -> str:
    """Name fields that could not be read, such as "1 field unreadable (music.play_url)"; or ""."""
    found = list(paths)
    if not found:
        return ""
    more = f" and {len(found) - MAX_NAMED} more" if len(found) > MAX_NAMED else ""
    return f"{pluralize(len(found), 'field')} unreadable ({', '.join(found[:MAX_NAMED])}{more})"
