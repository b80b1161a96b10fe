"""Find a browser that Playwright can drive, on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from itertools import chain
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
    places = chain(on_path, _list_usual(os.environ))
    return next((path for path in places if os.path.isfile(path)), None)  # noqa: PTH113 - or unreadable


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
    given = environment.get("PLAYWRIGHT_BROWSERS_PATH")
    with suppress(OSError, RuntimeError):  # a service may have no home folder, or not read it
        yield from _list_chromium(Path(given or Path.home() / cache / "ms-playwright"))


def _list_chromium(folder: Path) -> list[Path]:
    """Return the programs in Playwright's folder.

    Raises:
        OSError: it cannot be read.
    """
    forms = ("chromium-*/chrome-*/chrome*", "chromium-*/*/*/Contents/MacOS/Chromium")
    found = [path for form in forms for path in sorted(folder.glob(form))]
    return [path for path in found if path.name in ("chrome", "chrome.exe", "Chromium")]
