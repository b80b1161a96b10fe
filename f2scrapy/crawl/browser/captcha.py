"""Give a person time for the captcha that the browser's window shows."""

from __future__ import annotations

PERSON_S = 300.0  # for one captcha
ASK_EVERY_S = 3.0  # between two requests that show whether it is solved


class CaptchaWait:
    """The captcha that the window shows now, if any; times are seconds of one clock."""

    def __init__(self, seconds: float = PERSON_S) -> None:
        self._seconds = seconds
        self._end: float | None = None  # None = no captcha is shown
        self._is_missed = False  # one was not solved in time: the window has no person

    @property
    def is_shown(self) -> bool:
        """Whether the run waits for a person now."""
        return self._end is not None

    def may_wait(self, now: float) -> bool:
        """Return whether a person has time left; after one missed captcha, none has.

        The time of a captcha begins with its first call.
        """
        if self._is_missed:
            return False
        if self._end is None:
            self._end = now + self._seconds
        if now >= self._end:
            self._end, self._is_missed = None, True
        return not self._is_missed

    def end(self) -> None:
        """Note that the captcha is solved; the next one has its own time."""
        self._end = None
