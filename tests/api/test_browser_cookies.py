"""The cookies of installed browsers: found where they keep them, with the right expiry."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from f2scrapy.api.browser_cookies import (
    convert_expiry,
    list_firefox_folders,
    read_browser_cookies,
)
from f2scrapy.config.cookie_source import BrowserSource, parse_browser_source
from f2scrapy.config.file import load_options
from f2scrapy.errors import InputError

EXPIRY = 1_900_000_000  # s since 1970


def write_profile(folder: Path, value: str, expiry: int, *, journal: bool = False) -> Path:
    """Write a profile as Firefox does; with `journal`, its rows are not in the main file yet."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "cookies.sqlite")) as database:
        if journal:
            database.execute("PRAGMA journal_mode=WAL")
        database.execute(
            "CREATE TABLE moz_cookies (id INTEGER PRIMARY KEY, originAttributes TEXT, name TEXT, "
            "value TEXT, host TEXT, path TEXT, expiry INTEGER)"
        )
        add = "INSERT INTO moz_cookies VALUES (NULL, ?, ?, ?, ?, '/', ?)"
        database.execute(add, ("", "sessionid", value, ".douyin.com", expiry))
        database.execute(add, ("^userContextId=2", "sessionid", "other", ".douyin.com", expiry))
        database.commit()
        if journal:  # a copy of both files, as a Firefox that runs has them
            for file in folder.glob("cookies.sqlite*"):
                (folder / f"copy-{file.name}").write_bytes(file.read_bytes())
    for file in folder.glob("copy-*"):
        file.replace(folder / file.name.removeprefix("copy-"))
    return folder


def read(home: Path, profile: str = "") -> list[tuple[str, str, int | None]]:
    found = read_browser_cookies(
        BrowserSource("firefox", profile), home=home, environment={}, system="linux"
    )
    return [(c.domain, c.value or "", c.expires) for c in found]


@pytest.mark.parametrize(
    "place", [".mozilla/firefox", ".config/mozilla/firefox", "snap/firefox/common/.mozilla/firefox"]
)
def test_firefox_is_found_where_it_keeps_profiles(tmp_path: Path, place: str) -> None:
    write_profile(tmp_path / place / "x1.default-release", "abc", EXPIRY * 1000, journal=True)
    assert read(tmp_path) == [(".douyin.com", "abc", EXPIRY)]


def test_expiry_of_older_firefox_is_in_seconds(tmp_path: Path) -> None:
    write_profile(tmp_path / ".mozilla/firefox/x1.default", "abc", EXPIRY)
    assert read(tmp_path) == [(".douyin.com", "abc", EXPIRY)]


def test_profile_is_chosen_by_name_folder_or_path(tmp_path: Path) -> None:
    root = tmp_path / ".mozilla/firefox"
    first = write_profile(root / "x1.default", "first", EXPIRY)
    write_profile(root / "x2.second", "second", EXPIRY)
    (root / "profiles.ini").write_text("[Profile0]\nName=Work %\nIsRelative=1\nPath=x1.default\n")
    names = {name: read(tmp_path, name)[0][1] for name in ("work %", "x2.second", str(first))}
    assert names == {"work %": "first", "x2.second": "second", str(first): "first"}
    with pytest.raises(InputError, match=r"F2_COOKIES=firefox:none: .* there are: Work %, x2"):
        read(tmp_path, "none")


def test_without_a_name_the_profile_used_last_is_read(tmp_path: Path) -> None:
    root = tmp_path / ".mozilla/firefox"
    write_profile(root / "a.old", "old", EXPIRY)
    write_profile(root / "b.new", "new", EXPIRY)
    past = time.time() - 9999
    for number, name in enumerate(("b.new", "a.old")):
        os.utime(root / name / "cookies.sqlite", (past, past + number))
    assert read(tmp_path)[0][1] == "old"


def test_faults_of_firefox_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="F2_COOKIES=firefox: it has no profile of this user"):
        read(tmp_path)
    folder = tmp_path / ".mozilla/firefox/x.default"
    folder.mkdir(parents=True)
    (folder / "cookies.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(InputError, match="its file is damaged, or of an unknown version"):
        read(tmp_path)


def test_firefox_of_other_systems_has_other_folders(tmp_path: Path) -> None:
    assert list_firefox_folders(tmp_path, {"APPDATA": "/data"}, "win32") == [
        Path("/data/Mozilla/Firefox")
    ]
    assert list_firefox_folders(tmp_path, {}, "darwin") == [
        tmp_path / "Library/Application Support/Firefox"
    ]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("firefox", ("firefox", "")),
        ("Firefox:/data/a/x", ("firefox", "/data/a/x")),
        ("edge:Profile 2", ("edge", "Profile 2")),
        ("./firefox", None),
        ("cookies.txt", None),
    ],
)
def test_source_is_a_browser_or_a_path(text: str, source: tuple[str, str] | None) -> None:
    assert parse_browser_source(text) == source
    assert load_options(F2_COOKIES=text).cookies == text


def test_expiry_of_chromium_is_converted() -> None:
    assert convert_expiry(13_445_685_220_675_684) == 1_801_211_620
    assert (convert_expiry(0), convert_expiry(None), convert_expiry(EXPIRY)) == (None, None, EXPIRY)


def test_chromes_on_windows_are_one_clear_line(tmp_path: Path) -> None:
    pytest.importorskip("yt_dlp")
    profile = tmp_path / "User Data/Default/Network"
    profile.mkdir(parents=True)
    (profile / "Cookies").write_bytes(b"no database" * 100)
    source = BrowserSource("chrome", str(tmp_path / "User Data/Default"))
    with pytest.raises(InputError, match="on Windows it keeps its cookies from other programs"):
        read_browser_cookies(source, system="win32")
    with pytest.raises(InputError, match=r"F2_COOKIES=chrome:.*cannot be decrypted"):
        read_browser_cookies(source, system="linux")
    with pytest.raises(InputError, match="it has no such profile of this user"):
        read_browser_cookies(BrowserSource("chrome", str(tmp_path / "none")))
