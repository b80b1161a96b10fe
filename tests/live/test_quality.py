"""Test the order of a room's streams, and when their addresses expire."""

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
