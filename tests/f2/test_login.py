"""The rows D-H33, D-C19, D-C20, D-C21: a login by QR code in a real browser."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.real_browser import Site, list_browsers, run_site

from f2scrapy.api.session import Session
from f2scrapy.errors import InputError
from f2scrapy.f2.apps.douyin.crawler import DouyinCrawler
from f2scrapy.f2.apps.douyin.handler import DouyinHandler


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.delenv("F2_COOKIE", raising=False)
    with run_site() as site:
        for name, value in {**site.settings, "F2_PATH": str(tmp_path), "F2_PACE": "0"}.items():
            monkeypatch.setenv(name, value)
        yield site


async def test_login_by_its_steps(site: Site) -> None:
    states: list[Any] = []
    async with DouyinCrawler({}) as crawler:
        assert (await crawler.fetch_login_qrcode()).startswith("http")
        async with asyncio.timeout(60):
            while not (result := await crawler.fetch_check_login()).is_login:
                states.append(await crawler.fetch_check_qrcode())
    assert "sessionid=f2sandboxsession" in result.cookie
    assert {"new", "scanned"} <= set(states)
    assert not list_browsers()
    found = [page async for page in DouyinHandler({}).fetch_user_collection_videos(max_counts=5)]
    assert len(found[0].aweme_id) >= 5, "the saved login is used"
    assert not Session("douyin", cookie="").identity.is_logged_in


async def test_without_a_browser_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("F2_BROWSER_PATH", str(tmp_path / "missing"))
    with pytest.raises(InputError, match="F2_BROWSER_PATH"):
        await DouyinHandler({"path": str(tmp_path)}).handle_sso_login()
