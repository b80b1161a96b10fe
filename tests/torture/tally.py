"""Count the runs of a trial, and the promises that did not hold in one."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    """The result of one trial; the same seed gives the same runs."""

    name: str
    runs: int = 0
    violations: list[str] = field(default_factory=list)  # the run's seed, and what happened
    notes: dict[str, int] = field(default_factory=dict)  # how often something was tried

    def note(self, what: str) -> None:
        self.notes[what] = self.notes.get(what, 0) + 1

    def violate(self, seed: int, words: str) -> None:
        self.violations.append(f"seed {seed}: {words}")
