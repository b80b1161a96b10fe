"""Fixtures for all tests."""

import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from support.crawling import Crawler, Play, Talk
from support.postgres import Cluster, run_cluster
from support.recordings import Recorded
from support.sandbox_client import Browser, visit
from support.tiktok_client import Visitor, visit_tiktok

from f2scrapy.crawl import key_set
from f2scrapy.sandbox.catalogue import Work, build_work
from f2scrapy.sandbox.server import run_sandbox
from f2scrapy.sandbox.state import Options
from f2scrapy.sandbox.works import count_comments
from tests.support.transport_origin import Origin, run_origin

# The same examples in each run, on a machine of any speed; `make fuzz` takes the other profile.
ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", ANY_SPEED, derandomize=True)
settings.register_profile("fuzz", ANY_SPEED, max_examples=2000, print_blob=True)
settings.load_profile("steady")


def pytest_sessionstart() -> None:
    """Have the steady profile draw the same in each order of tests.

    Hypothesis 6.170 draws constants from the project's modules, too, and which of them are imported
    depends on the tests that ran before (2026-11).
    """
    os.environ["F2_LANG"] = "en"  # the language of the machine does not matter
    if settings.default.derandomize:
        providers._get_local_constants = providers.Constants


SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts and recordings; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here")
    return SHARED


@pytest.fixture(scope="module")
def platform(request: pytest.FixtureRequest) -> str:
    """Return the platform of a file of tests: TikTok if its name says so, else Douyin."""
    return (
        "tiktok" if "tiktok" in str(request.path.relative_to(Path(__file__).parent)) else "douyin"
    )


@pytest.fixture(scope="module")
def answers(shared: Path, platform: str) -> Path:
    """The folder of the platform's answers as they came."""
    return shared / "reference/recorded" / platform / "json"


@pytest.fixture(scope="module")
def recorded(answers: Path) -> Recorded:
    """recorded("comment_list_first13"): an answer as it came, the caller's own."""
    return lambda name: json.loads((answers / f"{name}.json").read_bytes())


@pytest.fixture(scope="session")
def truth(shared: Path) -> Callable[[str], Any]:
    """truth("links"): inputs from other people's recordings, with their right values."""
    return lambda name: json.loads((shared / f"reference/cases/truth/{name}.json").read_bytes())


@pytest.fixture(scope="session")
def filters(shared: Path) -> dict[str, Any]:
    """F2's filters by name, such as "douyin.UserPostFilter": fields, and their paths."""
    known: dict[str, Any] = yaml.safe_load((shared / "reference/f2/fields.yaml").read_text())
    return known["filters"]


@pytest.fixture
def play(tmp_path: Path, platform: str) -> Iterator[Play]:
    """play("captcha@3", media_ttl_s=5): a crawler with a sandbox of its own."""
    with ExitStack() as stack:

        def start(*faults: str, platform: str = platform, **options: Any) -> Crawler:
            sandbox = stack.enter_context(run_sandbox(Options(faults=faults, **options)))
            return Crawler(sandbox, tmp_path / "Download", platform=platform)

        yield start


@pytest.fixture(params=["in memory", "on disk"])
def each_key_set(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test with keys of rows in memory, and again with all of them on disk."""
    if request.param == "on disk":
        monkeypatch.setattr(key_set, "MOST_IN_MEMORY", 0)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of our own; the test is skipped where none is installed."""
    with run_cluster() as running:
        yield running


@pytest.fixture
def talk(play: Play) -> Talk:
    """talk("lossy"): a crawler, a work with some hundred comments, and the word that names it."""

    def start(*faults: str) -> tuple[Crawler, Work, str]:
        crawl = play(*faults)
        user = crawl.sandbox.state.catalogue.by_name["clean200"]
        works = (build_work(user, position) for position in range(user.count))
        work = next(work for work in works if 150 < count_comments(work) < 200)
        return crawl, work, f"url={work.aweme_id}"

    return start


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A visitor of a sandbox of its own."""
    async with visit() as browser:
        yield browser


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    """The same on TikTok."""
    async with visit_tiktok() as visitor:
        yield visitor


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    """A web server that misbehaves on order."""
    async with run_origin() as origin:
        yield origin


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a file to be, in a folder that does not exist yet."""
    return tmp_path / "folder" / "v.mp4"
