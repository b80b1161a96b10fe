"""What a room was really given: combos of gifts netted to their final counts, in coins.

A combo comes as many messages, each with the count so far (`Gift.repeat_count`), so only the
highest one counts. That holds whatever was lost, repeated or came out of order on the way: after a
drop, one message of a combo is enough to know all of it so far.
"""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from f2scrapy.danmaku.messages import Gift, User

REMEMBERED = 4_096  # combos a room keeps apart; older ones stay in the totals

Combo = tuple[object, ...]


@dataclass(slots=True)
class Giver:
    """What one user gave: ``coins``, and ``gifts`` by name; ``user`` as last seen."""

    user: User
    coins: int = 0
    gifts: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Gifts:
    """The gifts of one room: ``coins`` in all, and ``givers`` by user id.

    A message of a combo that ended more than `REMEMBERED` combos ago would count again; the
    platforms replay minutes, which is far less.
    """

    coins: int = 0
    count: int = 0
    givers: dict[str, Giver] = field(default_factory=dict)
    _combos: OrderedDict[Combo, tuple[int, int]] = field(default_factory=OrderedDict, repr=False)

    def add(self, gift: Gift) -> int:
        """Take a message in; return how many gifts it told of that were not known yet."""
        combo = _combo(gift)
        known, price = self._combos.pop(combo, (0, 0))
        count = max(known, gift.repeat_count, 1)
        dearer = max(price, gift.diamond_count)
        self._combos[combo] = count, dearer
        if len(self._combos) > REMEMBERED:
            self._combos.popitem(last=False)
        self._enter(gift, count - known, count * dearer - known * price)
        return count - known

    def _enter(self, gift: Gift, count: int, coins: int) -> None:
        user = gift.user or User()
        giver = self.givers.setdefault(user.user_id, Giver(user))
        giver.user = user
        giver.coins += coins
        giver.gifts[gift.gift_name or str(gift.gift_id)] += count
        self.coins += coins
        self.count += count

    def ranking(self) -> list[Giver]:
        """Return the givers, who gave most first."""
        return sorted(self.givers.values(), key=lambda giver: -giver.coins)


def _combo(gift: Gift) -> Combo:
    """What messages of one combo have in common; a gift without a group is one of its own.

    The group alone is not enough: it is the ms of the giver's clock at which the combo began.
    """
    if not gift.group_id:
        return (gift.msg_id,) if gift.msg_id else (object(),)
    giver = gift.user.user_id if gift.user else ""
    taker = gift.to_user.user_id if gift.to_user else ""
    return gift.group_id, giver, gift.gift_id, taker
