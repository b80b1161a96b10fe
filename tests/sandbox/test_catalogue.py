"""Test the catalogue: users, works and their order, without storing them."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.sandbox.catalogue import Catalogue, Sizes, User, build_work, count_newer, list_works
from f2scrapy.sandbox.douyin.addresses import GEARS
from f2scrapy.sandbox.douyin.works import build_asset, build_work_json, find_asset, list_slots
from f2scrapy.sandbox.works import UrlSignature

CATALOGUE = Catalogue()
SIGNING = UrlSignature("0" * 32, 1_800_000_000)


def collect_positions(user: User, count: int) -> list[int]:
    """Return positions in the order a reader of all pages meets them."""
    positions: list[int] = []
    cursor = 0
    while works := list_works(user, cursor, count):
        positions += [work.position for work in works]
        cursor = works[-1].create_ms
    return positions


def render_work(name: str, position: int) -> dict:
    user = CATALOGUE.by_name[name]
    return json.loads(build_work_json(build_work(user, position), user.nickname, SIGNING, Sizes()))


def find_first(recipe: str) -> int:
    return CATALOGUE.by_name["mixed"].recipes.index(recipe)


@pytest.mark.parametrize("name", ["demo", "clean200", "mixed", "samename", "pinned", "one", "gap"])
@given(count=st.integers(1, 20))
def test_pages_show_each_work_once(name: str, count: int) -> None:
    user = CATALOGUE.by_name[name]
    assert sorted(collect_positions(user, count)) == list(range(user.count))


def test_order_is_newest_first_behind_the_pinned() -> None:
    user = CATALOGUE.by_name["pinned"]
    positions = collect_positions(user, 18)
    assert positions[:3] == [44, 20, 19]
    assert positions[3:] == sorted(positions[3:])


def test_pinned_are_older_than_their_neighbours() -> None:
    works = list_works(CATALOGUE.by_name["pinned"], 0, 18)
    assert works[0].create_ms < works[3].create_ms


@given(position=st.integers(0, 99_999))
def test_an_id_finds_its_work(position: int) -> None:
    work = build_work(CATALOGUE.by_name["big100k"], position)
    assert CATALOGUE.find_work(work.aweme_id) == work


def test_an_id_of_another_time_finds_no_work() -> None:
    work = build_work(CATALOGUE.by_name["one"], 0)
    assert CATALOGUE.find_work(work.aweme_id + (1 << 32)) is None


@given(position=st.integers(0, 99_999))
def test_a_cursor_continues_after_its_work(position: int) -> None:
    user = CATALOGUE.by_name["big100k"]
    assert count_newer(user, build_work(user, position).create_ms) == position + 1


def test_pairs_share_text_and_second_but_not_the_cursor() -> None:
    user = CATALOGUE.by_name["samename"]
    one, two = build_work(user, 0), build_work(user, 1)
    assert (one.desc, one.create_time) == (two.desc, two.create_time)
    assert one.create_ms != two.create_ms


def test_secret_accounts_list_nothing() -> None:
    assert list_works(CATALOGUE.by_name["private account"], 0, 18) == []


def test_a_hundred_thousand_works_take_no_memory() -> None:
    user = CATALOGUE.by_name["big100k"]
    list_works(user, 0, 20)
    tracemalloc.start()
    for position in range(0, user.count, 500):
        list_works(user, build_work(user, position).create_ms, 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500_000


def test_films_are_as_large_as_real_ones() -> None:
    user = CATALOGUE.by_name["big20k"]
    work = build_work(user, 0)
    assert 60_000 < len(build_work_json(work, user.nickname, SIGNING, Sizes())) < 90_000


def test_bit_rates_match_the_sizes() -> None:
    work = render_work("clean200", 0)
    for rate in work["video"]["bit_rate"]:
        address = rate["play_addr"]
        claimed = address["data_size"] * 8000 // work["duration"]
        assert rate["bit_rate"] == claimed
        assert rate["gear_name"] in address["url_list"][0]


def test_file_hashes_differ_and_stay_the_same() -> None:
    one, two = render_work("clean200", 0), render_work("clean200", 1)
    hashes = [rate["play_addr"]["file_hash"] for w in (one, two) for rate in w["video"]["bit_rate"]]
    assert len(set(hashes)) == len(hashes) == 2 * len(GEARS)
    assert {len(text) for text in hashes} == {32}
    later = UrlSignature("1" * 32, 1_900_000_000)
    work = build_work(CATALOGUE.by_name["clean200"], 0)
    again = json.loads(build_work_json(work, "", later, Sizes()))
    assert again["video"]["play_addr"]["file_hash"] == one["video"]["play_addr"]["file_hash"]


def test_the_best_rendition_does_not_come_first() -> None:
    heights = [gear.height for gear in GEARS if not gear.dash]
    assert heights[0] < max(heights)
    assert heights != sorted(heights, reverse=True)


@pytest.mark.parametrize(
    ("recipe", "key", "value"),
    [("private", "private_status", 1), ("deleted", "is_delete", True),
     ("prohibited", "is_prohibited", True)],
)  # fmt: skip
def test_hidden_works_have_no_video(recipe: str, key: str, value: object) -> None:
    work = render_work("mixed", find_first(recipe))
    assert work["video"] is None
    assert work["status"][key] == value


@pytest.mark.parametrize(
    ("recipe", "missing"), [("no_caption", {"desc", "caption"}), ("no_author", {"author"})]
)
def test_some_works_lack_fields(recipe: str, missing: set[str]) -> None:
    assert not missing & render_work("mixed", find_first(recipe)).keys()


@pytest.mark.parametrize(
    ("recipe", "kind", "moving"),
    [("images", 68, False), ("live_photo", 68, True), ("slides", 61, True)],
)
def test_albums_have_images_and_some_move(recipe: str, kind: int, moving: bool) -> None:
    work = render_work("mixed", find_first(recipe))
    assert work["aweme_type"] == kind
    videos = [image["video"] for image in work["images"] if "video" in image]
    assert bool(videos) is moving
    assert len({video["play_addr"]["file_hash"] for video in videos}) == len(videos)


def test_hostile_texts_survive_the_template() -> None:
    user = CATALOGUE.by_name["hostile"]
    for position in range(user.count):
        assert render_work("hostile", position)["desc"] == build_work(user, position).desc


def test_every_file_of_a_work_is_found() -> None:
    user = CATALOGUE.by_name["mixed"]
    for position in range(12):
        work = build_work(user, position)
        for slot in list_slots(work):
            assert find_asset(work, slot, Sizes()) == build_asset(work, slot, Sizes())


def test_a_file_a_work_does_not_have_is_not_found() -> None:
    work = build_work(CATALOGUE.by_name["clean200"], 0)
    assert find_asset(work, "i1", Sizes()) is None
    assert find_asset(work, "v_9000_1_1", Sizes()) is None
