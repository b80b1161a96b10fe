"""The options of ours, and what each may be; settings.py tells what they mean."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from scrapy.settings import BaseSettings

from f2scrapy.errors import InputError
from f2scrapy.text import describe_invalid, describe_unknown

_LOOPBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})/?", re.ASCII)
_SECRETS = {"F2_NOTIFY_WEBHOOK", "F2_NOTIFY_BARK"}
_OTHERS = {"F2_FILE", "F2_COOKIE"}  # what the file held; what stands in the environment alone


def _loopback(url: str) -> str:
    found = _LOOPBACK.fullmatch(url)
    if url and not (found and 0 < int(found[1]) < 1 << 16):
        raise ValueError("want http://127.0.0.1:PORT, as the sandbox says it when it starts")
    return url


def _place(path: str) -> str:
    if "\0" in path:
        raise ValueError("no path can hold that")
    try:
        Path(path).expanduser()
    except RuntimeError:
        raise ValueError("nobody knows the folder of that user") from None
    return path


_Place = Annotated[str, AfterValidator(_place)]
_Pause = Annotated[float, Field(ge=0, le=86_400)]  # seconds; nobody waits longer for a request


class Options(BaseModel):
    """F2_PATH is `path`, and so on."""

    model_config = ConfigDict(extra="forbid")

    config: _Place
    path: _Place = Field(min_length=1)
    archive: _Place
    cookies: _Place
    sandbox: Annotated[str, AfterValidator(_loopback)]
    media: str | list[str]
    rendition: str
    upgrade: bool
    naming: str
    folderize: bool
    rename: bool
    fsync: bool
    pace: _Pause
    media_concurrency: Annotated[int, Field(ge=1, le=512)]
    stall: Annotated[_Pause, Field(gt=0)]
    retries: Annotated[int, Field(ge=0)]
    backoff: _Pause
    live_quality: str
    live_split: str
    live_free: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    live_patience: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    live_poll: _Pause
    live_remux: bool
    notify_webhook: str
    notify_bark: str
    notify_on: str | list[str]
    report: _Place
    raw: bool
    progress: Literal["auto", "bars", "lines", "none"]


def known(name: str) -> bool:
    """Whether F2_… is an option of ours."""
    return key_of(name) in Options.model_fields


def check(settings: BaseSettings, environment: Any = ()) -> None:
    """Give each option its type.

    Raises:
        InputError: a name is not known, here or in `environment`, or a value is of no use.
    """
    given = {name for name in (*settings, *environment) if name.startswith("F2_")} - _OTHERS
    for name in sorted(given):
        if not known(name):
            names = (f"F2_{key.upper()}" for key in Options.model_fields)
            raise InputError(describe_unknown(f"option {name}", name, names, "F2_"))
    try:
        options = Options.model_validate({key_of(name): settings[name] for name in given})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = f"F2_{str(fault['loc'][0]).upper()}"
        told = "…" if name in _SECRETS else settings[name]
        raise InputError(f"{name}={told}: {describe_invalid(fault)}") from None
    for key, value in options:
        name = f"F2_{key.upper()}"
        settings.set(name, value, settings.getpriority(name) or 0)


def key_of(name: str) -> str:
    """The option in a user's file."""
    return name.removeprefix("F2_").lower()
