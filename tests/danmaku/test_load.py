"""Run the load of `benchmarks.danmaku_rooms` for a few seconds."""

import asyncio
import os

import pytest

from benchmarks.danmaku_rooms import measure, run_sandbox


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())


def test_nothing_is_lost_with_replay() -> None:
    with run_sandbox(5, 100, "drop=100"):
        found = asyncio.run(measure(5, 3))
        assert found.messages > 500
        assert sum(room.reconnects for room in found.ended) >= 5
        assert sum(check.lost + check.twice for check in found.checks.values()) == 0
        assert sum(room.gaps for room in found.ended) == 0
        assert found.count_wrong_sums() == 0


def test_lost_messages_are_listed_without_replay() -> None:
    with run_sandbox(5, 200, "drop=100", "no_replay"):
        found = asyncio.run(measure(5, 3))
    assert sum(check.lost for check in found.checks.values()) > 0
    assert sum(check.unlisted for check in found.checks.values()) == 0
