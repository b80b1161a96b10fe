"""Sum up the gifts of a room, and show each combo once: by its final count, in coins.

A combo arrives as many messages, each with the count so far (`Gift.amount`), so only the highest
count matters. This holds for messages that are lost, repeated or out of order: after a drop, one
message of a combo is enough to know its count so far. Many combos have no end message: in a public
log of 2026, 71 % of the coins were in such gifts.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from msgspec.structs import replace

from f2scrapy.danmaku.messages import Event, Gift, User

REMEMBERED = 4_096  # combos of a room that are kept apart; older ones stay in the totals
SETTLED = timedelta(seconds=10)  # without a new count, by the time of messages: a combo has ended

ComboKey = tuple[object, ...]


class Net(NamedTuple):
    """The part of a message that no earlier message had: gifts, and their price in coins."""

    given: int
    coins: int


@dataclass(slots=True)
class Giver:
    """The gifts of one user: ``coins``, and ``gifts`` by name; ``user`` as in the last gift."""

    user: User
    coins: int = 0
    gifts: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Round:
    """One combo of those that share a group id, one after the other."""

    number: int = 0
    count: int = 0
    latest: datetime | None = None  # time of its last message
    has_ended: bool = False
    since: datetime | None = None  # messages up to then belong to the round before


class ComboKeys:
    """Finds the combo of a message, also of one that begins again with the group id of another.

    In rooms that hide their users a group id is a second. A first count is that of another combo if
    it was sent after the end of the one before, or `SETTLED` after its last message.
    """

    def __init__(self) -> None:
        self._rounds: OrderedDict[ComboKey, _Round] = OrderedDict()

    def find(self, gift: Gift) -> ComboKey:
        """Return the values that all messages of a combo share."""
        key = _get_combo_key(gift)
        if not gift.group_id:
            return key
        now, sent = self._rounds.pop(key, None) or _Round(), gift.create_time
        if sent and now.since and sent <= now.since:
            self._rounds[key] = now
            return (*key, now.number - 1)
        if self._begins_again(now, gift):
            now = _Round(now.number + 1, since=now.latest)
        now.count = max(now.count, gift.amount)
        now.has_ended = now.has_ended or gift.repeat_end
        now.latest = max(filter(None, (now.latest, sent)), default=None)
        self._rounds[key] = now
        _forget(self._rounds)
        return (*key, now.number)

    @staticmethod
    def _begins_again(now: _Round, gift: Gift) -> bool:
        is_first = gift.amount <= max(1, gift.group_count) and gift.amount < now.count
        if not is_first or not now.latest or not gift.create_time:
            return False
        passed = gift.create_time - now.latest
        return passed > (timedelta() if now.has_ended else SETTLED)


@dataclass(slots=True)
class Gifts:
    """The gifts of one room: ``coins`` and ``count`` in all, and ``givers`` by `User.identity`.

    A message of a combo that ended more than `REMEMBERED` combos ago would count twice; the
    platforms replay minutes, which is far less.
    """

    coins: int = 0
    count: int = 0
    givers: dict[str, Giver] = field(default_factory=dict)
    _combos: OrderedDict[ComboKey, tuple[int, int]] = field(default_factory=OrderedDict, repr=False)
    _keys: ComboKeys = field(default_factory=ComboKeys, repr=False)

    def add(self, gift: Gift) -> Net:
        """Add a message; return the gifts in it that were not counted before, and their coins.

        A price that comes late holds for the whole combo.
        """
        key = self._keys.find(gift)
        known, price = self._combos.pop(key, (0, 0))
        count = max(known, gift.amount)
        dearer = max(price, gift.diamond_count)
        self._combos[key] = count, dearer
        _forget(self._combos)
        net = Net(count - known, count * dearer - known * price)
        self._add_to_totals(gift, net)
        return net

    def _add_to_totals(self, gift: Gift, net: Net) -> None:
        user = gift.user or User()
        giver = self.givers.setdefault(user.identity, Giver(user))
        giver.user = user
        giver.coins += net.coins
        giver.gifts[gift.gift_name or str(gift.gift_id)] += net.given
        self.coins += net.coins
        self.count += net.given

    def rank_givers(self) -> list[Giver]:
        """Return the givers in order of coins, the largest sum first."""
        return sorted(self.givers.values(), key=lambda giver: -giver.coins)


class ComboMerger:
    """Replaces the messages of each combo of a room by one event with the last count.

    The event comes with the end message, or `SETTLED` after the last new count, or at the end of
    the room. Counts that follow it are another event, with the gifts that were not in the first.
    """

    def __init__(self) -> None:
        self._keys = ComboKeys()
        self._merged: OrderedDict[ComboKey, int] = OrderedDict()  # gifts in events so far
        self._open: OrderedDict[ComboKey, tuple[Gift, datetime | None]] = OrderedDict()
        self._now: datetime | None = None  # the latest time of a message

    def merge(self, events: Iterable[Event]) -> Iterator[Event]:
        """Return events in their order, with merged gifts among them."""
        for event in events:
            yield from self._settle(_get_time(event))
            if isinstance(event, Gift):
                yield from self._add(event)
            else:
                yield event

    def close(self) -> Iterator[Event]:
        """Return the gifts of combos that had no end."""
        while self._open:
            yield from self._finish(*self._open.popitem(last=False))

    def _settle(self, moment: datetime | None) -> Iterator[Event]:
        if moment and (not self._now or moment > self._now):
            self._now = moment
        while self._open and self._is_settled(next(iter(self._open.values()))[1]):
            yield from self._finish(*self._open.popitem(last=False))

    def _is_settled(self, grown: datetime | None) -> bool:
        """Return True if a combo that grew last at *grown* has ended; the oldest are first."""
        if len(self._open) > REMEMBERED:
            return True
        return bool(self._now and grown and self._now - grown > SETTLED)

    def _add(self, gift: Gift) -> Iterator[Event]:
        key = self._keys.find(gift)
        before, grown = self._open.get(key, (None, None))
        if gift.is_last and not gift.group_id and not before:  # no message repeats it
            yield gift
            return
        if before:
            gift = _join(before, gift)
        if gift.is_last:
            self._open.pop(key, None)
            yield from self._finish(key, (gift, None))
        elif gift.amount > (before.amount if before else self._merged.get(key, 0)):
            self._open.pop(key, None)  # the order is that of growth
            self._open[key] = gift, _get_time(gift) or self._now
        elif before:
            self._open[key] = gift, grown

    def _finish(self, key: ComboKey, entry: tuple[Gift, datetime | None]) -> Iterator[Event]:
        gift, merged = entry[0], self._merged.pop(key, 0)
        self._merged[key] = max(merged, gift.amount)
        _forget(self._merged)
        if gift.amount > merged:
            yield replace(gift, repeat_count=gift.amount - merged)


def _get_time(event: Event) -> datetime | None:
    """Return the time of an event; that of its arrival, if it was sent long after that."""
    arrival = event.received_time
    if arrival and event.create_time and event.create_time - arrival > SETTLED:
        return arrival
    return event.moment


def _join(before: Gift, gift: Gift) -> Gift:
    """Return the message with the higher count, completed by the other; an end stays an end."""
    best, other = (gift, before) if gift.amount >= before.amount else (before, gift)
    return replace(
        best,
        create_time=gift.create_time if gift.is_last else best.create_time,
        received_time=gift.received_time if gift.is_last else best.received_time,
        repeat_end=before.repeat_end or gift.repeat_end,
        combo=before.combo and gift.combo,
        diamond_count=max(before.diamond_count, gift.diamond_count),
        gift_name=best.gift_name or other.gift_name,
    )


def _forget(combos: OrderedDict[ComboKey, Any]) -> None:
    if len(combos) > REMEMBERED:
        combos.popitem(last=False)


def _get_combo_key(gift: Gift) -> ComboKey:
    """Return the values that all messages of a combo share; a gift without group gets its own key.

    The group id alone is not enough: it is the giver's clock at the start of the combo, in ms, and
    in rooms that hide their users in s.
    """
    if not gift.group_id:
        return (gift.msg_id,) if gift.msg_id else (object(),)
    giver = gift.user.identity if gift.user else ""
    receiver = gift.to_user.identity if gift.to_user else ""
    return gift.group_id, giver, gift.gift_id, receiver
