"""Resolve host names, but not into the local network: checked when a connection is made."""

from __future__ import annotations

import logging
import socket
from collections.abc import Collection
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies

from aiohttp import DefaultResolver
from aiohttp.abc import AbstractResolver, ResolveResult

from f2scrapy.api.private_network import is_private_host

if TYPE_CHECKING:
    from f2scrapy.api.browser_profile import BrowserProfile

logger = logging.getLogger(__name__)

is_guarded: ContextVar[bool] = ContextVar("is_guarded", default=False)
"""Whether the request of this task must stay out of the local network."""


class PrivateAddress(OSError):
    """A host name has no address outside of the local network."""


class PublicResolver(AbstractResolver):
    """Drops the addresses of this machine and its local network, while `is_guarded` is true.

    A platform's answer may name any host, and anyone can give a name the address of a router.
    Behind some proxies and VPNs every name has such an address: so if `reference`, a name of the
    platform itself, has no other either, the addresses stay. Names of proxies always keep theirs.
    """

    def __init__(
        self, inner: AbstractResolver, reference: str, own_names: Collection[str] = ()
    ) -> None:
        self.inner = inner
        self.reference = reference
        self.own_names = {*own_names, *_list_proxy_names()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self.inner.resolve(host, port, family)
        if not is_guarded.get() or host in self.own_names:
            return found
        public = [result for result in found if not is_private_host(result["host"])]
        if public or await self._is_all_private(family):
            return public or found
        raise PrivateAddress(f"{host} is a name within the local network")

    async def close(self) -> None:
        await self.inner.close()

    async def _is_all_private(self, family: socket.AddressFamily) -> bool:
        try:
            found = await self.inner.resolve(self.reference, 0, family)
        except OSError:
            return False
        return all(is_private_host(result["host"]) for result in found)


def build_resolver(
    profile: BrowserProfile, sandbox: str = "", inner: AbstractResolver | None = None
) -> PublicResolver:
    """Return the resolver for files of a platform; `sandbox` is F2_SANDBOX.

    `inner` is aiohttp's own by default, which needs a running loop.
    """
    own = urlsplit(sandbox).hostname or ""
    return PublicResolver(inner or DefaultResolver(), profile.cookie_hosts[0], [own])


def find_private_address(error: BaseException | None) -> PrivateAddress | None:
    """Return the cause of an error if it is that of a name within the local network."""
    while error is not None and not isinstance(error, PrivateAddress):
        error = error.__cause__ or getattr(error, "os_error", None)
    return error


def _list_proxy_names() -> set[str]:
    return {urlsplit(proxy).hostname or "" for proxy in getproxies().values()}
