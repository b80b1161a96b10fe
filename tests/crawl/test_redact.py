"""Raw rows hold everything but keys."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from support.crawling import Crawler

from f2scrapy.crawl.redact import redact


def test_keys_go_and_the_rest_stays() -> None:
    row = {
        "aweme_id": "1",
        "authentication_token": "secret",
        "author": {"signature": "about me", "im_session_id": "secret"},
        "urls": ["https://a/b.mp4?x-signature=secret&x-expires=1", "//a/b?c", "no address?"],
        "n": 5,
        "nothing": None,
    }
    assert redact(row) == {
        "aweme_id": "1",
        "authentication_token": "",
        "author": {"signature": "about me", "im_session_id": ""},
        "urls": ["https://a/b.mp4", "//a/b", "no address?"],
        "n": 5,
        "nothing": None,
    }
    assert row["authentication_token"] == "secret", "the row itself is still needed"


def test_addresses_in_json_within_json_lose_what_signs_them() -> None:
    deep = json.dumps({"flv": "https://a/b.flv?sign=secret", "on": True})
    deep = json.dumps({"main": "https://a/b.m3u8?expire=1&sign=secret", "params": deep})
    told = redact({"stream_data": deep.replace("&", "\\u0026"), "desc": "see https://a/?b=c"})
    inside = json.loads(told["stream_data"])
    assert inside["main"] == "https://a/b.m3u8"
    assert json.loads(inside["params"]) == {"flv": "https://a/b.flv", "on": True}
    assert told["desc"] == "see https://a/?b=c"


def test_feeds_hold_raw_rows_on_request_only(play: Callable[..., Crawler]) -> None:
    crawl = play()
    feed = Path(f"{crawl.root}.jsonl")
    for wanted in ("0", "1"):
        assert crawl.run_user_post("one", "-O", str(feed), F2_MEDIA="", F2_RAW=wanted).code == 0
        [item] = map(json.loads, feed.read_text("utf-8").splitlines())
        assert ("raw" in item) is (wanted == "1")
    assert item["raw"]["statistics"]["digg_count"] == item["digg_count"]
    assert "x-signature" not in json.dumps(item["raw"])


def test_long_texts_of_strangers_take_no_time() -> None:
    text = "{" + "/" * 100_000
    before = time.process_time()
    assert redact(text) == text
    assert time.process_time() - before < 2
