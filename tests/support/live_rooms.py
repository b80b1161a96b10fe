"""Start a sandbox with fast live rooms, and watch them."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from f2scrapy.danmaku.client import listen
from f2scrapy.danmaku.gifts import Gifts
from f2scrapy.danmaku.messages import Event, Gap, Gift
from f2scrapy.danmaku.reconnect import ReconnectPolicy
from f2scrapy.sandbox.douyin.live import find_latest, make_web_rid
from f2scrapy.sandbox.live.chat import ChatOptions, MessageStream
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options

FAST = ReconnectPolicy(max_refusals=4, give_up_after=5.0, min_delay=0.02, max_delay=0.1)


@dataclass
class Rooms:
    """A sandbox with live rooms, and the events of room0 so far."""

    sandbox: Sandbox
    platform: str = "douyin"
    events: list[Event] = field(default_factory=list)

    def get_url(self, name: str = "room0") -> str:
        if self.platform == "tiktok":
            return f"{self.sandbox.get_user_url(name, 'tiktok')}/live"
        return f"https://live.douyin.com/{make_web_rid(self.sandbox.state.catalogue.by_name[name])}"

    def get_stream(self, name: str = "room0") -> MessageStream:
        world = self.sandbox.state
        last = find_latest(world.catalogue.by_name[name], world)
        assert last
        return world.get_stream(self.platform, last.room_id)

    async def watch(self, until: int = 0, **options: Any) -> list[Event]:
        """Return the events of room0 until it ends, or the first `until` events."""
        self.events = []
        async with aclosing(listen(self.get_url(), policy=FAST, **options)) as received:
            async for event in received:
                self.events.append(event)
                if until and len(self.events) >= until:
                    break
        return self.events

    @property
    def numbers(self) -> list[int]:
        """The numbers of the received messages, in their order."""
        first = self.get_stream().get_msg_id(0)
        return [event.msg_id - first for event in self.events if event.msg_id]

    @property
    def gaps(self) -> list[Gap]:
        return [event for event in self.events if isinstance(event, Gap)]

    @property
    def coins(self) -> dict[str, int]:
        """The coins of the received gifts, by uid of the giver."""
        gifts = Gifts()
        for event in self.events:
            if isinstance(event, Gift):
                gifts.add(event)
        return {uid: giver.coins for uid, giver in gifts.givers.items()}

    def is_complete(self) -> bool:
        """Return True if all messages came in order and once, and all gifts count."""
        end = len(self.numbers)
        return self.numbers == [*range(end)] and self.coins == self.get_stream().sum_coins(0, end)

    @property
    def violations(self) -> list[str]:
        return [text for _, text in self.sandbox.state.report.violations]

    @property
    def sockets(self) -> Counter[str]:
        return self.sandbox.state.report.sockets


Play = Callable[..., Any]


@asynccontextmanager
async def serve_rooms(tmp_path: Path) -> AsyncIterator[Play]:
    """Return `play`, which starts rooms and sets F2_… for them: play("drop=50", rate=100)."""
    saved = dict(os.environ)
    async with AsyncExitStack() as stack:

        async def play(
            *faults: str, rooms: int = 1, platform: str = "douyin", **pace: Any
        ) -> Rooms:
            chat = ChatOptions(**{"rate": 1000, "frame": 0.02, **pace})
            options = Options(faults=faults, rooms=rooms, chat=chat)
            sandbox = await stack.enter_async_context(Sandbox(options))
            os.environ.update(F2_SANDBOX=sandbox.url, F2_PATH=str(tmp_path))
            os.environ.update(F2_PACE="0", F2_BACKOFF="0.02")
            return Rooms(sandbox, platform)

        try:
            yield play
        finally:
            os.environ.clear()
            os.environ.update(saved)
