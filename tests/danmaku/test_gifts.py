"""Gift totals are exact for any order, repetition and loss of messages."""

import random
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.danmaku import gifts as module
from f2scrapy.danmaku.gifts import Gifts
from f2scrapy.danmaku.messages import Gift, User


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
