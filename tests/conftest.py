"""Fixtures for all tests."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from crawling import Crawler, Play
from hypothesis import settings
from recordings import Recorded
from sandbox_client import Browser, visit

from f2scrapy.sandbox.server import running
from f2scrapy.sandbox.world import Options
from tests.transport_origin import Origin, serving

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and recordings; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED


@pytest.fixture(scope="session")
def recorded(shared: Path) -> Recorded:
    """recorded("comment_list_first13"): an answer of Douyin's as it came, the caller's own."""
    folder = shared / "reference/recorded/douyin/json"
    return lambda name: json.loads((folder / f"{name}.json").read_bytes())


@pytest.fixture(scope="session")
def filters(shared: Path) -> dict[str, Any]:
    """F2's filters by name, such as "douyin.UserPostFilter": fields, and their paths."""
    known: dict[str, Any] = yaml.safe_load((shared / "reference/f2/fields.yaml").read_text())
    return known["filters"]


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    """play("captcha@3", media_ttl_s=5): a crawler with a sandbox of its own."""
    with ExitStack() as stack:

        def start(*faults: str, platform: str = "douyin", **options: Any) -> Crawler:
            sandbox = stack.enter_context(running(Options(faults=faults, **options)))
            return Crawler(sandbox, tmp_path / "Download", platform=platform)

        yield start


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A visitor of a sandbox of its own."""
    async with visit() as browser:
        yield browser


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    """A web server that misbehaves on order."""
    async with serving() as origin:
        yield origin


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a file is to go, in a folder that is not there yet."""
    return tmp_path / "folder" / "v.mp4"
