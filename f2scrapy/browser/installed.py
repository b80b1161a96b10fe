"""Find a browser that Playwright can drive, on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from f2scrapy.errors import InputError

INSTALL = "pip install 'scrapy-playwright<0.0.49', and install Chromium"

# On PATH, the best first: the last one has no window.
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge",
          "microsoft-edge-stable", "brave-browser", "chromium-headless-shell")  # fmt: skip
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser")
_WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe",
            r"BraveSoftware\Brave-Browser\Application\brave.exe")  # fmt: skip


def has_playwright() -> bool:
    """Return whether the extra `browser` is installed; nothing is imported."""
    return bool(find_spec("playwright") and find_spec("scrapy_playwright"))


def find_browser(given: str | Path | None = None) -> Path | None:
    """Return the program of a browser: the `given` one, or the first that is found; None = none.

    Raises:
        InputError: there is no program at the `given` path.
    """
    if given:
        found = shutil.which(str(given))
        if found is None:
            raise InputError(f"F2_BROWSER_PATH={given}: there is no program of that name")
        return Path(found)
    on_path = (Path(found) for name in _NAMES if (found := shutil.which(name)))
    return next((path for path in (*on_path, *_list_usual(os.environ)) if path.is_file()), None)


def has_window(browser: Path, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a browser can show a window here."""
    shows = sys.platform in ("win32", "darwin")
    has_display = shows or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    return has_display and "headless" not in browser.name


def _list_usual(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield where browsers are that are not on PATH, those of Playwright last."""
    if sys.platform == "darwin":
        yield from (Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in _MAC)
    if sys.platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if folder := environment.get(variable):
                yield from (Path(folder, path) for path in _WINDOWS)
    cache = {"darwin": "Library/Caches", "win32": "AppData/Local"}.get(sys.platform, ".cache")
    own = Path(environment.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / cache / "ms-playwright")
    for form in ("chromium-*/chrome-*/chrome*", "chromium-*/*/*/Contents/MacOS/Chromium"):
        yield from sorted(
            p for p in own.glob(form) if p.name in ("chrome", "chrome.exe", "Chromium")
        )
