"""Test the order of a room's streams, and when their addresses expire."""

import json
from typing import Any

import pytest

from f2scrapy.errors import InputError
from f2scrapy.model.stream import StreamAddress, StreamPreference
from f2scrapy.platforms.douyin.items.live import LiveRoom, Stream


def build_stream(
    quality: str, codec: str = "h264", line: str = "main", bit_rate: int = 0
) -> Stream:
    url = f"https://x/{quality}"
    fields = {"quality": quality, "codec": codec, "line": line, "bit_rate": bit_rate}
    return Stream.model_validate({**fields, "flv": f"{url}.flv", "hls": f"{url}.m3u8"})


OFFERED = [build_stream(q) for q in ("sd", "origin", "ao", "uhd", "hd", "ld")]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("origin", "origin flv, origin hls, uhd flv"),
        ("hd,hls", "hd hls, hd flv, sd hls"),
        ("ld", "ld flv, ld hls, sd flv"),
        ("md", "ld flv, ld hls, sd flv"),
        ("ao", "ao flv, ao hls, ld flv"),
    ],
)
def test_order_of_addresses(text: str, first: str) -> None:
    ranked = StreamPreference.parse(text).rank(OFFERED)
    assert ", ".join(f"{a.quality} {a.form}" for a in ranked[:3]) == first
    assert len(ranked) == (12 if text == "ao" else 10)


def test_missing_properties_are_reported() -> None:
    assert (
        StreamPreference.parse("hd,hls").describe_missing(OFFERED)
        == StreamPreference.parse("hd").describe_missing([])
        == ""
    )
    message = StreamPreference.parse("sd,h265").describe_missing(
        [build_stream("sd"), build_stream("hd")]
    )
    assert (
        message
        == "h265 is not available; available: sd-h264-flv, sd-h264-hls, hd-h264-flv, hd-h264-hls"
    )
    assert (
        StreamPreference.parse("md")
        .describe_missing([build_stream("ld")])
        .startswith("md is not available; available: ld-")
    )


def test_codec_line_and_bit_rate_decide_among_equals() -> None:
    streams = [
        build_stream("hd", line="backup"),
        build_stream("hd", bit_rate=5),
        build_stream("hd", "h265"),
    ]
    named = [a.name for a in StreamPreference.parse("hd,h265,flv").rank(streams)]
    assert named[0] == "hd-h265-flv-main"
    assert named[-1] == "hd-h264-hls-backup"
    assert StreamPreference.parse("hd").rank([build_stream("hd"), streams[1]])[0].bit_rate == 5


def test_unknown_qualities_are_last_and_60_fps_is_a_variant() -> None:
    ranked = StreamPreference().rank(
        [build_stream("holo"), build_stream("uhd_60"), build_stream("hd")]
    )
    assert [a.quality for a in ranked][::2] == ["uhd_60", "hd", "holo"]


def build_pull(*qualities: str, name: str = "x") -> dict[str, Any]:
    urls = {quality: f"http://{name}/{quality}.flv?sign=1" for quality in qualities}
    data = {quality: {"main": {"flv": url}} for quality, url in urls.items()}
    if "ao" in data:
        data["ao"]["main"]["flv"] += "&only_audio=1&end=1"
    return {"stream_data": json.dumps({"data": data})}


def parse_room(first: dict[str, Any], **more: Any) -> LiveRoom:
    url = {"live_core_sdk_data": {"pull_data": first}, **more}
    return LiveRoom.parse({"id_str": "7", "stream_url": url})


def test_the_second_picture_is_recorded_on_request() -> None:
    second = {"77": build_pull("origin", "hd", name="two")}
    streams = parse_room(build_pull("origin", "hd"), pull_datas=second).list_streams()
    assert [(one.quality, one.line) for one in streams] == [
        ("origin", "main"), ("hd", "main"), ("origin", "second"), ("hd", "second")
    ]  # fmt: skip
    first = StreamPreference.parse("").rank(streams)
    assert [a.name for a in first][:3] == ["origin-flv-main", "hd-flv-main", "origin-flv-second"]
    chosen = StreamPreference.parse("second,hd")
    assert chosen.rank(streams)[0].url == "https://two/hd.flv?sign=1"
    assert chosen.describe_missing(streams) == ""
    alone = parse_room(build_pull("hd"), pull_datas={}).list_streams()
    assert chosen.describe_missing(alone) == "second is not available; available: hd-flv"


def test_the_true_origin_is_the_address_of_the_sound_with_its_picture() -> None:
    room = parse_room(build_pull("origin", "hd", "ao"))
    assert [one.quality for one in room.streams] == ["origin", "hd", "ao"]
    best = StreamPreference.parse("true_origin").rank(room.list_streams())
    assert [a.url.partition("?")[::2] for a in best][:2] == [
        ("https://x/ao.flv", "sign=1&end=1"), ("https://x/origin.flv", "sign=1")
    ]  # fmt: skip
    usual = StreamPreference().rank(room.list_streams())
    assert [a.quality for a in usual] == ["origin", "hd", "true_origin"]
    voice = parse_room(build_pull("ao")).list_streams()
    assert [a.quality for a in StreamPreference().rank(voice)] == ["ao"]


def test_rooms_in_the_older_form() -> None:
    maps = {"flv_pull_url": {"HD1": "http://x/1.flv"}, "hls_pull_url_map": {"FULL_HD1": "http://x"}}
    ranked = StreamPreference().rank(
        LiveRoom.parse({"id_str": "7", "stream_url": maps}).list_streams()
    )
    assert [(a.quality, a.form) for a in ranked] == [("uhd", "hls"), ("hd", "flv")]


@pytest.mark.parametrize(
    ("query", "expires"),
    [
        ("expire=1795305600&sign=0f", 1795305600),
        ("wsSecret=a&wsTime=6b0223c0", 0x6B0223C0),
        ("auth_key=1795305600-0-0-abcdef", 1795305600),
        ("expire=1795305600&wsTime=6b000000", min(1795305600, 0x6B000000)),
        ("k=0f&t=1795305600&t_id=037-2025060922", 1795305600),
        ("volcSecret=0f&volcTime=1795305600", 1795305600),
        ("t=17&k=0f", None),
        ("sign=abc&expire=soon", None),
        ("", None),
    ],
)
def test_expiry_of_an_address(query: str, expires: float | None) -> None:
    address = StreamAddress(f"https://x/a.flv?{query}", "flv", "hd", "main", "h264", 0)
    assert address.expires == expires
    assert "sign" not in repr(address)


def test_an_unknown_word_is_an_error() -> None:
    with pytest.raises(InputError, match="did you mean origin"):
        StreamPreference.parse("origen")
