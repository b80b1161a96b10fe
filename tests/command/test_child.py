"""A child ends with the command that has begun it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from f2scrapy.command.child import Ended, run_child

CHILD = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
Path(sys.argv[1]).touch()
time.sleep(60)
"""


def test_child_that_ends_by_itself() -> None:
    assert run_child([sys.executable, "-c", "raise SystemExit(5)"]) == Ended(5, False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_sigterm_is_passed_on_and_ends_all(tmp_path: Path) -> None:
    begun, before = tmp_path / "begun", signal.getsignal(signal.SIGTERM)

    def stop() -> None:
        while not begun.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = Thread(target=stop)
    thread.start()
    ended = run_child([sys.executable, "-c", CHILD, str(begun)])
    thread.join()
    assert ended == Ended(3, True)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_before_the_child_begins_ends_it(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = subprocess.Popen

    def begin_late(command: list[str]) -> subprocess.Popen[bytes]:
        signal.raise_signal(number)
        return begin(command)

    monkeypatch.setattr(subprocess, "Popen", begin_late)
    ended = run_child([sys.executable, "-c", "import time; time.sleep(60)"])
    assert ended == Ended(-signal.SIGTERM, True)
