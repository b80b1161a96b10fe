"""Gift totals are exact for any order, repetition and loss of messages."""

import random
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.danmaku_events import START

from f2scrapy.danmaku import gifts as module
from f2scrapy.danmaku.gifts import ComboMerger, Gifts
from f2scrapy.danmaku.messages import Chat, Event, Gift, User


class Given(NamedTuple):
    """A combo as given: the oracle."""

    user: str
    gift_id: int
    price: int
    count: int


def make_steps(given: Given, group_id: int) -> list[Gift]:
    """Return all messages of a combo: one for each step, and the end."""
    common = {
        "user": User(user_id=given.user),
        "gift_id": given.gift_id,
        "gift_name": f"g{given.gift_id}",
        "diamond_count": given.price,
        "group_id": group_id,
    }
    counts = [*range(1, given.count + 1), given.count]
    return [
        Gift(msg_id=group_id * 1000 + i, repeat_count=n, repeat_end=i == given.count, **common)  # type: ignore[arg-type]
        for i, n in enumerate(counts)
    ]


def make_combos(draws: list[Given]) -> list[list[Gift]]:
    return [make_steps(each, 1_700_000 + number) for number, each in enumerate(draws)]


GIVEN = st.builds(
    Given,
    user=st.sampled_from("abc"),
    gift_id=st.integers(1, 3),
    price=st.integers(0, 500),
    count=st.integers(1, 12),
)


def check_totals(received: list[Gift], draws: list[Given]) -> None:
    gifts = Gifts()
    new = sum(gifts.add(gift).given for gift in received)
    assert new == gifts.count == sum(each.count for each in draws)
    assert gifts.coins == sum(each.count * each.price for each in draws)
    for user, giver in gifts.givers.items():
        own = [each for each in draws if each.user == user]
        assert giver.coins == sum(each.count * each.price for each in own)
        assert giver.gifts.total() == sum(each.count for each in own)


@given(st.lists(GIVEN, max_size=8), st.randoms(use_true_random=False))
def test_totals_are_exact_when_frames_are_shuffled_and_repeated(
    draws: list[Given], chance: random.Random
) -> None:
    received = [gift for combo in make_combos(draws) for gift in combo]
    received += chance.choices(received, k=len(received)) if received else []
    chance.shuffle(received)
    check_totals(received, draws)


@given(st.lists(GIVEN, max_size=8), st.randoms(use_true_random=False))
def test_totals_are_exact_with_one_late_message_of_each_combo(
    draws: list[Given], chance: random.Random
) -> None:
    received = [chance.choice(combo[-2:]) for combo in make_combos(draws)]
    check_totals(received, draws)


def test_a_gift_without_group_counts_once_per_message() -> None:
    gifts = Gifts()
    for msg_id in (1, 2, 2, 0, 0):
        gifts.add(Gift(msg_id=msg_id, diamond_count=10))
    assert (gifts.count, gifts.coins) == (4, 40)


def test_a_late_price_holds_for_the_whole_combo() -> None:
    gifts = Gifts()
    for count, price in ((1, 0), (3, 5), (2, 0)):
        gifts.add(Gift(group_id=9, repeat_count=count, diamond_count=price))
    assert gifts.coins == 15


def test_two_users_may_begin_combos_in_one_millisecond() -> None:
    received = [*make_steps(Given("a", 1, 2, 3), 5), *make_steps(Given("b", 1, 2, 4), 5)]
    check_totals(received, [Given("a", 1, 2, 3), Given("b", 1, 2, 4)])


def test_givers_are_ranked_by_coins() -> None:
    gifts = Gifts()
    for user, price in (("a", 1), ("b", 9), ("c", 5)):
        gifts.add(Gift(msg_id=price, user=User(user_id=user), diamond_count=price))
    assert [giver.user.user_id for giver in gifts.rank_givers()] == ["b", "c", "a"]


def test_old_combos_leave_memory_and_stay_in_the_totals(monkeypatch: object) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 10)  # type: ignore[attr-defined]
    gifts = Gifts()
    for group_id in range(1, 101):
        gifts.add(Gift(group_id=group_id, repeat_count=2, diamond_count=1))
    assert (gifts.count, gifts.coins) == (200, 200)
    assert len(gifts._combos) == 10


# An event for each combo


def make_step(count: int, seconds: float, **values: Any) -> Gift:
    common = {"user": User(user_id="a"), "gift_id": 1, "gift_name": "g", "group_id": 9}
    moment = START + timedelta(seconds=seconds)
    given = {"repeat_count": count, "create_time": moment, "combo": True, "diamond_count": 2}
    return Gift(**common | given | values)


def make_chat_at(seconds: float) -> Chat:
    return Chat(create_time=START + timedelta(seconds=seconds))


def merge(*events: Event) -> list[tuple[int, bool]]:
    """Return the counts of the merged gifts, each with False if it came at the end only."""
    merger = ComboMerger()
    early = [(event.amount, True) for event in merger.merge(events) if isinstance(event, Gift)]
    return early + [(event.amount, False) for event in merger.close() if isinstance(event, Gift)]


def test_a_combo_is_one_event_at_its_end_message() -> None:
    assert merge(make_step(1, 0), make_step(3, 1), make_step(3, 2, repeat_end=True)) == [(3, True)]


def test_an_end_that_comes_twice_is_one_event() -> None:
    end = make_step(3, 2, repeat_end=True)
    assert merge(make_step(1, 0), end, end, make_step(2, 3)) == [(3, True)]


def test_a_combo_ends_ten_seconds_after_its_last_new_count() -> None:
    steps = [make_step(1, 0), make_step(2, 8), make_step(2, 12)]
    assert merge(*steps, make_chat_at(17.9)) == [(2, False)]
    assert merge(*steps, make_chat_at(18.1)) == [(2, True)]


def test_a_combo_that_is_open_at_the_end_is_an_event() -> None:
    assert merge(make_step(1, 0), make_step(2, 1)) == [(2, False)]


def test_counts_after_the_event_of_a_combo_are_another_event() -> None:
    assert merge(make_step(2, 0), make_chat_at(11), make_step(5, 12)) == [(2, True), (3, False)]


def test_combos_of_two_users_and_two_gifts_stay_apart() -> None:
    other = User(user_id="b")
    steps = [make_step(2, 0), make_step(3, 0, user=other), make_step(4, 0, gift_id=2)]
    assert sorted(merge(*steps)) == [(2, False), (3, False), (4, False)]


def count_gifts(*steps: Gift) -> tuple[int, int]:
    """Return the number of gifts in all, and in the events of combos."""
    gifts = Gifts()
    for step in steps:
        gifts.add(step)
    return gifts.count, sum(count for count, _ in merge(*steps))


def test_a_combo_that_begins_again_with_its_group_id_is_another_one() -> None:
    first = [make_step(n, n) for n in (1, 2, 3)]
    end, again = make_step(3, 5, repeat_end=True), [make_step(n, 5 + n) for n in (1, 2)]
    assert count_gifts(*first, end, *again) == (5, 5)
    assert count_gifts(*first, *(make_step(n, 20 + n) for n in (1, 2))) == (5, 5), "without an end"
    assert count_gifts(*first, end, *again, make_step(2, 9, repeat_end=True), end) == (5, 5)
    assert count_gifts(*first, end, *again, *first, end) == (5, 5), "what came before comes again"


def test_an_end_that_comes_before_its_counts_is_one_combo() -> None:
    steps = [make_step(3, 5, repeat_end=True), *(make_step(n, n) for n in (2, 1, 3))]
    assert count_gifts(*steps) == (3, 3)
    assert merge(*steps) == [(3, True)]


def test_a_message_with_a_wrong_time_ends_no_combo() -> None:
    steps: list[Event] = [make_step(n, n, received_time=START) for n in (1, 2)]
    wild = make_chat_at(90_000)
    steps += [replace(wild, received_time=START), make_step(3, 3, received_time=START)]
    assert merge(*steps) == [(3, False)]


def test_combos_for_two_gifts_may_alternate_over_a_pause() -> None:
    steps = [make_step(n, n, gift_id=gift) for n in (1, 2, 3) for gift in (1, 2)]
    later = [make_step(n, 30 + n, gift_id=gift) for n in (4, 5) for gift in (1, 2)]
    assert count_gifts(*steps, *later, *steps) == (10, 10)


def test_the_price_of_another_message_of_a_combo_is_kept() -> None:
    merger = ComboMerger()
    steps = [make_step(1, 0), make_step(2, 1, diamond_count=0, gift_name="", repeat_end=True)]
    [event] = merger.merge(steps)
    assert isinstance(event, Gift)
    assert (event.amount, event.diamond_count, event.gift_name) == (2, 2, "g")


@given(st.lists(GIVEN, max_size=8), st.randoms(use_true_random=False), st.booleans())
def test_merged_gifts_have_the_right_sum(
    draws: list[Given], chance: random.Random, has_ends: bool
) -> None:
    received = [
        replace(gift, combo=True)
        for combo in make_combos(draws)
        for gift in (combo if has_ends else combo[:-1])
    ]
    chance.shuffle(received)
    merger = ComboMerger()
    merged = [*merger.merge(received), *merger.close()]
    sums = [(event.amount, event.amount * event.diamond_count) for event in merged]  # type: ignore[attr-defined]
    assert sum(count for count, _ in sums) == sum(each.count for each in draws)
    assert sum(coins for _, coins in sums) == sum(each.count * each.price for each in draws)


@pytest.mark.parametrize("names", [("用***", "时***"), ("user a", "user b")])
@pytest.mark.parametrize("hidden", ["111111", "", "0"])
def test_users_who_share_an_id_are_two_by_their_names(hidden: str, names: tuple[str, str]) -> None:
    gifts = Gifts()
    for name in names:
        user = User(user_id=hidden, nickname=name)
        gifts.add(Gift(group_id=1, gift_id=1, diamond_count=1, user=user))
    assert (gifts.count, len(gifts.givers)) == (2, 2)


def test_masked_names_with_one_id_of_another_kind_are_two() -> None:
    users = [User(user_id="98", nickname=name) for name in ("用***", "时***")]
    assert users[0].identity != users[1].identity
    assert users[0].identity == User(user_id="98", nickname="用***", level=3).identity


def test_a_user_with_an_id_of_its_own_may_change_the_name() -> None:
    gifts = Gifts()
    for name in ("old", "new"):
        gifts.add(Gift(diamond_count=1, user=User(user_id="7", nickname=name)))
    [giver] = gifts.rank_givers()
    assert (giver.user.nickname, giver.coins) == ("new", 2)
