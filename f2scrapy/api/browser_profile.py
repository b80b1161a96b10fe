"""Load client.yaml: how the browser of a platform looks, with the user's changes."""

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


def _check_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("want one line, for a header")
    return text


def _check_user_agent(text: str) -> str:
    try:
        text.format(version="")
    except (LookupError, ValueError, AttributeError):
        raise ValueError("want no braces except {version}") from None
    return text


_Header = Annotated[str, AfterValidator(_check_line)]


class Kind(BaseModel):
    """A kind of request: navigation, fetch(), image …"""

    model_config = _STRICT

    weight: int  # of its HTTP/2 stream; 0 = it is never HTTP/2
    order: list[_Header]  # names; one that stands twice: first if a script sets it
    order_of_many: list[_Header] = []  # the same, if there are many; [] = no other order
    values: dict[_Header, _Header] = {}  # that are always the same


class Tls(BaseModel):
    """What the browser offers in the TLS handshake, by BoringSSL's names, and in HTTP/2."""

    model_config = _STRICT

    ciphers: list[str]
    groups: list[str]
    signatures: list[str]
    certificate_compression: list[str]
    trust_anchors: list[str]
    settings: str  # NUMBER:VALUE;…
    window_update: int  # bytes
    pseudo_headers: str  # their first letters, in order


class Browser(BaseModel):
    """The version, the headers and the handshake of the browser."""

    model_config = _STRICT

    version: str
    user_agent: Annotated[_Header, AfterValidator(_check_user_agent)]
    headers: dict[_Header, _Header]  # of every request
    kinds: dict[str, Kind]
    tls: Tls

    @property
    def brands(self) -> str:
        """The value of sec-ch-ua."""
        major = self.version.partition(".")[0]
        return compute_brands(int(major)) if major.isdecimal() else ""


def compute_brands(major: int, name: str = "Google Chrome") -> str:
    """Return sec-ch-ua of a major version of Chrome.

    One brand is made up (GREASE), and the order changes, both by the version: Chromium's
    user_agent_utils.cc. The rule gives all eleven known strings of Chrome 125 to 156.
    """
    signs, numbers = " (:-./);=?_", ("8", "99", "24")
    first, second = (signs[(major + n) % len(signs)] for n in (0, 1))
    grease = (f"Not{first}A{second}Brand", numbers[major % 3])
    brands = grease, ("Chromium", str(major)), (name, str(major))
    places = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))[major % 6]
    ordered = [brand for _, brand in sorted(zip(places, brands, strict=True))]
    return ", ".join(f'"{brand}";v="{version}"' for brand, version in ordered)


class TokenRequest(BaseModel):
    """The request of a guest token: POST with `body` as JSON, or GET."""

    model_config = _STRICT

    url: str
    kind: str = "fetch"  # or "page"
    with_credentials: bool = False  # on another site's host: whether it gets its cookies
    hours: float  # age at which the token is replaced
    body: dict[str, Any] | None = None  # None = GET
    params: dict[str, Any] = {}  # in the URL
    headers: dict[_Header, _Header] = {}  # in addition to the browser's


class BrowserProfile(BaseModel):
    """The facts of one platform that change when the platform changes."""

    model_config = _STRICT

    browser: Browser
    locale: dict[str, str] = {}  # more values for placeholders: language, region, time zone
    cookie_hosts: list[str]  # the only hosts that get cookies
    # Pattern of more hosts of WebSockets, which answers name → the cookie host they count as.
    socket_hosts: dict[str, str] = {}
    login_cookies: list[str]  # a logged-in browser has one of these
    token_cookies: dict[str, str]  # guest token → its cookie
    uifid_cookies: list[str] = []
    media_referer: _Header
    stream_referer: _Header
    media_hosts: list[str] = []  # hosts below these (".example.com") want cookies for files
    media_cookies: list[str] = []  # the only cookies for those hosts
    params: dict[str, dict[str, Any]]  # name of a set → browser parameters, in the page's order
    alphabetical: bool = False  # sort them and the endpoint's own by name
    token_params: dict[str, dict[str, Any]]  # name of a set → parameters after the endpoint's own
    # An endpoint's scheme or path → a scheme of f2scrapy/signing, or several joined by "+".
    schemes: dict[str, str]
    takes: dict[str, list[str]]  # an endpoint's scheme → the schemes that may be chosen for it
    secsdk_paths: list[str] = []  # signed by secsdk, too, if the browser has a uifid
    # Beginning of a path → headers of interfaces below it on `cookie_hosts`, without empty ones.
    interface_headers: dict[str, dict[_Header, _Header]] = {}
    tokens: dict[str, TokenRequest]
    report: dict[str, Any] = {}  # description of the browser in the request of an msToken

    @property
    def hosts(self) -> set[str]:
        """The hosts of interfaces and tokens, all asked by https."""
        tokens = {urlsplit(token.url).hostname or "" for token in self.tokens.values()}
        return tokens | set(self.cookie_hosts)


def load_profile(
    platform: str, changes: Mapping[str, Any] = {}, file: str = "f2scrapy.yaml"
) -> BrowserProfile:
    """Return the profile of a platform; `changes` by platform are those of the user's `file`.

    Raises:
        InputError: there is no such platform, or a change has an unknown name or a wrong type.
    """
    known = _load_defaults()
    if platform not in known:
        raise InputError(describe_unknown(f"platform {platform}", platform, known))
    for name in changes.keys() - known.keys():
        raise InputError(describe_unknown(f"{file}: client.{name}", str(name), known))
    for name in changes.keys() - {platform}:
        load_profile(name, {name: changes[name]}, file)  # a mistake there is one in this run, too
    if not changes.get(platform):
        return _build_usual_profile(platform)
    place = f"{file}: client.{platform}"
    try:
        profile = BrowserProfile.model_validate(_merge(known[platform], changes[platform]))
    except ValidationError as error:
        raise InputError(_explain(place, known[platform], error)) from None
    _check_schemes(profile, platform, place)
    facts = {*PLACEHOLDER.findall(repr(known)), *profile.locale, "now_ms"}
    for name in PLACEHOLDER.findall(repr(changes[platform])):
        if name not in facts:
            raise InputError(describe_unknown(f"{place}: {{{name}}}", name, facts))
    return profile


@cache
def _build_usual_profile(platform: str) -> BrowserProfile:
    """Return the profile without changes, which all guests share: 200 have 7 MB (2026-11)."""
    return BrowserProfile.model_validate(_load_defaults()[platform])


def _explain(place: str, known: Mapping[str, Any], error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    where = ".".join(map(str, (place, *fault["loc"])))
    if fault["type"] != "extra_forbidden":
        return f"{where}: {describe_invalid(fault)}"
    *above, name = map(str, fault["loc"])
    return describe_unknown(where, name, get_path(known, ".".join(above)) if above else known)


def _check_schemes(profile: BrowserProfile, platform: str, place: str) -> None:
    """Refuse unknown schemes: with another platform's signature, requests fail as risk control."""
    paths = any(name.startswith("/") for name in profile.schemes)
    takes = profile.takes | (_map_paths(platform, profile.takes) if paths else {})
    for name, scheme in profile.schemes.items():
        if name not in takes:
            raise InputError(describe_unknown(f"{place}.schemes.{name}", name, takes))
        for part in filter(None, scheme.split("+")):
            if part not in takes[name]:
                what = f"{place}.schemes.{name}: the scheme {part}"
                raise InputError(describe_unknown(what, part, takes[name]))


def _map_paths(platform: str, takes: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the schemes that each signed interface of a platform takes, by its path."""
    package = f"f2scrapy.platforms.{platform}.endpoints"
    names = [found.name for found in iter_modules(import_module(package).__path__)]
    values = [it for name in names for it in vars(import_module(f"{package}.{name}")).values()]
    kinds = [it for it in values if isinstance(it, type) and issubclass(it, Endpoint)]
    signed = [kind for kind in kinds if "url" in vars(kind) and kind.scheme]
    return {urlsplit(kind.url).path: takes[kind.scheme] for kind in signed}


@cache
def _load_defaults() -> dict[str, Any]:
    """Return client.yaml. It is read once, as that is slow without libyaml; do not change it."""
    text = files("f2scrapy.api").joinpath("client.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(text, loader)  # noqa: S506 - both are safe
    return found


def _merge(base: Any, change: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(change, dict):
        return base if change is None else change
    return base | {key: _merge(base.get(key), value) for key, value in change.items()}
