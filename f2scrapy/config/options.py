"""Define the type of each option; settings.py has their meanings and defaults."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from f2scrapy.archive.naming import NameLimits
from f2scrapy.archive.server import Server, hide_passwords, is_server_address, parse_server
from f2scrapy.archive.template import Template
from f2scrapy.config.cookie_source import parse_browser_source
from f2scrapy.download.rate import parse_rate
from f2scrapy.errors import InputError
from f2scrapy.model.media import MediaKind, parse_media_kinds
from f2scrapy.model.rendition import Policy, parse_policy
from f2scrapy.model.stream import StreamPreference
from f2scrapy.store.address import PASSWORD, Address, parse_address, parse_store_options
from f2scrapy.text import describe_invalid, describe_unknown, redact_shapes

_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})/?", re.ASCII)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")  # s3:/ is a slip for s3://; D:/ is a drive
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_NO_ADDRESS = "this is an address; want a path on this machine"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
SECRETS = {"F2_NOTIFY_WEBHOOK", "F2_NOTIFY_BARK", "F2_NOTIFY_APPRISE", "F2_PUBLISH_OPTIONS"}
ENVIRONMENT_SECRETS = {"F2_COOKIE", "F2_KEY", PASSWORD}
_NO_OPTIONS = {"F2_FILE", *ENVIRONMENT_SECRETS}  # F2_FILE: the parsed user's file

LIVE_DANMAKU = ("journal", "ass", "xml")  # the journal always, the others for players
EVENTS = ("start", "end", "failure", "login")  # of F2_NOTIFY_ON
_SPLIT = re.compile(r"(\d+(?:\.\d+)?) ?([a-z]+)", re.IGNORECASE)
_SPLIT_SECONDS = {"s": 1, "min": 60, "h": 3600}
_SPLIT_BYTES = {"kb": 1000, "mb": 1000**2, "gb": 1000**3}


class SplitLimits(NamedTuple):
    """Limits of one file of a recording; 0 = no limit."""

    seconds: float = 0
    bytes: float = 0


def parse_split(text: str) -> SplitLimits:
    """Parse F2_LIVE_SPLIT: `30min`, `2GB` or both (`1h,2GB`).

    Raises:
        InputError: a part is neither a duration nor a size.
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


# Of a shell; nothing else has such a name, as a part of a path.
_VARIABLE = re.compile(r"\$\{?(?:HOME|USER|PWD|TMPDIR)\b\}?|%(?:\w+PROFILE|\w*APPDATA|TEMP)%")


def check_path_text(text: str) -> None:
    """Check that a text can be a path on this machine; "" can.

    Raises:
        ValueError: it is an address, a path of Windows elsewhere, or no path anywhere.
    """
    if found := _SCHEME.match(text):
        hint = "; leave out file://" if found[1].lower() == "file" else ""
        raise ValueError(f"{_NO_ADDRESS}{hint}")
    if _DRIVE.match(text) and sys.platform != "win32":
        raise ValueError("this is a path of Windows; want one of this machine, such as /mnt/d/…")
    if text and not text.strip():
        raise ValueError("this is blank")
    if variable := _VARIABLE.search(text):
        raise ValueError(f"{variable[0]} is not replaced here; write the path itself")
    if "\0" in text:
        raise ValueError("a path cannot contain a zero byte")
    if unprintable := _UNPRINTABLE.search(text):
        raise ValueError(f"a path cannot contain the character {unprintable[0]!a}")


def _expand_path(path: Any) -> Any:
    if not isinstance(path, str):
        return path
    check_path_text(path)
    try:
        return Path(path).expanduser() if path else None
    except RuntimeError:
        raise ValueError("the home folder of that user is not known") from None


def _check_cookies(source: str) -> str:
    browser = parse_browser_source(source)
    _expand_path(browser.profile if browser else source)
    return source


_IDENTITY = re.compile(r"[\w.-]{0,64}", re.ASCII)


def _check_identity(name: str) -> str:
    if not _IDENTITY.fullmatch(name):
        raise ValueError("want letters, digits, dots, dashes, underlines; at most 64")
    return name


def _check_program(path: str) -> str:
    _expand_path(path)
    return path


def _require_path(path: Any) -> Any:
    if path == "":
        raise ValueError("this is empty")
    if isinstance(path, str) and (found := _SCHEME.match(path)) and found[1].lower() != "file":
        raise ValueError(f"{_NO_ADDRESS}; F2_PUBLISH takes the address of a store, beside it")
    return _expand_path(path)


def _check_address(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("want an address that begins with https:// or http://")
    return url


def _check_store(text: str) -> str:
    if text:
        parse_address(text, {})
    return text


def parse_canvas(text: str) -> tuple[int, int] | None:
    """Read F2_DANMAKU_CANVAS: width and height in px, such as `1080x1920`; None = ""."""
    if not text:
        return None
    width, _, height = text.lower().partition("x")
    sides = [int(side) for side in (width, height) if side.isdecimal() and len(side) < 6]
    if len(sides) < 2 or not all(sides):
        raise InputError(f"F2_DANMAKU_CANVAS={text}: want a size in px, such as 1080x1920")
    return sides[0], sides[1]


def _split_with(parse: Callable[[list[str]], Any]) -> BeforeValidator:
    """Return the validator of words: a text with commas, or a list of the user's file."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str | list):
            return value
        words = value.split(",") if isinstance(value, str) else map(str, value)
        return parse([word.strip() for word in words if word.strip()])

    return BeforeValidator(validate)


def _check_names(option: str, valid: Collection[str]) -> BeforeValidator:
    def check(names: list[str]) -> list[str]:
        for name in names:
            if name not in valid:
                raise InputError(describe_unknown(f"{option}: {name!r}", name, valid))
        return names

    return _split_with(check)


def _parse_command(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return tuple(shlex.split(value, posix=sys.platform != "win32"))
    except ValueError as error:
        raise ValueError(f"this is no command: {error}") from None


def _parse_with(parse: Any) -> BeforeValidator:
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


_ROOM_CHARS = 110  # of a path below the root, for the shortest names that keep the ids


def _parse_archive(value: Any) -> Any:
    if isinstance(value, str) and is_server_address(value):
        return parse_server(value)
    return _expand_path(value)


_File = Annotated[Path | None, BeforeValidator(_expand_path)]  # None = the option is ""
_Pause = Annotated[float, Field(ge=0, le=86_400)]  # seconds; at most a day
_Url = Annotated[str, AfterValidator(_check_address), Field(repr=False)]


class Options(BaseModel):
    """All options of one run, parsed once: F2_PATH is `path`, and so on."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    config: _File  # the user's file
    path: Annotated[Path, BeforeValidator(_require_path)]
    archive: Annotated[Path | Server | None, BeforeValidator(_parse_archive)]
    trust_archive: bool
    cookies: Annotated[str, AfterValidator(_check_cookies)]  # a file or a browser; "" = a guest
    login: _File
    identity: Annotated[str, AfterValidator(_check_identity)]
    browser: Literal["no", "auto", "lend", "yes"]
    browser_cdp: str
    browser_window: bool
    browser_path: Annotated[str, AfterValidator(_check_program)]
    browser_args: str  # switches, separated by blanks
    sandbox: Annotated[str, AfterValidator(_check_loopback)]
    media: Annotated[frozenset[MediaKind], _split_with(parse_media_kinds)]
    rendition: Annotated[Policy, _parse_with(parse_policy)]
    upgrade: bool
    naming: Annotated[Template, _parse_with(Template)]
    name_bytes: Annotated[int, Field(ge=90, le=255)]
    path_chars: Annotated[int, Field(ge=0)]
    folderize: bool
    rename: bool
    file_time: bool
    after: Annotated[tuple[str, ...], BeforeValidator(_parse_command)]
    link: bool
    publish: Annotated[str, AfterValidator(_check_store)]
    publish_options: Annotated[Mapping[str, str], BeforeValidator(parse_store_options)]
    keep_local: bool
    fsync: bool
    pace: _Pause
    media_concurrency: Annotated[int, Field(ge=1, le=512)]
    ranges: Annotated[int, Field(ge=1, le=8)]  # a browser opens six connections to a host
    rate: Annotated[float, _parse_with(parse_rate)]
    stall: Annotated[_Pause, Field(gt=0)]
    retries: Annotated[int, Field(ge=0)]
    backoff: _Pause
    live_quality: Annotated[StreamPreference, _parse_with(StreamPreference.parse)]
    live_split: Annotated[SplitLimits, _parse_with(parse_split)]
    live_free: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    live_patience: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    live_poll: _Pause
    live_danmaku: Annotated[tuple[str, ...], _check_names("F2_LIVE_DANMAKU", LIVE_DANMAKU)]
    live_remux: bool
    danmaku_account: bool
    danmaku_payloads: bool
    danmaku_language: Literal["auto", "en", "zh"]
    danmaku_canvas: Annotated[tuple[int, int] | None, _parse_with(parse_canvas)]
    danmaku_size: Annotated[float, Field(ge=0.2, le=5)]
    danmaku_seconds: Annotated[float, Field(ge=1, le=120)]
    danmaku_opacity: Annotated[float, Field(ge=0, le=1)]
    notify_webhook: _Url
    notify_bark: _Url
    notify_apprise: str = Field(repr=False)
    notify_on: Annotated[frozenset[str], _check_names("F2_NOTIFY_ON", EVENTS)]
    report: _File
    excel: bool
    raw: bool
    plan: Literal["", "formats", "files", "rows"]
    lang: Literal["auto", "en", "zh"]
    progress: Literal["auto", "bars", "lines", "none"]

    cookie: str = Field("", repr=False)  # a Cookie header, from the environment only
    client: Mapping[Any, Any] = {}  # changes of client.yaml in the user's file, by platform
    file_name: str = ""  # name of the user's file in messages

    @model_validator(mode="after")
    def _check_room(self) -> Self:
        root = len(str(self.path.expanduser().resolve()))
        if self.path_chars and self.path_chars < root + _ROOM_CHARS:
            raise InputError(
                f"F2_PATH_CHARS={self.path_chars}: F2_PATH has {root} characters, and works need"
                f" {_ROOM_CHARS} more; choose a shorter F2_PATH, or at least {root + _ROOM_CHARS}"
            )
        return self

    @model_validator(mode="after")
    def _check_motion_photos(self) -> Self:
        if MediaKind.MOTION_PHOTO in self.media and find_spec("av") is None:
            raise InputError("F2_MEDIA: motion_photo needs the Python package av: pip install av")
        return self

    @property
    def limits(self) -> NameLimits:
        """The limits of the lengths of names and paths."""
        return NameLimits(self.name_bytes, self.path_chars)

    @property
    def archive_place(self) -> Path | Server:
        """The SQLite file of the archive, or the server that has it."""
        return self.archive or self.path / "f2scrapy.db"

    @property
    def store_address(self) -> Address | None:
        """The address of F2_PUBLISH with its options; None = files go to no store."""
        return parse_address(self.publish, self.publish_options) if self.publish else None

    @property
    def private_folder(self) -> Path:
        """The folder of the login and the guest tokens: that of the archive's file, or F2_PATH."""
        return self.archive.parent if isinstance(self.archive, Path) else self.path

    @property
    def login_path(self) -> Path:
        """The file of `f2scrapy login`, beside the archive; another one for the sandbox."""
        sandbox = ".sandbox" if self.sandbox else ""
        return self.login or self.private_folder / f"f2scrapy.login{sandbox}.json"

    @property
    def identity_path(self) -> Path:
        """The file of guest tokens, beside the archive; another one for the sandbox."""
        sandbox = ".sandbox" if self.sandbox else ""
        return self.private_folder / f"f2scrapy.identity{sandbox}.json"


_EXTRA = {"cookie", "client", "file_name"}  # fields without an F2_… option
NAMES = tuple(f"F2_{key.upper()}" for key in Options.model_fields if key not in _EXTRA)


def parse_options(values: Mapping[str, Any], **extra: Any) -> Options:
    """Build the options from `values` by their F2_… names; `extra` are `cookie`, `client` ….

    Raises:
        InputError: a name is unknown, or a value cannot be used.
    """
    given = {name: value for name, value in values.items() if name.startswith("F2_")}
    check_names(given)
    keyed = {option_key(name): value for name, value in given.items() if name not in _NO_OPTIONS}
    try:
        return Options.model_validate(keyed | extra)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = f"F2_{str(fault['loc'][0]).upper()}"
        shown = "…" if name in SECRETS else hide_passwords(str(values.get(name)))
        if name == "F2_PUBLISH":
            shown = redact_shapes(shown)  # some people put a key or a token into it
        raise InputError(f"{name}={shown}: {describe_invalid(fault)}") from None


def check_names(names: Iterable[str]) -> None:
    """Check that F2_… names are options.

    Raises:
        InputError: one is unknown; the text names the nearest.
    """
    for name in sorted({name for name in names if name.startswith("F2_")} - _NO_OPTIONS):
        if name not in NAMES:
            raise InputError(describe_unknown(f"option {name}", name, NAMES, "F2_"))


def option_key(name: str) -> str:
    """Return the option's name in a user's file: F2_PATH → path."""
    return name.removeprefix("F2_").lower()
