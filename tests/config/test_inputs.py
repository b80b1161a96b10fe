"""Files that users name as @file: lists of links, and exports of an account's data."""

import json
from pathlib import Path
from typing import Any

import pytest

from f2scrapy.config.inputs import is_export, read_lines
from f2scrapy.crawl.arguments import LinkArgs
from f2scrapy.crawl.targets import find_targets
from f2scrapy.model.link import decode_urls, find_links
from f2scrapy.platforms import get_platform

EXPORT = {
    "Profile": {"userName": "someone", "phone": "+1 555 0100"},
    "Likes": [{"date": "2026-01-01", "link": "https://www.tiktokv.com/share/video/7699826113376157705/"}],
    "Sounds": [{"Link": "https://www.tiktok.com/music/example-7270868411033570053"}],
    "Chat": [{"text": "see https://www.tiktok.com/@a/video/7699826113376157000 at 203.0.113.7"}],
}  # fmt: skip


@pytest.mark.parametrize("indent", [None, 1])
def test_export_gives_its_works_and_nothing_else(tmp_path: Path, indent: int | None) -> None:
    file = tmp_path / "user_data_tiktok.json"
    file.write_text(json.dumps(EXPORT, indent=indent), encoding="utf-8")
    targets = find_targets(LinkArgs(url=f"@{file}"), get_platform("tiktok").links, ("aweme_id",))
    assert [link.id for link in targets.links] == ["7699826113376157705"]
    assert targets.unusable == []


def test_export_as_text_gives_its_works_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "Like List.txt"
    work = "https://www.tiktokv.com/share/video/7699826113376157705/"
    lines = ["Date: 2023-05-01 12:34:56 UTC", f"Link: {work}", "", "Date: 2023-05-01 12:34:50 UTC",
             "Video: see https://www.tiktok.com/@a/video/7699826113376157000", ""]  # fmt: skip
    for end in ("\n", "\r\n"):
        file.write_text(end.join(lines), encoding="utf-8-sig", newline="")
        assert read_lines(f"@{file}") == [work]
        assert is_export(f"@{file}")
    file.write_text(f"cats: {work}\ndogs: {work}", encoding="utf-8")
    assert not is_export(f"@{file}"), "a list of somebody's own"


def test_text_that_is_no_json_is_lines(tmp_path: Path) -> None:
    file = tmp_path / "links.txt"
    file.write_text("[1] https://v.douyin.com/a/\n", encoding="utf-8")
    assert read_lines(f"@{file}") == ["[1] https://v.douyin.com/a/"]
    assert not is_export(f"@{file}")
    assert not is_export("{}")


def test_escapes_of_terminals_and_html_are_removed() -> None:
    assert decode_urls(r"a\?b\=c\&d&amp;e\x") == r"a?b=c&d&e\x"


def test_recorded_escaped_links(shared: Path) -> None:
    lines = (shared / "reference/cases/crawl/05-escaped-links.tsv").read_text("utf-8").splitlines()
    rows: list[Any] = [line.split("\t") for line in lines if not line.startswith("#")]
    assert rows
    for text, kind, number in rows:
        links = get_platform("tiktok" if "tiktok" in text else "douyin").links
        found, unusable = find_links([text], links.find, [kind], links.KINDS)
        assert (found, unusable) == ([(kind, number)], []), text


def test_recorded_export(shared: Path) -> None:
    for name in ("06-user_data_tiktok.json", "06-user_data_tiktok-oneline.json"):
        args = LinkArgs(url=f"@{shared}/reference/cases/crawl/{name}")
        targets = find_targets(args, get_platform("tiktok").links, ("aweme_id",))
        assert (len(targets.links), targets.unusable) == (6, [])
