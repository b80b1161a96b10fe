"""Launch a Chromium by Playwright as this project uses it, and read what it says of itself."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from f2scrapy.api.browser_facts import BrowserFacts
from f2scrapy.api.proxy import are_proxies_off, find_proxy
from f2scrapy.browser.installed import INSTALL, find_browser, has_playwright, has_window
from f2scrapy.config.options import Options
from f2scrapy.errors import InputError
from f2scrapy.platforms import get_platform

if TYPE_CHECKING:  # an extra
    from playwright.async_api import Page

_FACTS = """() => ({
  user_agent: navigator.userAgent,
  brands: (navigator.userAgentData ? navigator.userAgentData.brands : [])
    .map((it) => `"${it.brand}";v="${it.version}"`).join(", "),
  system: (navigator.userAgentData && navigator.userAgentData.platform) || "Linux",
  cores: navigator.hardwareConcurrency,
  memory: navigator.deviceMemory || 8,
  screen: [innerWidth, innerHeight, outerWidth, outerHeight, 0, Math.max(0, screenY), 0, 0,
    screen.width, screen.height, screen.availWidth, screen.availHeight, innerWidth, innerHeight,
    24, 24, navigator.platform].join("|"),
})"""


def can_reach(options: Options) -> bool:
    """Return whether a browser would reach what the options say: with a sandbox, that alone.

    F2_SANDBOX is for our own transport; a browser needs switches to find a sandbox.
    """
    return not options.sandbox or "--host-resolver-rules" in options.browser_args


def find_endpoint(given: str) -> str:
    """Return the WebSocket address of a browser that runs, from F2_BROWSER_CDP.

    A browser whose user has allowed it writes its port and path into a file of its folder; since
    Chrome 136 that is the one way to the profile that people use.

    Raises:
        InputError: it is neither an address nor such a folder.
    """
    if given.startswith(("ws://", "wss://", "http://")):
        return given
    try:
        lines = (Path(given).expanduser() / "DevToolsActivePort").read_text().split()
    except (OSError, ValueError, RuntimeError):
        lines = []
    if len(lines) != 2 or not lines[0].isdecimal():
        raise InputError(
            f"F2_BROWSER_CDP={given}: want ws://…, or the folder of a browser that runs and allows "
            "remote debugging (chrome://inspect/#remote-debugging)"
        )
    return f"ws://127.0.0.1:{lines[0]}{lines[1]}"


def can_show_window(options: Options) -> bool:
    """Return whether the browser of a crawl has a window, as the user wants it; theirs has one.

    Raises:
        InputError: there is no program at F2_BROWSER_PATH.
    """
    program = None if options.browser_cdp else find_browser(options.browser_path)
    return options.browser_window and (program is None or has_window(program))


def require_driver(options: Options) -> None:
    """Check that a browser can be driven, and would not leave the sandbox.

    Raises:
        InputError: it cannot, or would.
    """
    if not can_reach(options):
        raise InputError(
            "F2_SANDBOX: a browser would ask the platforms themselves; want F2_BROWSER_ARGS with "
            "--host-resolver-rules, see docs/sandbox.md"
        )
    if not has_playwright():
        raise InputError(f"no browser can be driven here: {INSTALL}")


def require_browser(options: Options) -> Path:
    """Return the browser to launch.

    Raises:
        InputError: there is none, or nothing that can drive it, or it would leave the sandbox.
    """
    require_driver(options)
    program = find_browser(options.browser_path)
    if program is None:
        raise InputError(f"no browser can be driven here: {INSTALL}")
    return program


def build_launch_options(
    options: Options, program: Path, platform: str, *, window: bool
) -> dict[str, Any]:
    """Return Playwright's options for `launch`.

    Ctrl-C reaches the whole group of processes: the browser must leave it to the run, which would
    otherwise lose it in the middle of a request. The languages are a switch: Playwright's `locale`
    sends Accept-Language at a place where no Chromium has it (seen 2026-11-30).
    """
    site = get_platform(platform).site if platform else None
    languages = [f"--accept-lang={site.LANGUAGES}"] if site else []
    found: dict[str, Any] = {
        "executable_path": str(program),
        "headless": not window,
        "args": ["--disable-blink-features=AutomationControlled", *languages,
                 *shlex.split(options.browser_args)],
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }  # fmt: skip
    page = site.HOME if site else "https://example.com/"
    if options.sandbox or are_proxies_off():
        # Chromium 156 reads the environment's proxy by itself (tried 2026-12-01).
        found["args"].append("--no-proxy-server")
    elif proxy := find_proxy(page):
        found["proxy"] = _split_proxy(proxy)
    return found


def _split_proxy(proxy: str) -> dict[str, str]:
    parts = urlsplit(proxy)
    server = {"server": f"{parts.scheme.replace('socks5h', 'socks5')}://{parts.hostname}"
                        + (f":{parts.port}" if parts.port else "")}  # fmt: skip
    if not parts.username:
        return server
    return server | {"username": unquote(parts.username), "password": unquote(parts.password or "")}


def build_context_options(platform: str) -> dict[str, Any]:
    """Return Playwright's options for a context on a platform, without user agent and state.

    `platform` is "" for a user's own spider.
    """
    found: dict[str, Any] = {"viewport": {"width": 1536, "height": 730},
                             "screen": {"width": 1536, "height": 864}}  # fmt: skip
    if not platform:
        return found
    zone = get_platform(platform).site.TIME_ZONE
    return found | ({"timezone_id": zone} if zone else {})


@contextmanager
def replace_errors(error: Exception) -> Iterator[None]:
    """Raise `error` in place of Playwright's, whose texts may hold addresses and cookies."""
    from playwright.async_api import Error  # noqa: PLC0415 - an extra

    try:
        yield
    except Error:
        raise error from None


async def read_user_agent(page: Page) -> str:
    """Return the user agent of a page as its browser with a window has it.

    Browsers without one add a word, and some name their whole version (Debian's, 2026-11).
    """
    found: str = await page.evaluate("navigator.userAgent")
    return re.sub(r"(?:Headless)?Chrome/(\d+)[\d.]*", r"Chrome/\1.0.0.0", found)


async def read_facts(page: Page) -> BrowserFacts:
    """Return what the browser of a page says of itself, without the brand of a headless one."""
    found = await page.evaluate(_FACTS)
    brands = [it for it in found["brands"].split(", ") if "Headless" not in it]
    return BrowserFacts.model_validate(found | {"brands": ", ".join(brands)})
