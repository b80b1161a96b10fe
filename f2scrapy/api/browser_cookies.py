"""Read the cookies that an installed browser keeps: Firefox itself, the others by yt-dlp."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from contextlib import closing
from dataclasses import dataclass
from http.cookiejar import Cookie
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from f2scrapy.api.cookies import build_cookie
from f2scrapy.config.cookie_source import BrowserSource
from f2scrapy.errors import InputError

_DATABASE = "cookies.sqlite"
_MILLISECONDS = 10**11  # as seconds since 1970, the year 5138
# Containers and embedded sites have attributes: their cookies are those of other visitors.
_QUERY = "SELECT host, path, expiry, name, value FROM moz_cookies WHERE originAttributes = ''"
_1601 = 11_644_473_600  # seconds from 1601 to 1970
_APP_BOUND = (
    "on Windows it keeps its cookies from other programs: use Firefox, or an extension such as "
    "Cookie-Editor"
)


def read_browser_cookies(
    source: BrowserSource,
    *,
    home: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    system: str = sys.platform,
) -> list[Cookie]:
    """Return all cookies of an installed browser, of all sites.

    `home` is the user's folder, None = as the system says; `system` is as `sys.platform`.

    Raises:
        InputError: the browser, its profile or its cookies are not found, or cannot be read.
    """
    if source.browser != "firefox":
        return _read_chromium(source, system)
    folders = list_firefox_folders(home or Path.home(), environment, system)
    database = _find_database(source, folders)
    try:
        return _read_database(database)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or "its file is damaged, or of an unknown version"
        raise _explain(source, f"its cookies cannot be read ({why})") from None


def _explain(source: BrowserSource, why: str) -> InputError:
    name = ":".join(filter(None, source))
    return InputError(f"F2_COOKIES={name}: {why}")


# Firefox


@dataclass(frozen=True)
class _Profile:
    name: str  # as profiles.ini has it
    folder: Path

    @property
    def changed(self) -> float:
        """When its cookies were last written, in s since 1970; 0 = it has none."""
        files = (self.folder / _DATABASE, self.folder / f"{_DATABASE}-wal")
        return max((file.stat().st_mtime for file in files if file.is_file()), default=0)


def list_firefox_folders(home: Path, environment: Mapping[str, str], system: str) -> list[Path]:
    """Return the folders in which Firefox may keep its profiles.

    On Linux, new ones are below ~/.config (seen with Firefox 153 ESR, 2026-11).
    """
    if system == "win32":
        data = Path(environment.get("APPDATA") or home / "AppData/Roaming")
        return [data / "Mozilla/Firefox"]
    if system == "darwin":
        return [home / "Library/Application Support/Firefox"]
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    boxes = (home, home / "snap/firefox/common", home / ".var/app/org.mozilla.firefox")
    below = (".mozilla/firefox", ".config/mozilla/firefox", "config/mozilla/firefox")
    return [config / "mozilla/firefox", *(box / place for box in boxes for place in below)]


def _find_database(source: BrowserSource, folders: list[Path]) -> Path:
    """Return the file with the cookies of a profile; of the one used last if none is named."""
    if source.profile and (path := Path(source.profile).expanduser()).is_dir():
        profiles = [_Profile("", path)]
    else:
        known = [profile for folder in folders for profile in _list_profiles(folder)]
        wanted = source.profile.casefold()
        profiles = [p for p in known if wanted in ("", p.name.casefold(), p.folder.name.casefold())]
        if not profiles:
            names = ", ".join(sorted({p.name or p.folder.name for p in known}))
            why = f"it has no such profile; there are: {names}" if names else "it has no profile"
            raise _explain(source, f"{why} of this user on this machine")
    best = max(profiles, key=lambda profile: profile.changed)
    if not best.changed:
        raise _explain(source, "that profile has no cookies")
    return best.folder / _DATABASE


def _list_profiles(folder: Path) -> Iterator[_Profile]:
    """Yield the profiles that profiles.ini names, and those beside it that it does not."""
    names: dict[Path, str] = {}
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(folder / "profiles.ini", "utf-8-sig")
    except (ConfigError, UnicodeDecodeError, OSError):
        parser.clear()
    for section in parser.values():
        if path := section.get("Path", ""):
            names[folder / path] = section.get("Name", "")
    for database in [*folder.glob(f"*/{_DATABASE}"), *folder.glob(f"Profiles/*/{_DATABASE}")]:
        names.setdefault(database.parent, "")
    for place, name in names.items():
        yield _Profile(name, place)


def _read_database(database: Path) -> list[Cookie]:
    """Read a copy: a Firefox that runs has locked its own."""
    with TemporaryDirectory(prefix="f2-cookies-") as folder:
        for file in (database, database.with_name(f"{_DATABASE}-wal")):
            if file.is_file():
                shutil.copy(file, folder)
        with closing(sqlite3.connect(Path(folder, _DATABASE))) as connection:
            rows = connection.execute(_QUERY).fetchall()
    return [
        build_cookie(name, value, host, path, expiry // (1000 if expiry > _MILLISECONDS else 1))
        for host, path, expiry, name, value in rows
    ]  # fmt: skip


# Chrome and its relatives


class _Silence:
    """The logger that yt-dlp wants; its lines may name files, and are not ours."""

    def _ignore(self, *_: Any, **__: Any) -> None:
        """Write nothing."""

    debug = info = warning = error = progress_bar = _ignore


def _read_chromium(source: BrowserSource, system: str) -> list[Cookie]:
    try:
        from yt_dlp.cookies import extract_cookies_from_browser  # noqa: PLC0415 - an extra
        from yt_dlp.utils import YoutubeDLError  # noqa: PLC0415
    except ImportError:
        raise _explain(source, "needs a package: pip install yt-dlp") from None
    try:
        jar = extract_cookies_from_browser(source.browser, source.profile or None, _Silence())
    except FileNotFoundError:
        raise _explain(source, "it has no such profile of this user on this machine") from None
    except (OSError, ValueError, TypeError, sqlite3.Error, YoutubeDLError):
        raise _explain(source, _say_unreadable(system)) from None
    found = [
        build_cookie(c.name, c.value or "", c.domain, c.path, convert_expiry(c.expires))
        for c in jar
    ]
    if not found:
        raise _explain(source, _say_unreadable(system))
    return found


def _say_unreadable(system: str) -> str:
    return _APP_BOUND if system == "win32" else (
        "its cookies cannot be decrypted: unlock the keyring, or use an extension such as "
        "Cookie-Editor"
    )  # fmt: skip


def convert_expiry(expires: int | None) -> int | None:
    """Return the s since 1970 of an expiry of Chromium, in µs since 1601; None = the session.

    yt-dlp passes it on as it is stored (2026.10.26).
    """
    if not expires or expires < _MILLISECONDS:
        return expires or None
    return expires // 1_000_000 - _1601
