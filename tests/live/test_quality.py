"""Quality: the wished stream first, then what is nearest; when addresses lapse."""

import pytest

from f2scrapy.errors import InputError
from f2scrapy.model.stream import Address, Policy
from f2scrapy.platforms.douyin.items.live import LiveRoom, Stream


def stream(quality: str, codec: str = "h264", line: str = "main", bit_rate: int = 0) -> Stream:
    url = f"https://x/{quality}"
    fields = {"quality": quality, "codec": codec, "line": line, "bit_rate": bit_rate}
    return Stream.model_validate({**fields, "flv": f"{url}.flv", "hls": f"{url}.m3u8"})


OFFERED = [stream(q) for q in ("sd", "origin", "ao", "uhd", "hd", "ld")]


@pytest.mark.parametrize(
    ("wish", "first"),
    [
        ("origin", "origin flv, origin hls, uhd flv"),
        ("hd,hls", "hd hls, hd flv, sd hls"),
        ("ld", "ld flv, ld hls, sd flv"),
        ("md", "ld flv, ld hls, sd flv"),
        ("ao", "ao flv, ao hls, ld flv"),
    ],
)
def test_what_comes_first(wish: str, first: str) -> None:
    order = Policy.parse(wish).order(OFFERED)
    assert ", ".join(f"{a.quality} {a.form}" for a in order[:3]) == first
    assert len(order) == (12 if wish == "ao" else 10)


def test_a_wish_that_is_not_there_is_told() -> None:
    assert Policy.parse("hd,hls").lack(OFFERED) == Policy.parse("hd").lack([]) == ""
    told = Policy.parse("sd,h265").lack([stream("sd"), stream("hd")])
    assert (
        told == "h265 is not there; there are: sd-h264-flv, sd-h264-hls, hd-h264-flv, hd-h264-hls"
    )
    assert Policy.parse("md").lack([stream("ld")]).startswith("md is not there; there are: ld-")


def test_codec_line_and_bit_rate_decide_among_equals() -> None:
    streams = [stream("hd", line="backup"), stream("hd", bit_rate=5), stream("hd", "h265")]
    named = [a.name for a in Policy.parse("hd,h265,flv").order(streams)]
    assert named[0] == "hd-h265-flv-main"
    assert named[-1] == "hd-h264-hls-backup"
    assert Policy.parse("hd").order([stream("hd"), streams[1]])[0].bit_rate == 5


def test_qualities_nobody_knows_come_last_and_60_frames_are_a_form_of_one() -> None:
    order = Policy().order([stream("holo"), stream("uhd_60"), stream("hd")])
    assert [a.quality for a in order][::2] == ["uhd_60", "hd", "holo"]


def test_rooms_that_tell_in_the_older_way() -> None:
    maps = {"flv_pull_url": {"HD1": "http://x/1.flv"}, "hls_pull_url_map": {"FULL_HD1": "http://x"}}
    order = Policy().order(LiveRoom.read({"id_str": "7", "stream_url": maps}).offered())
    assert [(a.quality, a.form) for a in order] == [("uhd", "hls"), ("hd", "flv")]


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
def test_when_an_address_lapses(query: str, expires: float | None) -> None:
    address = Address(f"https://x/a.flv?{query}", "flv", "hd", "main", "h264", 0)
    assert address.expires == expires
    assert "sign" not in repr(address)


def test_a_wish_nobody_knows() -> None:
    with pytest.raises(InputError, match="did you mean origin"):
        Policy.parse("origen")
