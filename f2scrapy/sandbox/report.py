"""Count the requests to the sandbox and collect their violations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from typing import Any

from f2scrapy.sandbox.http_types import Request


@dataclass
class Interface:
    """Requests of one path, or of one media host."""

    count: int = 0
    status: Counter[int] = field(default_factory=Counter)
    bytes: int = 0
    first: float = 0  # s, time of the first request
    last: float = 0  # s, time of the latest request
    least_gap: float = inf  # s

    def count_request(self, now: float) -> None:
        if self.count:
            self.least_gap = min(self.least_gap, now - self.last)
        else:
            self.first = now
        self.count += 1
        self.last = now

    def to_json(self) -> dict[str, Any]:
        entry = {"count": self.count, "bytes": self.bytes,
                 "status": {str(k): v for k, v in sorted(self.status.items())}}  # fmt: skip
        if self.count > 1:
            entry["least_gap_ms"] = round(self.least_gap * 1000, 1)
            entry["mean_gap_ms"] = round((self.last - self.first) / (self.count - 1) * 1000, 1)
        return entry


@dataclass
class MediaCount:
    """Requests and bytes of one file."""

    requests: int = 0  # GET only
    bytes: int = 0  # bytes of bodies that were sent
    ranges: int = 0  # requests with Range


class Report:
    """Counts since the start or the last reset."""

    def __init__(self) -> None:
        self.interfaces: defaultdict[str, Interface] = defaultdict(Interface)
        self.kinds: Counter[str] = Counter()
        self.assets: defaultdict[str, MediaCount] = defaultdict(MediaCount)
        self.violations: Counter[tuple[str, str]] = Counter()
        self.sockets: Counter[str] = Counter()  # opened, frames, messages, acks, dropped …
        # Users whose lists each guest (ttwid) has requested, in order; each once in a row.
        self.visits: defaultdict[str, list[str]] = defaultdict(list)
        self._open: Counter[str] = Counter()
        self.concurrency: Counter[str] = Counter()

    @contextmanager
    def track_request(self, request: Request, kind: str, now: float) -> Iterator[Interface]:
        """Count a request while it is served; *now* is s on any steady clock."""
        interface = self.interfaces[
            request.host if kind == "media" else request.host + request.path
        ]
        interface.count_request(now)
        self.kinds[kind] += 1
        if kind == "list" and (user := request.params.get("sec_user_id", "")):
            visits = self.visits[request.cookies.get("ttwid", "")]
            if visits[-1:] != [user]:
                visits.append(user)
        self._open[request.host] += 1
        self.concurrency[request.host] = max(
            self.concurrency[request.host], self._open[request.host]
        )
        try:
            yield interface
        finally:
            self._open[request.host] -= 1

    def add_violation(self, request: Request, message: str) -> None:
        """Add something the real platform would object to."""
        path = request.host + (
            request.path if len(request.path) < 80 else request.path[:77] + "..."
        )
        self.violations[path, message] += 1

    def count_media(self, key: str, *, size: int, ranged: bool) -> None:
        entry = self.assets[key]
        entry.requests += 1
        entry.bytes += size
        entry.ranges += ranged

    @property
    def media_bytes(self) -> int:
        return sum(entry.bytes for entry in self.assets.values())

    def to_json(self) -> dict[str, Any]:
        """Return the report as GET /__report sends it."""
        return {
            "requests": {name: entry.to_json() for name, entry in self.interfaces.items()},
            "kinds": dict(self.kinds),
            "list_requests": self.kinds["list"],
            "media_requests": self.kinds["media"],
            "media_bytes": self.media_bytes,
            "assets": {key: vars(entry) for key, entry in self.assets.items()},
            "sockets": dict(self.sockets),
            "max_concurrency": dict(self.concurrency),
            "violations": [
                {"path": path, "what": message, "count": count}
                for (path, message), count in self.violations.items()
            ],
        }
