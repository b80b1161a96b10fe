"""Client: what client.yaml says of a platform, with the user's changes; and its placeholders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from f2scrapy.errors import InputError
from f2scrapy.model.endpoint import Endpoint, get_path
from f2scrapy.model.placeholders import PLACEHOLDER
from f2scrapy.text import describe_invalid, describe_unknown

_STRICT = ConfigDict(frozen=True, extra="forbid")


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("want one line: no header can hold more")
    return text


def _agent(text: str) -> str:
    try:
        text.format(version="")
    except (LookupError, ValueError, AttributeError):
        raise ValueError("want no braces in it but those of {version}") from None
    return text


_Header = Annotated[str, AfterValidator(_one_line)]


class Browser(BaseModel):
    """What a platform sees of the browser."""

    model_config = _STRICT

    version: str
    user_agent: Annotated[_Header, AfterValidator(_agent)]
    headers: dict[_Header, _Header]  # sent with everything
    accept: dict[str, _Header]  # … but this with files, by their kind; "file" = all others


class TokenRequest(BaseModel):
    """How a guest token is asked for: POST `body` as JSON, or GET."""

    model_config = _STRICT

    url: str
    hours: float  # how long it is used
    body: dict[str, Any] | None = None  # None = GET
    params: dict[str, Any] = {}  # in the URL
    headers: dict[_Header, _Header] = {}  # besides the browser's


class Client(BaseModel):
    """All that changes when one platform changes."""

    model_config = _STRICT

    browser: Browser
    locale: dict[str, str] = {}  # facts of the same names: language, region, time zone
    cookie_hosts: list[str]  # exactly these see cookies
    login_cookies: list[str]  # one of these is there once somebody is logged in
    token_cookies: dict[str, str]  # guest token → cookie that carries it
    uifid_cookies: list[str] = []
    media_referer: _Header
    media_hosts: list[str] = []  # below these (".example.com") files are kept behind cookies
    media_cookies: list[str] = []  # … these, and no other
    params: dict[str, dict[str, Any]]  # set → browser parameters, in the page's order
    alphabetical: bool = False  # they and the endpoint's own go by their names
    token_params: dict[str, dict[str, Any]]  # set → parameters that follow the endpoint's own
    # An endpoint's scheme, or its path → one of f2scrapy/signing, or several with "+".
    schemes: dict[str, str]
    takes: dict[str, list[str]]  # an endpoint's scheme → those there are to choose from
    secsdk_paths: list[str] = []  # are signed by secsdk besides, where there is a uifid
    tokens: dict[str, TokenRequest]
    report: dict[str, Any] = {}  # what the browser tells of itself for an msToken


def client(platform: str, changes: Mapping[str, Any] = {}, file: str = "f2scrapy.yaml") -> Client:
    """client.yaml's part of a platform, with `changes` of the user's `file` on top.

    Raises:
        InputError: there is no such platform, or they name what does not exist, or of the wrong
            type.
    """
    known = _known()
    if platform not in known:
        raise InputError(describe_unknown(f"platform {platform}", platform, known))
    for name in changes.keys() - known.keys():
        raise InputError(describe_unknown(f"{file}: client.{name}", str(name), known))
    place = f"{file}: client.{platform}"
    try:
        made = Client.model_validate(_merged(known[platform], changes.get(platform) or {}))
    except ValidationError as error:
        raise InputError(_explain(place, known[platform], error)) from None
    _check_schemes(made, platform, place)
    facts = {*PLACEHOLDER.findall(repr(known)), *made.locale, "now_ms"}
    for name in PLACEHOLDER.findall(repr(changes.get(platform))):
        if name not in facts:
            raise InputError(describe_unknown(f"{place}: {{{name}}}", name, facts))
    return made


def _explain(place: str, known: Mapping[str, Any], error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    where = ".".join(map(str, (place, *fault["loc"])))
    if fault["type"] != "extra_forbidden":
        return f"{where}: {describe_invalid(fault)}"
    *above, name = map(str, fault["loc"])
    return describe_unknown(where, name, get_path(known, ".".join(above)) if above else known)


def _check_schemes(made: Client, platform: str, place: str) -> None:
    """Another platform's signature would be refused as risk control."""
    paths = any(name.startswith("/") for name in made.schemes)
    takes = made.takes | (_by_path(platform, made.takes) if paths else {})
    for name, scheme in made.schemes.items():
        if name not in takes:
            raise InputError(describe_unknown(f"{place}.schemes.{name}", name, takes))
        for part in filter(None, scheme.split("+")):
            if part not in takes[name]:
                told = f"{place}.schemes.{name}: the scheme {part}"
                raise InputError(describe_unknown(told, part, takes[name]))


def _by_path(platform: str, takes: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What the signed interfaces of a platform take, by their paths."""
    package = f"f2scrapy.platforms.{platform}.endpoints"
    names = [found.name for found in iter_modules(import_module(package).__path__)]
    things = [it for name in names for it in vars(import_module(f"{package}.{name}")).values()]
    kinds = [it for it in things if isinstance(it, type) and issubclass(it, Endpoint)]
    signed = [kind for kind in kinds if "url" in vars(kind) and kind.scheme]
    return {urlsplit(kind.url).path: takes[kind.scheme] for kind in signed}


@cache
def _known() -> dict[str, Any]:
    """client.yaml; nobody changes it, and reading it takes a while where there is no libyaml."""
    text = files("f2scrapy.api").joinpath("client.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(text, loader)  # noqa: S506 - both are safe
    return found


def _merged(known: Any, change: Any) -> Any:
    if not isinstance(known, dict) or not isinstance(change, dict):
        return known if change is None else change
    return known | {key: _merged(known.get(key), value) for key, value in change.items()}
