"""Raw rows hold everything but keys."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.crawling import Crawler

from f2scrapy.api.secret_values import SecretValues
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


@pytest.mark.parametrize("name", ["ttwid", "odin_tt", "sid_guard", "csrf", "authorization",
                                  "access_key", "device_id", "msToken",
                                  "passport_csrf"])  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    row = {name: "SECRET", "sec_uid": "MS4w", "params": json.dumps({name: "SECRET", "n": 1})}
    told = redact(row)
    assert "SECRET" not in json.dumps(told)
    assert (told["sec_uid"], json.loads(told["params"])) == ("MS4w", {name: "", "n": 1})


@pytest.mark.parametrize("scheme", ["https", "sslocal", "snssdk1128", "wss", "rtmp"])
def test_addresses_of_every_scheme_and_place(scheme: str) -> None:
    address = f"{scheme}://live.example/a"
    signed = f"{address}?sign=SECRET&b=1"
    deep = json.dumps({"x": json.dumps([signed, {"token": "SECRET"}])})
    row = {"a": signed, "b": f"see {signed} and", "c": deep, "d": f'torn {{"u":"{signed}", '}
    told = redact(row)
    assert told["a"] == address
    assert told["b"] == f"see {address} and"
    assert json.loads(json.loads(told["c"])["x"]) == [address, {"token": ""}]
    assert told["d"] == f'torn {{"u":"{address}", '


def test_the_identitys_own_values_go_from_rows() -> None:
    known = SecretValues()
    known.add("sessionid", "0a1b2c3d4e5f")
    assert redact({"desc": "I am 0a1b2c3d4e5f"}) == {"desc": "I am …"}


def test_long_texts_of_strangers_take_no_time() -> None:
    text = "{" + "/" * 100_000
    before = time.process_time()
    assert redact(text) == text
    assert time.process_time() - before < 2
