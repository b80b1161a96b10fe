"""Sum up the gifts of a room: each combo by its final count, in coins.

A combo arrives as many messages, each with the count so far (`Gift.repeat_count`), so only the
highest count matters. This holds for messages that are lost, repeated or out of order: after a
drop, one message of a combo is enough to know its count so far.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from f2scrapy.danmaku.messages import Gift, User

REMEMBERED = 4_096  # combos of a room that are kept apart; older ones stay in the totals

ComboKey = tuple[object, ...]


@dataclass(slots=True)
class Giver:
    """The gifts of one user: ``coins``, and ``gifts`` by name; ``user`` as in the last gift."""

    user: User
    coins: int = 0
    gifts: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Gifts:
    """The gifts of one room: ``coins`` and ``count`` in all, and ``givers`` by user id.

    A message of a combo that ended more than `REMEMBERED` combos ago would count twice; the
    platforms replay minutes, which is far less.
    """

    coins: int = 0
    count: int = 0
    givers: dict[str, Giver] = field(default_factory=dict)
    _combos: OrderedDict[ComboKey, tuple[int, int]] = field(default_factory=OrderedDict, repr=False)

    def add(self, gift: Gift) -> int:
        """Add a message; return the number of gifts in it that were not counted before."""
        key = _get_combo_key(gift)
        known, price = self._combos.pop(key, (0, 0))
        count = max(known, gift.repeat_count, 1)
        dearer = max(price, gift.diamond_count)
        self._combos[key] = count, dearer
        if len(self._combos) > REMEMBERED:
            self._combos.popitem(last=False)
        self._add_to_totals(gift, count - known, count * dearer - known * price)
        return count - known

    def _add_to_totals(self, gift: Gift, count: int, coins: int) -> None:
        user = gift.user or User()
        giver = self.givers.setdefault(user.user_id, Giver(user))
        giver.user = user
        giver.coins += coins
        giver.gifts[gift.gift_name or str(gift.gift_id)] += count
        self.coins += coins
        self.count += count

    def rank_givers(self) -> list[Giver]:
        """Return the givers in order of coins, the largest sum first."""
        return sorted(self.givers.values(), key=lambda giver: -giver.coins)


def _get_combo_key(gift: Gift) -> ComboKey:
    """Return the values that all messages of a combo share; a gift without group gets its own key.

    The group id alone is not enough: it is the giver's clock, in ms, at the start of the combo.
    """
    if not gift.group_id:
        return (gift.msg_id,) if gift.msg_id else (object(),)
    giver = gift.user.user_id if gift.user else ""
    receiver = gift.to_user.user_id if gift.to_user else ""
    return gift.group_id, giver, gift.gift_id, receiver
