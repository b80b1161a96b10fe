"""Functions that meet texts of others need time in proportion to their length, however written.

Each is fed texts that repeat a part, of growing length; the time of the CPU is compared with that
for a quarter of the length. Work that grows with the square takes 16 times as long.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from f2scrapy.api.secret_values import redact_quote, redact_text
from f2scrapy.api.verdict import classify_response
from f2scrapy.api.waf import find_challenge
from f2scrapy.crawl.extensions.log_redaction import redact_record
from f2scrapy.crawl.redact import redact
from f2scrapy.danmaku.messages.lenient import parse
from f2scrapy.danmaku.messages.reading import render_text
from f2scrapy.danmaku.proto import base_pb2, shared_pb2
from f2scrapy.download.ranges import parse_extent
from f2scrapy.errors import F2Error
from f2scrapy.model.endpoint import decode_json
from f2scrapy.platforms import get_platform
from f2scrapy.platforms.common.captions import to_srt
from f2scrapy.platforms.common.pages import iterate_scripts
from f2scrapy.platforms.douyin.endpoints.posts import UserPost
from f2scrapy.platforms.douyin.lyrics import decode_lrc
from f2scrapy.platforms.tiktok.pages import read_page_data
from f2scrapy.text import format_csv_cell, format_redacted_traceback, make_visible, redact_shapes

POSTS = UserPost(sec_user_id="MS4w")
BASE, FACTOR = 5000, 4
GENEROUS = 9.0  # times as long for four times the length; 16 is a square
TOO_SHORT = 0.004  # seconds: noise of the machine


def log(text: str) -> object:
    return redact_record(logging.LogRecord("x", logging.WARNING, "", 0, "%s", (text,), None))


def classify(text: str) -> object:
    return [classify_response(status, text, text.encode(), POSTS) for status in (200, 302, 403)]


def parse_damaged(text: str) -> None:
    gift = shared_pb2.GiftMessage()
    gift.user.nickname = text
    parse(shared_pb2.GiftMessage, gift.SerializeToString()[:-1] + b"\xff")


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "log": log,
    "redact_text": redact_text,
    "redact_quote": redact_quote,
    "redact_shapes": redact_shapes,
    "traceback": lambda text: format_redacted_traceback(ValueError(text)),
    "raw": lambda text: redact({"a": text, "b": f"{{{text}", "c": [text]}),
    "classify": classify,
    "please wait": lambda text: find_challenge(f"<p>SlardarWAF {text}".encode()),
    "decode_json": lambda text: decode_json(json.dumps([text])),
    "captions": lambda text: to_srt(
        f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n\n{text}".encode()
    ),
    "lyrics": lambda text: decode_lrc(json.dumps([{"text": text, "timeId": "1"}]).encode()),
    "douyin page": lambda text: list(iterate_scripts(text, ("RENDER_DATA",))),
    "tiktok page": read_page_data,
    "make_visible": make_visible,
    "csv": format_csv_cell,
    "headers": lambda text: parse_extent(206, lambda _name: text),
    "douyin links": get_platform("douyin").links.find,
    "tiktok links": get_platform("tiktok").links.find,
    "template": lambda text: render_text(base_pb2.Text(default_pattern=text)),
    "protobuf": parse_damaged,
}
PARTS = (
    "a", " ", "<", "<a", "http://", "://", "https://a?", "?", "?a=", "&a=", "/", "\\", ":\\/", "\"",
    "'", "=", ":", "token", "token=", "token=\"", "cookie:", "cookie: \"", "cookie: \"\\", "1", ".",
    "sessionid", "<script ", "<script id=\"RENDER_DATA\">", "<script id=\"SIGI_STATE\" ", "id=",
    "id=\"", "\n", "\n\n", "-->", "00:", "&#", "&", "{1", "{1:a", "@", "#", "%3D", "%",
    "\U0001f3f4", "\U0001f3f4\U000e0061", "\u0300", "\u200d", "\U0001f468\u200d", "/video/", "@a",
    "-", "[", "{\"a\":", "x-signature=", "\u0316\u0300", "https://v.douyin.com/a",
)  # fmt: skip


def measure(function: Callable[[str], object], text: str) -> float:
    """Return the seconds of CPU that the function needs, the best of three."""
    times = []
    for _ in range(3):
        before = time.process_time()
        with suppress(F2Error):
            function(text)
        times.append(time.process_time() - before)
        if times[-1] < TOO_SHORT:
            break
    return min(times)


def grows_too_fast(function: Callable[[str], object], part: str, base: int = BASE) -> bool:
    large = measure(function, part * (base * FACTOR // len(part)))
    if large < TOO_SHORT * FACTOR:
        return False
    small = measure(function, part * (base // len(part)))
    return large > GENEROUS * max(small, TOO_SHORT / FACTOR)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_time_grows_with_the_length_and_not_with_its_square(name: str) -> None:
    function: Any = FUNCTIONS[name]
    assert [part for part in PARTS if grows_too_fast(function, part)] == []


def test_this_test_can_fail() -> None:
    def scan_again(text: str) -> object:
        return [sum(map(ord, text[at:])) for at in range(0, len(text), 8)]

    assert grows_too_fast(scan_again, "a")
