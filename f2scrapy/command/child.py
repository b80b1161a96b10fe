"""Run a program of ours in a process of its own, which ends with this one."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

_STEP_S = 0.5  # of the wait for a child


class Ended(NamedTuple):
    """How a child has ended."""

    code: int  # its exit code; below 0 = it was killed by this signal
    is_stopped: bool  # Ctrl-C or SIGTERM came meanwhile: nothing more is to begin


def run_child(command: Sequence[str]) -> Ended:
    """Run a command and wait for its end, which a signal brings in good order.

    A terminal sends Ctrl-C to the child as well; SIGTERM, which comes to this process alone (from
    `kill`, or of a container), is passed on.
    """
    children: list[subprocess.Popen[bytes]] = []
    stopped: list[int] = []

    def handle(number: int, _frame: Any) -> None:
        stopped.append(number)
        for child in children if number == signal.SIGTERM else ():
            child.terminate()

    with _handle_signals(handle):
        child = subprocess.Popen(command)
        children.append(child)
        if stopped:  # before there was a child
            child.terminate()
        while True:
            with suppress(subprocess.TimeoutExpired):
                # A signal that comes just before an endless wait would be handled after it.
                return Ended(child.wait(_STEP_S), bool(stopped))


@contextmanager
def _handle_signals(handle: Any) -> Iterator[None]:
    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
