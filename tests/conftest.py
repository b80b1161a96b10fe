"""Fixtures for all tests."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from crawling import Crawler
from hypothesis import settings

from f2scrapy.sandbox.server import running
from f2scrapy.sandbox.world import Options

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and recordings; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Callable[..., Crawler]]:
    """play("captcha@3", media_ttl_s=5): a crawler with a sandbox of its own."""
    with ExitStack() as stack:

        def start(*faults: str, **options: Any) -> Crawler:
            sandbox = stack.enter_context(running(Options(faults=faults, **options)))
            return Crawler(sandbox, tmp_path / "Download")

        yield start
