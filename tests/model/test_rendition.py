"""Choice of a rendition by F2_RENDITION."""

import random

import pytest

from f2scrapy.errors import InputError
from f2scrapy.model.media import Rendition
from f2scrapy.model.rendition import Policy, choose, is_better, parse_policy


def make_rendition(short: int, bit_rate: int, codec: str = "h264", size: int = 0) -> Rendition:
    urls = (f"https://v.example/{short}-{codec}-{bit_rate}",)
    return Rendition(
        urls=urls, width=short, height=short * 16 // 9, bit_rate=bit_rate, codec=codec, size=size
    )


FULL_HD = make_rendition(1080, 1_900_000, size=60_000_000)
FULL_HD_H265 = make_rendition(1080, 1_000_000, "h265", size=30_000_000)
HD = make_rendition(720, 1_400_000, size=45_000_000)
SD = make_rendition(540, 600_000, size=20_000_000)
OFFERED = [SD, FULL_HD_H265, HD, FULL_HD]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", FULL_HD),
        ("best", FULL_HD),
        ("smallest", SD),
        ("codec:h265", FULL_HD_H265),
        ("codec:h264", FULL_HD),
        ("CODEC:H264 , height<=720", HD),
        ("height<=1080p", FULL_HD),
        ("bit_rate<=1.2M", FULL_HD_H265),
        ("size<=50MB,codec:h264", HD),
        ("size<=50MB", FULL_HD_H265),
        ("smallest,height<=720,codec:h264", SD),
    ],
)
def test_choice_is_independent_of_order(text: str, expected: Rendition) -> None:
    shuffled = random.Random(7)
    for _ in range(10):
        shuffled.shuffle(OFFERED)
        assert choose(OFFERED, parse_policy(text)).rendition == expected


def test_height_is_the_shorter_side_of_any_picture() -> None:
    wide = FULL_HD.model_copy(update={"width": 1920, "height": 1080})
    assert choose([wide, HD], parse_policy("height<=1080")).rendition == wide


def test_more_pixels_win_where_the_shorter_sides_are_equal() -> None:
    square = make_rendition(1080, 9_000_000).model_copy(update={"height": 1080})
    assert choose([square, FULL_HD], parse_policy("best")).rendition == FULL_HD


def test_codec_decides_last() -> None:
    twins = [make_rendition(1080, 1_900_000, codec) for codec in ("h264", "h265", "")]
    assert choose(twins, parse_policy("best")).rendition.codec == "h265"


@pytest.mark.parametrize("text", ["best", "smallest"])
def test_bytevc2_is_chosen_only_on_request(text: str) -> None:
    offered = [make_rendition(1080, 300_000, "bytevc2", size=1), FULL_HD, SD]
    assert choose(offered, parse_policy(text)).rendition.codec == "h264"
    assert choose(offered, parse_policy("codec:bytevc2")).rendition.codec == "bytevc2"
    assert choose(offered[:1], parse_policy(text)).rendition.codec == "bytevc2"


def test_nearest_is_chosen_if_none_meets_the_policy() -> None:
    chosen, unmet = choose(OFFERED, parse_policy("height<=480,codec:h264"))
    assert chosen == SD
    assert unmet == "none of 4 offered meets height<=480"


def test_one_unmet_term_is_nearer_than_two() -> None:
    chosen, unmet = choose(OFFERED, parse_policy("codec:av1,size<=40MB"))
    assert chosen == FULL_HD_H265
    assert "codec:av1" in unmet
    assert "size" not in unmet


def test_unknown_values_do_not_meet_a_limit() -> None:
    unknown = Rendition(urls=("https://v.example/x",))
    assert choose([unknown, SD], parse_policy("size<=30MB")).rendition == SD
    assert "size<=30000000" in choose([unknown], parse_policy("size<=30MB")).unmet


def test_unmet_is_empty_if_all_terms_are_met() -> None:
    assert choose(OFFERED, parse_policy("codec:h264,codec:h265,height<=720")).unmet == ""


@pytest.mark.parametrize(
    "text",
    ["bset", "codec:", "codec:vp9", "height>=720", "height<=", "size<=5XB", "best,smallest",
     "original,smallest", "original,codec:h264", "original,height<=1080"],
)  # fmt: skip
def test_bad_policy_raises_input_error(text: str) -> None:
    with pytest.raises(InputError, match="F2_RENDITION"):
        parse_policy(text)


def test_original_is_a_policy_of_its_own() -> None:
    assert parse_policy("original") == parse_policy("best,original")
    assert (parse_policy("original").original, parse_policy("best").original) == (True, False)


def test_the_message_names_the_valid_forms() -> None:
    with pytest.raises(InputError, match=r"'hieght<=3' .* codec:bytevc2, height<=1080"):
        parse_policy("best,hieght<=3")


def test_choose_without_renditions_raises() -> None:
    with pytest.raises(ValueError):
        choose([], Policy())


def test_is_better_agrees_with_choose_and_is_false_for_equals() -> None:
    assert is_better(FULL_HD, HD, parse_policy("best"))
    assert not is_better(HD, FULL_HD, parse_policy("best"))
    assert is_better(HD, FULL_HD, parse_policy("height<=720"))
    assert not is_better(FULL_HD, FULL_HD.model_copy(update={"urls": ()}), parse_policy("best"))


@pytest.mark.parametrize("policy", ["best", "smallest", "codec:h265", "height<=480"])
def test_encoding_without_sound_is_the_last_choice(policy: str) -> None:
    shape = {"urls": ("https://v/",), "bit_rate": 9, "size": 9}
    silent = Rendition(width=480, height=854, codec="h265", is_silent=True, **shape)
    heard = Rendition(width=720, height=1280, codec="h264", **shape | {"size": 99})
    assert choose([silent, heard], parse_policy(policy)).rendition == heard
    assert choose([silent], parse_policy(policy)).rendition == silent
