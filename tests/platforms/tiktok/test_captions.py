"""Captions as the platform writes them become SRT that says the same at the same time."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.crawling import Crawler

from f2scrapy.errors import ProtocolError
from f2scrapy.platforms.tiktok.captions import srt, vtt

WRITTEN = b"""WEBVTT

00:00:00.060 --> 00:00:01.360
Hello there

00:00:01.400 --> 00:00:03.000
two
lines
"""


def test_cues_as_the_platform_writes_them() -> None:
    assert srt(WRITTEN) == (
        "1\n00:00:00,060 --> 00:00:01,360\nHello there\n\n"
        "2\n00:00:01,400 --> 00:00:03,000\ntwo\nlines\n"
    )


def test_the_original_stays_as_it_is() -> None:
    assert vtt(WRITTEN).encode() == WRITTEN
    assert vtt(b"\xef\xbb\xbfWEBVTT") == "WEBVTT"


def cue(payload: str, times: str = "00:01.000 --> 00:02.500") -> str:
    return srt(f"WEBVTT\n\n{times}\n{payload}\n".encode())


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("00:01.000 --> 00:02.500", "00:00:01,000 --> 00:00:02,500"),
        ("100:01:02.003 --> 100:01:03.000", "100:01:02,003 --> 100:01:03,000"),
        ("00:01.000 --> 00:02.500 align:start position:10%", "00:00:01,000 --> 00:00:02,500"),
        ("00:01.000\t-->\t00:02.500", "00:00:01,000 --> 00:00:02,500"),
    ],
)
def test_times(times: str, expected: str) -> None:
    assert cue("x", times) == f"1\n{expected}\nx\n"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("<c.yellow>Hi</c> <b>you</b>", "Hi you"),
        ("<v Ann>Hi<00:00:01.500> there", "Hi there"),
        ("a &amp; b &lt;3 &nbsp;", "a & b <3"),
        ("- one\n<i></i>\n- two", "- one\n- two"),
        ("五 だ 🎻", "五 だ 🎻"),
    ],
)
def test_text(payload: str, expected: str) -> None:
    assert cue(payload).split("\n", 2)[2] == f"{expected}\n"


def test_what_is_no_cue_is_left_out() -> None:
    body = (
        "WEBVTT - title\nKind: captions\n\nNOTE said --\nby a machine\n\nSTYLE\n::cue {}\n\n"
        "intro-1\n00:01.000 --> 00:02.000\nfirst\n\n00:02.000 --> 00:03.000\n \n\n"
        "7\n00:03.000 --> 00:04.000\nlast"
    )
    assert [block.split("\n")[2] for block in srt(body.encode()).split("\n\n")] == ["first", "last"]
    assert srt(body.replace("\n", "\r\n").encode()) == srt(body.encode())


def test_captions_without_a_word_are_an_empty_file() -> None:
    assert srt(b"WEBVTT\n") == ""


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"utterances": []}', b"WEBVTTX\n", b"\xff\xfe", b"1\n00:00 --> x"]
)
def test_what_is_no_webvtt_is_refused(body: bytes) -> None:
    for made in (vtt, srt):
        with pytest.raises(ProtocolError, match="captions: "):
            made(body)


@pytest.mark.parametrize("times", ["1.0 --> 2.0", "00:01,000 --> 00:02,000", "--> 00:02.000"])
def test_times_of_no_known_form_are_refused(times: str) -> None:
    with pytest.raises(ProtocolError, match="captions: times like"):
        cue("x", times)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n<&>"), min_size=1)))
def test_no_cue_is_lost(texts: list[str]) -> None:
    body = "WEBVTT\n\n" + "\n\n".join(f"00:00.000 --> 00:01.000\n{text}" for text in texts)
    shown = [text.strip() for text in texts if text.strip()]
    blocks = srt(body.encode()).removesuffix("\n").split("\n\n") if shown else []
    assert [block.split("\n", 2)[2] for block in blocks] == shown


def test_one_answer_makes_both_files_of_a_language(play: Callable[..., Crawler]) -> None:
    crawl = play()
    url = f"url={crawl.sandbox.get_user_url('demo', 'tiktok')}"
    media = "subtitle,translation"
    run = crawl("tiktok_user_post", "-a", url, "-a", "max_counts=6", F2_MEDIA=media)
    assert run.code == 0, run.log
    written = [path for path in crawl.list_files() if path.suffix in (".vtt", ".srt")]
    originals = [path for path in written if path.suffix == ".vtt"]
    assert len(written) == 2 * len(originals) > 0
    for path in originals:
        assert path.with_suffix(".srt").read_text("utf-8") == srt(path.read_bytes())
    assert crawl.take_report()["media_requests"] == len(originals)
