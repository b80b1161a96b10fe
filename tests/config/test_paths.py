"""An option that takes a path takes no address, and nothing else that no path can be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from support.works import WorksSpider

from f2scrapy.config.file import load_options
from f2scrapy.config.options import check_path_text
from f2scrapy.crawl.preflight import check_outputs, check_run
from f2scrapy.crawl.shared import get_options
from f2scrapy.danmaku.convert import convert
from f2scrapy.errors import InputError

OPTIONS = ["F2_PATH", "F2_ARCHIVE", "F2_REPORT", "F2_COOKIES", "F2_CONFIG"]
ADDRESSES = [
    "s3://bucket/archive", "S3://bucket", "s3:/bucket", "gs://b/x", "http://host/x",
    "https://host/x", "ftp://me:pw@host/x", "sftp://host/x", "smb://nas/x", "webdav+https://h/x",
]  # fmt: skip
NO_PATHS = {
    "file:///media/x": "leave out file://",
    "D:\\Videos": "this is a path of Windows",
    "d:/Videos": "this is a path of Windows",
    " ": "this is blank",
    "a\nb": r"cannot contain the character '\n'",
    "a\x1b[31m": r"cannot contain the character '\x1b'",
    "a\0b": "cannot contain a zero byte",
    "a\udcff": r"cannot contain the character '\udcff'",
    "~nosuchuser/x": "the home folder of that user is not known",
}
PATHS = ["Download", "a:b", "my: files", "s3", "x/https:", "~/x", "日本/ü", "a b", "-x", "C:x"]


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("text", ADDRESSES)
def test_address_is_no_path(option: str, text: str) -> None:
    with pytest.raises(InputError) as raised:
        load_options(**{option: text})
    shown = text.replace(":pw@", ":…@")
    hint = "; F2_PUBLISH takes the address of a store, beside it" if option == "F2_PATH" else ""
    why = f"this is an address; want a path on this machine{hint}"
    assert str(raised.value) == f"{option}={shown}: {why}"
    assert list(Path().iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="other texts are paths there")
@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("text", NO_PATHS)
def test_text_that_no_path_can_be(option: str, text: str) -> None:
    with pytest.raises(InputError) as raised:
        load_options(**{option: text})
    assert NO_PATHS[text].replace("'", "") in str(raised.value).replace("'", "")


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("text", PATHS)
def test_odd_paths_are_paths(option: str, text: str) -> None:
    if option == "F2_CONFIG":
        with pytest.raises(InputError, match=f"{text}: there is no such file"):
            load_options(F2_CONFIG=text)
    else:
        load_options(**{option: text})


def test_root_with_a_name_that_is_too_long() -> None:
    crawler = Crawler(WorksSpider, {"F2_PATH": "x/" + "n" * 300})
    with pytest.raises(InputError, match="no file can be written there \\(File name too long"):
        check_outputs(get_options(crawler), crawler.settings)


@pytest.mark.parametrize("text", ["s3://x/y.log", "/proc/none/x.log", "folder"])
def test_log_that_cannot_be_written(text: str) -> None:
    Path("folder").mkdir()
    with pytest.raises(InputError, match=f"^LOG_FILE={text}"):
        check_run(Crawler(WorksSpider, {"F2_PATH": "x", "LOG_FILE": text}), {})
    assert not Path("s3:").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="this is a path there")
def test_feed_with_a_path_of_windows() -> None:
    feeds: dict[str, Any] = {"C:\\x.csv": {"format": "csv"}}
    crawler = Crawler(WorksSpider, {"F2_PATH": "x", "FEEDS": feeds})
    with pytest.raises(InputError, match="this is a path of Windows"):
        check_outputs(get_options(crawler), crawler.settings)


def test_converted_chat_goes_to_no_address() -> None:
    with pytest.raises(InputError, match="this is an address"):
        convert(Path("x.jsonl"), Path("s3://bucket/x.ass"))


@pytest.mark.parametrize(
    "text", ["$HOME/x", "${HOME}/x", "%USERPROFILE%/x", "%AppData%/x", "$USER"]
)
def test_a_variable_of_a_shell_is_no_path(text: str) -> None:
    if text == "%AppData%/x":
        check_path_text(text)  # it may be a name
        return
    with pytest.raises(ValueError, match="is not replaced here; write the path itself"):
        check_path_text(text)


def test_limit_that_leaves_no_room_for_works_is_bad_input(tmp_path: Path) -> None:
    root = len(str(tmp_path.resolve()))
    assert load_options(F2_PATH=str(tmp_path), F2_PATH_CHARS=str(root + 110)).limits.path_chars
    with pytest.raises(InputError, match=f"F2_PATH has {root} characters, and works need 110"):
        load_options(F2_PATH=str(tmp_path), F2_PATH_CHARS=str(root + 109))
    with pytest.raises(InputError, match="F2_NAME_BYTES=80"):
        load_options(F2_NAME_BYTES="80")
