"""Examine this machine, without a request: versions, proxy, disk, browser."""

from __future__ import annotations

import platform as system
import shutil
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from rich.filesize import decimal

from f2scrapy import __version__
from f2scrapy.api.browser_profile import BrowserProfile
from f2scrapy.api.proxy import find_proxy
from f2scrapy.archive.database import open_database
from f2scrapy.archive.server import Server
from f2scrapy.browser.installed import INSTALL, find_browser, has_playwright, has_window
from f2scrapy.config.options import Options
from f2scrapy.doctor.finding import Finding, State
from f2scrapy.errors import InputError
from f2scrapy.text import pluralize

_PACKAGES = ("scrapy", "aiohttp", "curl_cffi", "pydantic", "websockets", "scrapy-playwright")
_LITTLE = 1_000_000_000  # bytes on the disk


def examine_machine(options: Options) -> Iterator[Finding]:
    """Yield what is true of this machine alone."""
    yield Finding("versions", State.GOOD, ", ".join(_list_versions()))
    yield _examine_options(options)
    yield _examine_disk(options)
    yield _examine_archive(options)
    yield _examine_browser(options)


def _list_versions() -> Iterator[str]:
    yield f"f2scrapy {__version__}"
    yield f"Python {system.python_version()}"
    yield f"{system.system()} {system.machine()}"
    for name in _PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"no {name}"
    yield ssl.OPENSSL_VERSION.rpartition(" ")[0].rsplit(" ", 2)[0]


def _examine_options(options: Options) -> Finding:
    file = options.file_name if options.config or Path(options.file_name).is_file() else ""
    text = f"read from {file} and the environment" if file else "from the environment alone"
    if options.sandbox:
        advice = "F2_SANDBOX is set: no request reaches a platform. Unset it for real runs."
        return Finding("options", State.NOTE, f"{text}; everything goes to a sandbox", advice)
    return Finding("options", State.GOOD, text)


def _examine_disk(options: Options) -> Finding:
    place = next(
        p for p in (options.path.absolute(), *options.path.absolute().parents) if p.exists()
    )
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding("disk", State.BAD, f"F2_PATH cannot be read ({error.strerror})")
    text = f"{shorten_home(options.path)}: {decimal(free)} free"
    if free < _LITTLE:
        return Finding("disk", State.NOTE, text, "Make room on the disk of F2_PATH.")
    return Finding("disk", State.GOOD, text)


def _examine_archive(options: Options) -> Finding:
    path = options.archive_place
    if isinstance(path, Server):
        return _examine_server(path)
    if not path.exists():
        return Finding("archive", State.GOOD, "none yet; the first run makes it")
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=1)) as database:
            [count] = database.execute("SELECT count(*) FROM works").fetchone()
    except sqlite3.Error as error:
        advice = f"Move {shorten_home(path)} away: the next run makes a new archive."
        return Finding("archive", State.BAD, f"{shorten_home(path)}: {error}", advice)
    size = decimal(path.stat().st_size)
    text = f"{shorten_home(path)}: {pluralize(count, 'work')}, {size}"
    return Finding("archive", State.GOOD, text)


def _examine_server(server: Server) -> Finding:
    try:
        with closing(open_database(server, blocking=False)) as database:
            [count] = database.execute("SELECT count(*) FROM works").fetchone()
    except (InputError, OSError) as error:
        text = error.strerror if isinstance(error, OSError) else error
        return Finding("archive", State.BAD, str(text), "Start the server, or correct F2_ARCHIVE.")
    return Finding("archive", State.GOOD, f"{server}: {pluralize(count, 'work')}")


def _examine_browser(options: Options) -> Finding:
    try:
        found = find_browser(options.browser_path)
    except InputError as error:
        return Finding("browser", State.BAD, str(error), "Correct F2_BROWSER_PATH.")
    if found is None or not has_playwright():
        missing = "no browser" if found is None else "no package to drive one"
        return Finding("browser", State.GOOD, f"{missing}; few runs need one: {INSTALL}")
    window = "with a window" if has_window(found) else "without a window here"
    return Finding("browser", State.GOOD, f"{shorten_home(found)}, {window}")


def examine_connection(profile: BrowserProfile, sandbox: str) -> Iterator[Finding]:
    """Yield how requests look, and which way they take."""
    name = f"Chrome {profile.browser.version.partition('.')[0]}"
    if find_spec("curl_cffi"):
        yield Finding("handshake", State.GOOD, f"TLS and HTTP/2 of {name}, by curl_cffi")
    else:
        text = f"headers of {name}, but the TLS handshake of Python and no HTTP/2"
        yield Finding("handshake", State.BAD, text, "pip install curl_cffi")
    if sandbox:
        return
    try:
        ways = {_name_proxy(host) for host in sorted(profile.hosts)}
    except InputError as error:
        yield Finding("proxy", State.BAD, str(error), "Correct the variable of the proxy.")
    else:
        yield Finding("proxy", State.GOOD, ", ".join(sorted(ways)))


def _name_proxy(host: str) -> str:
    """Return the proxy of a host, without user name and password."""
    found = find_proxy(f"https://{host}/")
    if found is None:
        return "none"
    parts = urlsplit(found)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 80}"


def shorten_home(path: Path) -> str:
    """Return a path with ~ for the user's folder: a report shows no user name."""
    try:
        return str(Path("~") / path.absolute().relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
