"""Texts about a work for other programs."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from f2scrapy.archive.template import Template
from f2scrapy.errors import Outcome
from f2scrapy.model.media import MediaKind, parse_media_kinds
from f2scrapy.platforms.douyin.items.posts import Post

WORK = Post(
    aweme_id="7298145681699622182", desc='夜景 <b>&"\x0b\nsecond line', nickname="A\ufffe",
    create_time=int(datetime(2024, 12, 31, 20, tzinfo=UTC).timestamp()),
    mix_name="系列", mix_episode=7,
)  # fmt: skip
WORK.hashtag_names = ["慢生活"]


def get_text(kind: str) -> str:
    [medium] = WORK.list_wanted(parse_media_kinds([kind]))
    assert medium.asset == kind
    assert medium.text is not None
    return medium.text


def test_info_is_the_row() -> None:
    row = json.loads(get_text("info").encode(errors="replace"))
    assert (row["aweme_id"], row["mix_episode"]) == ("7298145681699622182", 7)
    assert "files" not in row


def test_nfo_is_xml_for_media_centres() -> None:
    root = ET.fromstring(get_text("nfo"))
    assert root.tag == "movie"
    assert root.findtext("title") == '夜景 <b>&"'
    assert root.findtext("premiered") == "2025-01-01", "in UTC+8"
    assert root.findtext("director") == "A"
    assert root.findtext("tag") == "慢生活"
    unique = root.find("uniqueid")
    assert unique is not None
    assert (unique.get("type"), unique.text) == ("douyin", "7298145681699622182")


def test_texts_are_for_works_that_are_there() -> None:
    gone = WORK.model_copy(update={"state": Outcome.DELETED})
    assert gone.list_wanted(frozenset({MediaKind.INFO, MediaKind.NFO})) == []


def test_names_may_have_the_place_in_a_playlist() -> None:
    assert Template("{mix_episode:03}_{mix_name}").render(WORK) == "007_系列"
    alone = WORK.model_copy(update={"mix_episode": 0, "mix_name": ""})
    assert Template("{mix_episode:03}_{aweme_id}").render(alone) == alone.aweme_id
