"""The options of the project, each with its type; settings.py says what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from f2scrapy.archive.naming import Template
from f2scrapy.errors import InputError
from f2scrapy.model.media import MediaKind, parse_media_kinds
from f2scrapy.model.rendition import Policy, policy
from f2scrapy.model.stream import Policy as StreamPolicy
from f2scrapy.text import describe_invalid, describe_unknown

_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})/?", re.ASCII)
_SECRETS = {"F2_NOTIFY_WEBHOOK", "F2_NOTIFY_BARK"}
_NO_OPTIONS = {"F2_FILE", "F2_COOKIE"}  # the user's file as read; a secret of the environment

EVENTS = ("start", "end", "failure")  # of F2_NOTIFY_ON
_SPLIT = re.compile(r"(\d+(?:\.\d+)?) ?([a-z]+)", re.IGNORECASE)
_SPLIT_SECONDS = {"s": 1, "min": 60, "h": 3600}
_SPLIT_BYTES = {"kb": 1000, "mb": 1000**2, "gb": 1000**3}


class SplitLimits(NamedTuple):
    """Limits of one file of a recording; 0 = no limit."""

    seconds: float = 0
    bytes: float = 0


def parse_split(text: str) -> SplitLimits:
    """Read F2_LIVE_SPLIT: `30min`, `2GB` or both (`1h,2GB`).

    Raises:
        InputError: a part is no duration and no size.
    """
    seconds = size = 0.0
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = _SPLIT.fullmatch(part)
        unit = found[2].lower() if found else ""
        if found and unit in _SPLIT_SECONDS:
            seconds = float(found[1]) * _SPLIT_SECONDS[unit]
        elif found and unit in _SPLIT_BYTES:
            size = float(found[1]) * _SPLIT_BYTES[unit]
        else:
            raise InputError(
                f"F2_LIVE_SPLIT={text}: want minutes or size: 30min, 1h, 500MB, 1h,2GB"
            )
    return SplitLimits(seconds, size)


def _check_loopback(url: str) -> str:
    found = _LOOPBACK.fullmatch(url)
    if url and not (found and 0 < int(found[1]) < 1 << 16):
        raise ValueError("want http://127.0.0.1:PORT, as the sandbox prints it when it starts")
    return url


def _expand_path(path: Any) -> Any:
    if not isinstance(path, str):
        return path
    if "\0" in path:
        raise ValueError("a path cannot contain a zero byte")
    try:
        return Path(path).expanduser() if path else None
    except RuntimeError:
        raise ValueError("the home folder of that user is not known") from None


def _require_path(path: Any) -> Any:
    if path == "":
        raise ValueError("this is empty")
    return _expand_path(path)


def _check_address(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("want an address that begins with https:// or http://")
    return url


def parse_canvas(text: str) -> tuple[int, int] | None:
    """Read F2_DANMAKU_CANVAS: width and height in px, such as `1080x1920`; None = ""."""
    if not text:
        return None
    width, _, height = text.lower().partition("x")
    sides = [int(side) for side in (width, height) if side.isdecimal() and len(side) < 6]
    if len(sides) < 2 or not all(sides):
        raise InputError(f"F2_DANMAKU_CANVAS={text}: want a size in px, such as 1080x1920")
    return sides[0], sides[1]


def _split_words(value: Any) -> list[str]:
    words = value.split(",") if isinstance(value, str) else value
    return [word.strip() for word in words if word.strip()]


def _parse_media(value: Any) -> Any:
    return parse_media_kinds(_split_words(value)) if isinstance(value, str | list) else value


def _parse_events(value: Any) -> Any:
    if not isinstance(value, str | list):
        return value
    names = _split_words(value)
    for name in names:
        if name not in EVENTS:
            raise InputError(describe_unknown(f"F2_NOTIFY_ON: {name!r}", name, EVENTS))
    return frozenset(names)


def _parse_text(parse: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


_File = Annotated[Path | None, BeforeValidator(_expand_path)]  # None = the option is ""
_Pause = Annotated[float, Field(ge=0, le=86_400)]  # seconds; a day is longer than any wait
_Url = Annotated[str, AfterValidator(_check_address), Field(repr=False)]


class Options(BaseModel):
    """All options of one run: F2_PATH is `path`, and so on. Parsed once, then passed on."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    config: _File  # the user's file
    path: Annotated[Path, BeforeValidator(_require_path)]
    archive: _File
    cookies: str  # a file; "" = a guest
    sandbox: Annotated[str, AfterValidator(_check_loopback)]
    media: Annotated[frozenset[MediaKind], BeforeValidator(_parse_media)]
    rendition: Annotated[Policy, _parse_text(policy)]
    upgrade: bool
    naming: Annotated[Template, _parse_text(Template)]
    folderize: bool
    rename: bool
    fsync: bool
    pace: _Pause
    media_concurrency: Annotated[int, Field(ge=1, le=512)]
    stall: Annotated[_Pause, Field(gt=0)]
    retries: Annotated[int, Field(ge=0)]
    backoff: _Pause
    live_quality: Annotated[StreamPolicy, _parse_text(StreamPolicy.parse)]
    live_split: Annotated[SplitLimits, _parse_text(parse_split)]
    live_free: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    live_patience: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    live_poll: _Pause
    live_remux: bool
    danmaku_account: bool
    danmaku_payloads: bool
    danmaku_language: Literal["auto", "en", "zh"]
    danmaku_canvas: Annotated[tuple[int, int] | None, _parse_text(parse_canvas)]
    danmaku_size: Annotated[float, Field(ge=0.2, le=5)]
    danmaku_seconds: Annotated[float, Field(ge=1, le=120)]
    danmaku_opacity: Annotated[float, Field(ge=0, le=1)]
    notify_webhook: _Url
    notify_bark: _Url
    notify_on: Annotated[frozenset[str], BeforeValidator(_parse_events)]
    report: _File
    raw: bool
    progress: Literal["auto", "bars", "lines", "none"]

    cookie: str = Field("", repr=False)  # a Cookie header, of the environment alone
    client: Mapping[str, Any] = {}  # changes of client.yaml in the user's file, by platform
    file_name: str = ""  # the user's file as messages name it

    @property
    def archive_path(self) -> Path:
        """The SQLite file of the archive."""
        return self.archive or self.path / "f2scrapy.db"

    @property
    def identity_path(self) -> Path:
        """The file of guest tokens, beside the archive; a sandbox has one of its own."""
        sandbox = ".sandbox" if self.sandbox else ""
        return self.archive_path.with_name(f"f2scrapy.identity{sandbox}.json")


_EXTRA = {"cookie", "client", "file_name"}  # fields that no F2_… option of its own fills
NAMES = tuple(f"F2_{key.upper()}" for key in Options.model_fields if key not in _EXTRA)


def parse_options(values: Mapping[str, Any], **extra: Any) -> Options:
    """Build the options from `values` by their F2_… names; `extra` are `cookie`, `client` ….

    Raises:
        InputError: a name is not known, or a value cannot be used.
    """
    given = {name: value for name, value in values.items() if name.startswith("F2_")}
    check_names(given)
    keyed = {option_key(name): value for name, value in given.items() if name not in _NO_OPTIONS}
    try:
        return Options.model_validate(keyed | extra)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = f"F2_{str(fault['loc'][0]).upper()}"
        shown = "…" if name in _SECRETS else values.get(name)
        raise InputError(f"{name}={shown}: {describe_invalid(fault)}") from None


def check_names(names: Iterable[str]) -> None:
    """Refuse F2_… names that are no options.

    Raises:
        InputError: one is not known; the text names the nearest.
    """
    for name in sorted({name for name in names if name.startswith("F2_")} - _NO_OPTIONS):
        if name not in NAMES:
            raise InputError(describe_unknown(f"option {name}", name, NAMES, "F2_"))


def option_key(name: str) -> str:
    """Return the option's name in a user's file: F2_PATH → path."""
    return name.removeprefix("F2_").lower()
