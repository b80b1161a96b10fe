"""The catalogue: who publishes what, in which order, without being held."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.sandbox.catalogue import Catalogue, Sizes, User, listed, position_before, work_at
from f2scrapy.sandbox.douyin.addresses import GEARS
from f2scrapy.sandbox.douyin.works import asset, find_asset, slots, work_json
from f2scrapy.sandbox.works import Signing

CATALOGUE = Catalogue()
SIGNING = Signing("0" * 32, 1_800_000_000)


def turned(user: User, count: int) -> list[int]:
    """Positions, in the order in which an honest reader meets them."""
    met: list[int] = []
    cursor = 0
    while works := listed(user, cursor, count):
        met += [work.position for work in works]
        cursor = works[-1].create_ms
    return met


def rendered(name: str, position: int) -> dict:
    user = CATALOGUE.by_name[name]
    return json.loads(work_json(work_at(user, position), user.nickname, SIGNING, Sizes()))


def first(recipe: str) -> int:
    return CATALOGUE.by_name["mixed"].recipes.index(recipe)


@pytest.mark.parametrize("name", ["demo", "clean200", "mixed", "samename", "pinned", "one", "gap"])
@given(count=st.integers(1, 20))
def test_pages_show_each_work_once(name: str, count: int) -> None:
    user = CATALOGUE.by_name[name]
    assert sorted(turned(user, count)) == list(range(user.count))


def test_order_is_newest_first_behind_the_pinned() -> None:
    user = CATALOGUE.by_name["pinned"]
    met = turned(user, 18)
    assert met[:3] == [44, 20, 19]
    assert met[3:] == sorted(met[3:])


def test_pinned_are_older_than_their_neighbours() -> None:
    works = listed(CATALOGUE.by_name["pinned"], 0, 18)
    assert works[0].create_ms < works[3].create_ms


@given(position=st.integers(0, 99_999))
def test_an_id_leads_back_to_its_work(position: int) -> None:
    work = work_at(CATALOGUE.by_name["big100k"], position)
    assert CATALOGUE.work(work.aweme_id) == work


def test_an_id_of_another_time_leads_nowhere() -> None:
    work = work_at(CATALOGUE.by_name["one"], 0)
    assert CATALOGUE.work(work.aweme_id + (1 << 32)) is None


@given(position=st.integers(0, 99_999))
def test_a_cursor_leads_to_the_work_behind_it(position: int) -> None:
    user = CATALOGUE.by_name["big100k"]
    assert position_before(user, work_at(user, position).create_ms) == position + 1


def test_pairs_share_text_and_second_and_have_cursors_of_their_own() -> None:
    user = CATALOGUE.by_name["samename"]
    one, two = work_at(user, 0), work_at(user, 1)
    assert (one.desc, one.create_time) == (two.desc, two.create_time)
    assert one.create_ms != two.create_ms


def test_secret_accounts_list_nothing() -> None:
    assert listed(CATALOGUE.by_name["private account"], 0, 18) == []


def test_a_hundred_thousand_works_are_not_held() -> None:
    user = CATALOGUE.by_name["big100k"]
    listed(user, 0, 20)
    tracemalloc.start()
    for position in range(0, user.count, 500):
        listed(user, work_at(user, position).create_ms, 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500_000


def test_films_are_as_large_as_in_life() -> None:
    user = CATALOGUE.by_name["big20k"]
    work = work_at(user, 0)
    assert 60_000 < len(work_json(work, user.nickname, SIGNING, Sizes())) < 90_000


def test_renditions_tell_the_truth() -> None:
    work = rendered("clean200", 0)
    for rate in work["video"]["bit_rate"]:
        address = rate["play_addr"]
        claimed = address["data_size"] * 8000 // work["duration"]
        assert rate["bit_rate"] == claimed
        assert rate["gear_name"] in address["url_list"][0]


def test_renditions_are_told_apart_and_known_again() -> None:
    one, two = rendered("clean200", 0), rendered("clean200", 1)
    hashes = [rate["play_addr"]["file_hash"] for w in (one, two) for rate in w["video"]["bit_rate"]]
    assert len(set(hashes)) == len(hashes) == 2 * len(GEARS)
    assert {len(text) for text in hashes} == {32}
    later = Signing("1" * 32, 1_900_000_000)
    work = work_at(CATALOGUE.by_name["clean200"], 0)
    again = json.loads(work_json(work, "", later, Sizes()))
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
def test_what_cannot_be_seen_has_no_video(recipe: str, key: str, value: object) -> None:
    work = rendered("mixed", first(recipe))
    assert work["video"] is None
    assert work["status"][key] == value


@pytest.mark.parametrize(
    ("recipe", "missing"), [("no_caption", {"desc", "caption"}), ("no_author", {"author"})]
)
def test_some_works_lack_something(recipe: str, missing: set[str]) -> None:
    assert not missing & rendered("mixed", first(recipe)).keys()


@pytest.mark.parametrize(
    ("recipe", "kind", "moving"),
    [("images", 68, False), ("live_photo", 68, True), ("slides", 61, True)],
)
def test_albums_have_images_and_some_move(recipe: str, kind: int, moving: bool) -> None:
    work = rendered("mixed", first(recipe))
    assert work["aweme_type"] == kind
    videos = [image["video"] for image in work["images"] if "video" in image]
    assert bool(videos) is moving
    assert len({video["play_addr"]["file_hash"] for video in videos}) == len(videos)


def test_hostile_texts_survive_the_template() -> None:
    user = CATALOGUE.by_name["hostile"]
    for position in range(user.count):
        assert rendered("hostile", position)["desc"] == work_at(user, position).desc


def test_every_file_of_a_work_is_found() -> None:
    user = CATALOGUE.by_name["mixed"]
    for position in range(12):
        work = work_at(user, position)
        for slot in slots(work):
            assert find_asset(work, slot, Sizes()) == asset(work, slot, Sizes())


def test_a_file_a_work_does_not_have_is_not_found() -> None:
    work = work_at(CATALOGUE.by_name["clean200"], 0)
    assert find_asset(work, "i1", Sizes()) is None
    assert find_asset(work, "v_9000_1_1", Sizes()) is None
