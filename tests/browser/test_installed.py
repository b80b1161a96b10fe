"""The search for a browser ends in a path or in None, on every machine."""

from pathlib import Path

import pytest

from f2scrapy.browser import installed
from f2scrapy.browser.installed import find_browser


def forget_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing be on PATH, and home be a folder of the test."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH", raising=False)
    monkeypatch.setattr("sys.platform", "linux")


def test_browser_of_playwright_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    forget_path(monkeypatch, tmp_path)
    program = tmp_path / ".cache/ms-playwright/chromium-1200/chrome-linux/chrome"
    program.parent.mkdir(parents=True)
    program.touch()
    assert find_browser() == program


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), RuntimeError("home")])
def test_home_that_cannot_be_read_has_no_browser(
    error: Exception, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A service under ProtectHome, and a container whose user has no home."""

    def refuse(*_: object) -> None:
        raise error

    forget_path(monkeypatch, tmp_path)
    monkeypatch.setattr(installed.Path, "glob" if isinstance(error, OSError) else "home", refuse)
    assert find_browser() is None
