"""Live rooms to try things on: a sandbox whose rooms talk fast, and somebody who watches them."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from f2scrapy.danmaku.client import danmaku
from f2scrapy.danmaku.gifts import Gifts
from f2scrapy.danmaku.messages import Event, Gap, Gift
from f2scrapy.danmaku.reconnect import Patience
from f2scrapy.sandbox.douyin.live import latest, web_rid
from f2scrapy.sandbox.live.chat import Pace, Stream
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options

SOON = Patience(refusals=4, trouble=5.0, least=0.02, most=0.1)


@dataclass
class Rooms:
    """A sandbox with live rooms, and what was seen in room0."""

    sandbox: Sandbox
    platform: str = "douyin"
    seen: list[Event] = field(default_factory=list)

    def url(self, name: str = "room0") -> str:
        if self.platform == "tiktok":
            return f"{self.sandbox.user_url(name, 'tiktok')}/live"
        return f"https://live.douyin.com/{web_rid(self.sandbox.world.catalogue.by_name[name])}"

    def stream(self, name: str = "room0") -> Stream:
        world = self.sandbox.world
        last = latest(world.catalogue.by_name[name], world)
        assert last
        return world.stream(self.platform, last.room_id)

    async def watch(self, until: int = 0, **options: Any) -> list[Event]:
        """All events of room0 until it ends, or until so many were seen."""
        self.seen = []
        async with aclosing(danmaku(self.url(), patience=SOON, **options)) as events:
            async for event in events:
                self.seen.append(event)
                if until and len(self.seen) >= until:
                    break
        return self.seen

    @property
    def numbers(self) -> list[int]:
        """Which messages of the room were told, in that order."""
        first = self.stream().msg_id(0)
        return [event.msg_id - first for event in self.seen if event.msg_id]

    @property
    def gaps(self) -> list[Gap]:
        return [event for event in self.seen if isinstance(event, Gap)]

    @property
    def coins(self) -> dict[str, int]:
        """What the gifts that were seen come to, by uid."""
        gifts = Gifts()
        for event in self.seen:
            if isinstance(event, Gift):
                gifts.add(event)
        return {uid: giver.coins for uid, giver in gifts.givers.items()}

    def whole(self) -> bool:
        """Whether all was told up to the last message, in order, once, and each gift counted."""
        end = len(self.numbers)
        return self.numbers == [*range(end)] and self.coins == self.stream().coins(0, end)

    @property
    def violations(self) -> list[str]:
        return [what for _, what in self.sandbox.world.report.violations]

    @property
    def sockets(self) -> Counter[str]:
        return self.sandbox.world.report.sockets


Play = Callable[..., Any]


@asynccontextmanager
async def playing(tmp_path: Path) -> AsyncIterator[Play]:
    """play("drop=50", rate=100): rooms that talk so; F2_… of the environment lead there."""
    kept = dict(os.environ)
    async with AsyncExitStack() as stack:

        async def play(
            *faults: str, rooms: int = 1, platform: str = "douyin", **pace: Any
        ) -> Rooms:
            chat = Pace(**{"rate": 1000, "frame": 0.02, **pace})
            options = Options(faults=faults, rooms=rooms, chat=chat)
            sandbox = await stack.enter_async_context(Sandbox(options))
            os.environ.update(F2_SANDBOX=sandbox.url, F2_PATH=str(tmp_path))
            os.environ.update(F2_PACE="0", F2_BACKOFF="0.02")
            return Rooms(sandbox, platform)

        try:
            yield play
        finally:
            os.environ.clear()
            os.environ.update(kept)
