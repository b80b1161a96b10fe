"""Names that a platform's answer gives lead nowhere into the local network."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from f2scrapy.api.resolver import PrivateAddress, PublicResolver, find_private_address, is_guarded

PLATFORM = "www.douyin.com"
NAMES = {
    "cdn": ["93.184.216.34"],
    "router": ["192.168.0.1"],
    "loop": ["127.0.0.1", "::1"],
    "metadata": ["169.254.169.254"],
    "mapped": ["::ffff:10.0.0.1"],
    "both": ["10.0.0.1", "93.184.216.34"],
}


class Names(AbstractResolver):
    """Answers from a table."""

    def __init__(self, platform: list[str]) -> None:
        self.table = NAMES | {PLATFORM: platform}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if not self.table.get(host):
            raise OSError("no such name")
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self.table[host]
        ]

    async def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _guarded() -> Iterator[None]:
    token = is_guarded.set(True)
    yield
    is_guarded.reset(token)


async def resolve(host: str, platform: str = "93.184.216.35") -> list[str]:
    resolver = PublicResolver(Names([platform] if platform else []), PLATFORM)
    return [result["host"] for result in await resolver.resolve(host)]


@pytest.mark.parametrize("host", ["router", "loop", "metadata", "mapped"])
@pytest.mark.parametrize("platform", ["93.184.216.35", ""])
async def test_name_within_the_network_has_no_address(host: str, platform: str) -> None:
    with pytest.raises(PrivateAddress):
        await resolve(host, platform)


async def test_private_addresses_of_a_public_name_are_dropped() -> None:
    assert await resolve("both") == ["93.184.216.34"]
    assert await resolve("cdn") == ["93.184.216.34"]


@pytest.mark.parametrize("platform", ["198.18.0.7", "10.1.2.3"])
async def test_vpn_that_gives_all_names_private_addresses_still_works(platform: str) -> None:
    assert await resolve("router", platform) == ["192.168.0.1"]


async def test_proxy_of_the_user_may_be_in_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:pw@router:3128")
    assert await resolve("router") == ["192.168.0.1"]


async def test_requests_of_a_users_own_spider_may_go_anywhere() -> None:
    is_guarded.set(False)
    assert await resolve("router") == ["192.168.0.1"]


def test_cause_is_found_below_errors_of_libraries() -> None:
    cause = PrivateAddress("x")
    error = ValueError()
    error.__cause__ = OSError()
    error.__cause__.__cause__ = cause
    assert find_private_address(error) is cause
    assert find_private_address(ValueError()) is None
