"""Record a room of the sandbox without Scrapy, and read the frames a player shows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import av

from f2scrapy.api.session import Session
from f2scrapy.live.recorder import Recorder, Recording
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.source import StreamSource
from f2scrapy.model.stream import StreamPolicy
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter
from f2scrapy.platforms.douyin.items.live import LiveRoom
from f2scrapy.sandbox.live.picture import read_clock
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options

ROOM = "660000000001"


def read_frames(path: Path) -> list[tuple[float, float]]:
    """Return the seconds in the file and the time in the image (s since 1970) of every frame."""
    with av.open(str(path)) as file:
        zero = float(file.start_time or 0) / 1e6 if path.suffix == ".ts" else 0.0
        frames = [*file.decode(video=0)]
    return [
        (
            float(f.time) - zero,
            read_clock(bytes(f.planes[0]), f.planes[0].line_size, f.width) / 1000,
        )
        for f in frames
    ]


@dataclass
class RoomSetup:
    """A room of the sandbox, and the parts that record it."""

    sandbox: Sandbox
    session: Session
    source: StreamSource
    base: Path
    rules: RecordingOptions = field(
        default_factory=lambda: RecordingOptions(StreamPolicy(), backoff=0.1, free_bytes=1)
    )
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch_room(self, endpoint: Any = None) -> Any:
        endpoint = endpoint or LiveEnter(web_rid=ROOM)
        [row] = endpoint.read_rows(await self.session.ask(endpoint))
        return LiveRoom.parse(row)

    async def build_recorder(self, **rules: Any) -> Recorder:
        room = await self.fetch_room()
        all_rules = replace(self.rules, **rules)
        return Recorder(
            room, self.base, self.source, lambda: self.fetch_room(room.detail_endpoint()), all_rules
        )

    async def record(self, seconds: float, *faults: str, **rules: Any) -> Recording:
        """Record for `seconds` at most, counted from the first data, as is the time of `faults`."""
        recorder = await self.build_recorder(**rules)
        clock = asyncio.ensure_future(self._stop_after(recorder, seconds, faults))
        try:
            return await recorder.run(self.stop)
        finally:
            clock.cancel()

    async def _stop_after(
        self, recorder: Recorder, seconds: float, faults: tuple[str, ...]
    ) -> None:
        while not recorder.writer.is_writing:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)
        for fault in faults:
            self.sandbox.state.switch_on(fault)
        await asyncio.sleep(seconds)
        self.stop.set()


@asynccontextmanager
async def open_room(
    tmp_path: Path, *faults: str, stall: float = 8.0, **options: Any
) -> AsyncIterator[RoomSetup]:
    async with (
        Sandbox(Options(faults=faults, **options)) as sandbox,
        Session("douyin", F2_SANDBOX=sandbox.url, F2_PATH=str(tmp_path), F2_PACE="0") as session,
        StreamSource(session.identity, sandbox.url, stall) as source,
    ):
        yield RoomSetup(sandbox, session, source, tmp_path / "room" / "room")
        assert not sandbox.state.report.violations
