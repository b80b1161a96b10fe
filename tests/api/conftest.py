"""Check after each test that the profiles, which all guests share, are unchanged."""

from collections.abc import Iterator
from functools import cache

import pytest

from f2scrapy.api.browser_profile import BrowserProfile, load_profile


@cache
def copy_profile(platform: str) -> BrowserProfile:
    return load_profile(platform).model_copy(deep=True)


@pytest.fixture(autouse=True)
def unchanged_profiles() -> Iterator[None]:
    copies = [copy_profile(platform) for platform in ("douyin", "tiktok")]
    yield
    assert [load_profile(platform) for platform in ("douyin", "tiktok")] == copies
