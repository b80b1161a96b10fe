"""Conversion of captions to WebVTT and SRT."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.crawling import Crawler

from f2scrapy.errors import ProtocolError
from f2scrapy.platforms.common.captions import to_srt, to_vtt

WRITTEN = b"""WEBVTT

00:00:00.060 --> 00:00:01.360
Hello there

00:00:01.400 --> 00:00:03.000
two
lines
"""


def test_recorded_form_of_cues_is_converted() -> None:
    assert to_srt(WRITTEN) == (
        "1\n00:00:00,060 --> 00:00:01,360\nHello there\n\n"
        "2\n00:00:01,400 --> 00:00:03,000\ntwo\nlines\n"
    )


def test_vtt_is_unchanged() -> None:
    assert to_vtt(WRITTEN).encode() == WRITTEN
    assert to_vtt(b"\xef\xbb\xbfWEBVTT") == "WEBVTT"


SPOKEN = b"""{"utterances": [{"text": "a < b\\n two ", "start_time": 60, "end_time": 1360},
 {"text": " ", "start_time": 1, "end_time": 2}, {"start_time": 1, "end_time": 2},
 {"text": "last", "start_time": 3723004, "end_time": 3724000, "words": []}]}"""
SRT = "1\n00:00:00,060 --> 00:00:01,360\na < b\ntwo\n\n2\n01:02:03,004 --> 01:02:04,000\nlast\n"
VTT = (
    "WEBVTT\n\n00:00:00.060 --> 00:00:01.360\na &lt; b\ntwo\n\n"
    "01:02:03.004 --> 01:02:04.000\nlast\n"
)


@pytest.mark.parametrize("body", [SPOKEN, SRT.encode(), VTT.encode()])
def test_each_form_gives_the_same_files(body: bytes) -> None:
    assert (to_srt(body), to_vtt(body)) == (SRT, VTT)


def test_utterances_without_a_word_are_an_empty_file() -> None:
    assert (to_srt(b'{"utterances": []}'), to_vtt(b'{"utterances": []}')) == ("", "WEBVTT\n")


def convert_cue(payload: str, times: str = "00:01.000 --> 00:02.500") -> str:
    return to_srt(f"WEBVTT\n\n{times}\n{payload}\n".encode())


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
    assert convert_cue("x", times) == f"1\n{expected}\nx\n"


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
    assert convert_cue(payload).split("\n", 2)[2] == f"{expected}\n"


def test_other_blocks_are_left_out() -> None:
    body = (
        "WEBVTT - title\nKind: captions\n\nNOTE said --\nby a machine\n\nSTYLE\n::cue {}\n\n"
        "intro-1\n00:01.000 --> 00:02.000\nfirst\n\n00:02.000 --> 00:03.000\n \n\n"
        "7\n00:03.000 --> 00:04.000\nlast"
    )
    assert [block.split("\n")[2] for block in to_srt(body.encode()).split("\n\n")] == [
        "first",
        "last",
    ]
    assert to_srt(body.replace("\n", "\r\n").encode()) == to_srt(body.encode())


def test_captions_without_a_word_are_an_empty_file() -> None:
    assert to_srt(b"WEBVTT\n") == ""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"cues": []}',
        b'{"utterances": [{"text": "x"}]}',
        b"WEBVTTX\n",
        b"\xff\xfe",
        b"1\n00:00 --> x",
    ],
)
def test_other_formats_raise(body: bytes) -> None:
    for convert in (to_vtt, to_srt):
        with pytest.raises(ProtocolError, match=r"captions: |utterances"):
            convert(body)


@pytest.mark.parametrize("times", ["1.0 --> 2.0", "00:01,000 --> 00:02,000", "--> 00:02.000"])
def test_malformed_times_raise(times: str) -> None:
    with pytest.raises(ProtocolError, match="captions: times like"):
        convert_cue("x", times)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n<&>"), min_size=1)))
def test_no_cue_is_lost(texts: list[str]) -> None:
    body = "WEBVTT\n\n" + "\n\n".join(f"00:00.000 --> 00:01.000\n{text}" for text in texts)
    plain = [text.strip() for text in texts if text.strip()]
    blocks = to_srt(body.encode()).removesuffix("\n").split("\n\n") if plain else []
    assert [block.split("\n", 2)[2] for block in blocks] == plain


def test_one_download_gives_both_caption_files(play: Callable[..., Crawler]) -> None:
    crawl = play()
    url = f"url={crawl.sandbox.get_user_url('demo', 'tiktok')}"
    media = "subtitle,translation"
    run = crawl("tiktok_user_post", "-a", url, "-a", "max_counts=6", F2_MEDIA=media)
    assert run.code == 0, run.log
    written = [path for path in crawl.list_files() if path.suffix in (".vtt", ".srt")]
    originals = [path for path in written if path.suffix == ".vtt"]
    assert len(written) == 2 * len(originals) > 0
    for path in originals:
        assert path.with_suffix(".srt").read_text("utf-8") == to_srt(path.read_bytes())
    assert crawl.take_report()["media_requests"] == len(originals)


@pytest.mark.parametrize("text", ["&#" + "9" * 5000 + ";", "&#x" + "f" * 9000 + ";"])
def test_a_number_without_end_is_no_caption(text: str) -> None:
    body = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}".encode()
    with suppress(ProtocolError):  # and no other error
        assert to_srt(body)


def test_an_unclosed_mark_stays_as_text() -> None:
    body = b"WEBVTT\n\n00:01.000 --> 00:02.000\n1 < 2 <b>and</b> <c.x>3 <"
    assert "1 < 2 and 3 <" in to_srt(body)
