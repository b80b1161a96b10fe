"""Record a room of the sandbox without Scrapy, and read the frames a player shows."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import av

from f2scrapy.api.session import Session
from f2scrapy.live.recorder import Recorder
from f2scrapy.live.recording import Recording
from f2scrapy.live.recording_options import RecordingOptions
from f2scrapy.live.source import StreamSource
from f2scrapy.model.stream import StreamPreference
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
        default_factory=lambda: RecordingOptions(StreamPreference(), backoff=0.1, free_bytes=1)
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

    async def record(
        self, seconds: float, *faults: str, segments: int = 0, **rules: Any
    ) -> Recording:
        """Record for `seconds` at most, counted from the first data, as is the time of `faults`.

        `segments`: stop once there are so many, the last one with a second of media.
        """
        recorder = await self.build_recorder(**rules)
        clock = asyncio.ensure_future(self._stop_after(recorder, seconds, faults, segments))
        try:
            return await recorder.run(self.stop)
        finally:
            clock.cancel()

    async def _stop_after(
        self, recorder: Recorder, seconds: float, faults: tuple[str, ...], segments: int
    ) -> None:
        await wait_for_media(recorder)
        for fault in faults:
            self.sandbox.state.switch_on(fault)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not segments or not has_segments(recorder, segments):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        self.stop.set()


def has_segments(recorder: Recorder, count: int) -> bool:
    """Return whether there are so many segments, the last one with a second of media."""
    segment = recorder.writer._segment
    return len(recorder.record.rows) >= count and segment is not None and segment.seconds >= 1


async def wait_for_media(recorder: Recorder, seconds: float = 0.0) -> None:
    """Wait until a segment is open, and there are so many seconds of media."""
    async with asyncio.timeout(60):
        while not recorder.writer.is_writing or recorder.writer.seconds < seconds:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)


class Lag:
    """How late the event loop is at most within a second, in seconds, while rooms are open.

    What arrives late on a busy machine is taken for made late: tests allow for that. A connection
    takes many steps, so the lateness of each counts.
    """

    worst = 0.0
    _open = 0

    @asynccontextmanager
    async def measure(self) -> AsyncIterator[None]:
        if not self._open:
            self.worst = 0.0
        self._open += 1
        meter = asyncio.ensure_future(self._watch())
        try:
            yield
        finally:
            self._open -= 1
            meter.cancel()

    async def _watch(self) -> None:
        recent: deque[tuple[float, float]] = deque()  # end and lateness of each step, in seconds
        while True:
            began = time.monotonic()
            await asyncio.sleep(_STEP_S)
            now = time.monotonic()
            recent.append((now, now - began - _STEP_S))
            while recent[0][0] < now - 1.0:
                recent.popleft()
            self.worst = max(self.worst, sum(late for _, late in recent))


LAG = Lag()
_STEP_S = 0.02


@asynccontextmanager
async def open_room(
    tmp_path: Path, *faults: str, stall: float = 8.0, **options: Any
) -> AsyncIterator[RoomSetup]:
    async with (
        LAG.measure(),
        Sandbox(Options(faults=faults, **options)) as sandbox,
        Session("douyin", F2_SANDBOX=sandbox.url, F2_PATH=str(tmp_path), F2_PACE="0") as session,
        StreamSource(session.identity, sandbox.url, stall) as source,
    ):
        yield RoomSetup(sandbox, session, source, tmp_path / "room" / "room")
        assert not sandbox.state.report.violations
