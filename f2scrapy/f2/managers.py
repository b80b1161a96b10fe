"""Give configuration, tokens and ids: the base of the classes in F2's utils modules."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, ClassVar, TypeVar

from f2scrapy import __version__
from f2scrapy.api.browser_profile import BrowserProfile
from f2scrapy.api.session import Session
from f2scrapy.errors import InputError
from f2scrapy.f2.arguments import warn_once
from f2scrapy.f2.signatures import sign_model, sign_text, split_agent
from f2scrapy.model.link import Link
from f2scrapy.signing.tokens import make_ms_token

_Result = TypeVar("_Result")


def run_now(start: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
    """Return the result of a coroutine, also to a caller within a running event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(start())).result()


def describe_token(name: str) -> classmethod[Any, [], dict[str, Any]]:
    """Return a method that returns how a guest's token is requested: url, body and headers."""

    def describe(cls: type[ClientConfManager]) -> dict[str, Any]:
        return cls.profile().tokens[name].model_dump()

    return classmethod(describe)


class ClientConfManager:
    """The browser profile: client.yaml with the changes of f2scrapy.yaml."""

    platform: ClassVar[str]

    @classmethod
    def profile(cls) -> BrowserProfile:
        """Return the profile itself."""
        return Session(cls.platform).identity.profile

    @classmethod
    def client(cls) -> dict[str, Any]:
        """Return the whole profile as a dict."""
        return cls.profile().model_dump()

    @classmethod
    def conf_version(cls) -> str:
        """Return the version of f2scrapy, which its client.yaml belongs to."""
        return __version__

    @classmethod
    def headers(cls) -> dict[str, str]:
        """Return the headers of every request, without cookies, and the Referer."""
        return Session(cls.platform).identity.headers | {"Referer": cls.referer()}

    @classmethod
    def user_agent(cls) -> str:
        """Return the user agent."""
        return Session(cls.platform).identity.user_agent

    @classmethod
    def referer(cls) -> str:
        """Return the address of the site."""
        return cls.profile().media_referer

    @classmethod
    def proxies(cls) -> dict[str, str | None]:
        """Return no proxies: they are those of the environment, or of `kwargs`."""
        return {"http://": None, "https://": None}

    @classmethod
    def base_request_model(cls) -> dict[str, Any]:
        """Return the browser's parameters of the web interfaces, {names} in place of facts."""
        return dict(cls.profile().params["web"])

    msToken = describe_token("ms_token")
    ttwid = describe_token("ttwid")


class TokenManager:
    """Tokens of guests. The methods are synchronous; each call makes another guest."""

    platform: ClassVar[str]
    ms_token_length: ClassVar[int]

    @classmethod
    def gen_token(cls, name: str) -> str:
        """Return a new guest's token by its name, as `Session.get_token` does.

        Raises:
            Refused: the platform gives none.
        """

        async def fetch() -> str:
            async with Session(cls.platform, guest=True) as session:
                token = await session.get_token(name)
                stored = session.identity.tokens.get(name)
                if stored and stored.made_up:
                    warn_once(f"{name}: the platform refuses one; this one is made up")
                return token

        return run_now(fetch)

    @classmethod
    def gen_real_msToken(cls) -> str:
        """Return an msToken of the platform; a made-up one, and a warning, if it refuses."""
        return cls.gen_token("ms_token")

    @classmethod
    @cache
    def cached_msToken(cls) -> str:
        """Return the msToken of the first call in this process."""
        return cls.gen_real_msToken()

    @classmethod
    def gen_false_msToken(cls) -> str:
        """Return a made-up msToken of the platform's length, without a request."""
        return make_ms_token(cls.ms_token_length, random.random)

    @classmethod
    def gen_ttwid(cls) -> str:
        """Return a guest's ttwid."""
        return cls.gen_token("ttwid")


class BogusManager:
    """Signatures for queries and addresses; the user agent comes first, or is the profile's.

    `request` and `request_type` of the documentation are the method, which changes nothing.
    """

    platform: ClassVar[str]
    scheme: ClassVar[str]

    @classmethod
    def str_2_endpoint(
        cls,
        *given: str,
        endpoint: str = "",
        params: str = "",
        user_agent: str = "",
        body: str = "",
        **_method: str,
    ) -> str:
        """Return the query of (user_agent, endpoint) with its signature; `body` is of a POST."""
        agent, rest = split_agent(cls.platform, given)
        return sign_text(cls.scheme, user_agent or agent, endpoint or params or rest[0], body)

    @classmethod
    def model_2_endpoint(
        cls,
        *given: Any,
        base_endpoint: str | None = None,
        params: Mapping[str, Any] | None = None,
        user_agent: str = "",
        body: str = "",
        **_method: str,
    ) -> str:
        """Return the whole URL of (user_agent, base_endpoint, params) with its signature.

        Raises:
            TypeError: `params` is no dict.
        """
        agent, rest = split_agent(cls.platform, given)
        named = [value for value in (base_endpoint, params) if value is not None]
        base, query = [*rest, *named, "", None][:2]
        return sign_model(cls.scheme, user_agent or agent, base, query, body)


async def resolve_id(platform: str, text: str, *kinds: str) -> Link:
    """Return the first link of one of these kinds in a text; short links are followed.

    Raises:
        TypeError: `text` is no text.
        InputError: it holds no such link. (F2: APINotFoundError, APIResponseError.)
        Refused: a short link cannot be followed now.
    """
    if not isinstance(text, str):
        raise TypeError(f"url: want a text, not {type(text).__name__}")
    async with Session(platform) as session:
        return (await session.resolve(text, *kinds))[0]


async def resolve_each(
    resolve: Callable[[str], Coroutine[Any, Any, str]], texts: list[str]
) -> list[str]:
    """Return the id of each text in its order; all are resolved at once.

    Raises:
        TypeError, InputError: `texts` is no list, or an empty one; or see `resolve_id`.
    """
    if not isinstance(texts, list):
        raise TypeError(f"urls: want a list, not {type(texts).__name__}")
    if not texts:
        raise InputError("urls: the list is empty")
    return list(await asyncio.gather(*map(resolve, texts)))


def make_fetchers(
    platform: str, *kinds: str
) -> tuple[staticmethod[[str], Any], staticmethod[[list[str]], Any]]:
    """Return two functions: one gives the id of these kinds in a text, the other those of a list.

    See `resolve_id` and `resolve_each` for their errors.
    """

    async def fetch(url: str) -> str:
        return (await resolve_id(platform, url, *kinds)).id

    async def fetch_all(urls: list[str]) -> list[str]:
        return await resolve_each(fetch, urls)

    return staticmethod(fetch), staticmethod(fetch_all)
