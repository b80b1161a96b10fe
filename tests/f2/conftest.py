"""One sandbox for a module of tests, and kwargs as F2's documentation has them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.sandbox.server import Sandbox, run_sandbox
from f2scrapy.sandbox.state import SESSION


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("f2")


@pytest.fixture(scope="module")
def sandbox(folder: Path) -> Iterator[Sandbox]:
    """The sandbox of this module; the environment leads to it, and the working directory is new."""
    with run_sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("F2_COOKIE", raising=False)
        for name, value in {
            "SANDBOX": sandbox.url,
            "PACE": "0",
            "BACKOFF": "0.01",
            "FSYNC": "0",
        }.items():
            patch.setenv(f"F2_{name}", value)
        yield sandbox


@pytest.fixture(scope="module")
def kwargs(folder: Path) -> dict[str, Any]:
    return {
        "headers": {"User-Agent": "Mozilla/5.0", "Referer": "https://www.douyin.com/"},
        "proxies": {"http://": None, "https://": None},
        "timeout": 10,
        "cookie": f"sessionid={SESSION}",
        "path": str(folder / "Download"),
        "mode": "post",
    }
