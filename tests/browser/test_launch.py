"""The options of a launch: the browser takes the proxy of the run, and none if the run has none."""

from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.api.proxy import switch_off_proxies
from f2scrapy.browser.launch import build_launch_options
from f2scrapy.config.file import load_options

OFF = "--no-proxy-server"


def build(**options: str) -> dict[str, Any]:
    chosen = load_options(F2_CONFIG="", **options)
    return build_launch_options(chosen, Path("chromium"), "douyin", window=False)


def test_browser_takes_the_proxy_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:8080")
    found = build()
    assert found["proxy"] == {"server": "http://proxy.invalid:8080"}
    assert OFF not in found["args"]


def test_browser_reads_no_proxy_of_the_environment_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:8080")
    context = copy_context()
    context.run(switch_off_proxies)
    for found in (context.run(build), build(F2_SANDBOX="http://127.0.0.1:1")):
        assert OFF in found["args"]
        assert "proxy" not in found
