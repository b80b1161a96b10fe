"""Which rendition is taken, whatever order the platform sends them in."""

import random

import pytest

from f2scrapy.errors import InputError
from f2scrapy.model.media import Rendition
from f2scrapy.model.rendition import Policy, better, choose, policy


def rendition(short: int, bit_rate: int, codec: str = "h264", size: int = 0) -> Rendition:
    urls = (f"https://v.example/{short}-{codec}-{bit_rate}",)
    return Rendition(
        urls=urls, width=short, height=short * 16 // 9, bit_rate=bit_rate, codec=codec, size=size
    )


FULL_HD = rendition(1080, 1_900_000, size=60_000_000)
FULL_HD_H265 = rendition(1080, 1_000_000, "h265", size=30_000_000)
HD = rendition(720, 1_400_000, size=45_000_000)
SD = rendition(540, 600_000, size=20_000_000)
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
def test_the_policy_decides_and_not_the_order(text: str, expected: Rendition) -> None:
    shuffled = random.Random(7)
    for _ in range(10):
        shuffled.shuffle(OFFERED)
        assert choose(OFFERED, policy(text)).rendition == expected


def test_height_is_the_shorter_side_of_any_picture() -> None:
    wide = FULL_HD.model_copy(update={"width": 1920, "height": 1080})
    assert choose([wide, HD], policy("height<=1080")).rendition == wide


def test_more_pixels_win_where_the_shorter_sides_are_equal() -> None:
    square = rendition(1080, 9_000_000).model_copy(update={"height": 1080})
    assert choose([square, FULL_HD], policy("best")).rendition == FULL_HD


def test_the_codec_decides_last() -> None:
    twins = [rendition(1080, 1_900_000, codec) for codec in ("h264", "h265", "")]
    assert choose(twins, policy("best")).rendition.codec == "h265"


@pytest.mark.parametrize("text", ["best", "smallest"])
def test_what_plays_nowhere_is_taken_only_if_asked_for(text: str) -> None:
    offered = [rendition(1080, 300_000, "bytevc2", size=1), FULL_HD, SD]
    assert choose(offered, policy(text)).rendition.codec == "h264"
    assert choose(offered, policy("codec:bytevc2")).rendition.codec == "bytevc2"
    assert choose(offered[:1], policy(text)).rendition.codec == "bytevc2"


def test_the_nearest_is_taken_where_nothing_meets_the_policy() -> None:
    taken, lack = choose(OFFERED, policy("height<=480,codec:h264"))
    assert taken == SD
    assert lack == "none of 4 offered meets height<=480"


def test_one_broken_term_is_nearer_than_two() -> None:
    taken, lack = choose(OFFERED, policy("codec:av1,size<=40MB"))
    assert taken == FULL_HD_H265
    assert "codec:av1" in lack
    assert "size" not in lack


def test_what_is_not_said_does_not_count_as_met() -> None:
    unsaid = Rendition(urls=("https://v.example/x",))
    assert choose([unsaid, SD], policy("size<=30MB")).rendition == SD
    assert "size<=30000000" in choose([unsaid], policy("size<=30MB")).lack


def test_what_meets_all_terms_lacks_nothing() -> None:
    assert choose(OFFERED, policy("codec:h264,codec:h265,height<=720")).lack == ""


@pytest.mark.parametrize(
    "text", ["bset", "codec:", "codec:vp9", "height>=720", "height<=", "size<=5XB", "best,smallest"]
)
def test_a_bad_policy_is_the_users_to_correct(text: str) -> None:
    with pytest.raises(InputError, match="F2_RENDITION"):
        policy(text)


def test_the_message_names_the_valid_forms() -> None:
    with pytest.raises(InputError, match=r"'hieght<=3' .* codec:bytevc2, height<=1080"):
        policy("best,hieght<=3")


def test_nothing_offered_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError):
        choose([], Policy())


def test_better_agrees_with_choose_and_never_upgrades_to_the_same() -> None:
    assert better(FULL_HD, HD, policy("best"))
    assert not better(HD, FULL_HD, policy("best"))
    assert better(HD, FULL_HD, policy("height<=720"))
    assert not better(FULL_HD, FULL_HD.model_copy(update={"urls": ()}), policy("best"))
