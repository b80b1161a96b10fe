"""What can go wrong, and the one vocabulary of how a request or a run ended.

F2Error
├── InputError      the user's: a link, an option, a file; nothing was asked of the platform
├── Refused         the platform's: it answered, and the answer was no
└── ProtocolError   nobody's yet: an answer of a shape we do not know
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """How a request, a work or a whole run ended.

    Everything but `OK` and `EMPTY_TRUE` carries one sentence of `advice`.
    """

    OK = "OK"
    EMPTY_TRUE = "EMPTY_TRUE"  # the platform says there is nothing, and nothing contradicts it
    RISK_CONTROL = "RISK_CONTROL"
    CAPTCHA = "CAPTCHA"
    SIGNATURE_REJECTED = "SIGNATURE_REJECTED"
    COOKIE_EXPIRED = "COOKIE_EXPIRED"
    LOGIN_REQUIRED = "LOGIN_REQUIRED"
    RATE_LIMITED = "RATE_LIMITED"
    REGION = "REGION"
    PRIVATE = "PRIVATE"
    DELETED = "DELETED"
    PROHIBITED = "PROHIBITED"
    SCHEMA_CHANGED = "SCHEMA_CHANGED"
    SERVER_ERROR = "SERVER_ERROR"
    NETWORK = "NETWORK"
    MEDIA_BROKEN = "MEDIA_BROKEN"
    LIST_GAP = "LIST_GAP"
    INTERRUPTED = "INTERRUPTED"
    DISK = "DISK"
    INTERNAL = "INTERNAL"
    BAD_INPUT = "BAD_INPUT"

    @property
    def advice(self) -> str:
        """One sentence that says what to do; empty where nothing is to be done."""
        return _ADVICE.get(self, "")

    @property
    def refused(self) -> bool:
        """The platform turned the whole run away, not one work of it."""
        return self in _REFUSALS

    @property
    def explains(self) -> bool:
        """A work missing for this reason is accounted for: no later run would get it."""
        return self in _EXPLANATIONS


_REFUSALS = frozenset(
    {
        Outcome.RISK_CONTROL,
        Outcome.CAPTCHA,
        Outcome.SIGNATURE_REJECTED,
        Outcome.COOKIE_EXPIRED,
        Outcome.LOGIN_REQUIRED,
        Outcome.RATE_LIMITED,
        Outcome.REGION,
    }
)
_EXPLANATIONS = frozenset({Outcome.PRIVATE, Outcome.DELETED, Outcome.PROHIBITED})

_ADVICE = {
    Outcome.RISK_CONTROL: "Wait an hour, lower the pace (F2_PACE=5), or use the cookies of a "
    "browser that has just opened the site (F2_COOKIES).",
    Outcome.CAPTCHA: "Open the site in your browser, solve the captcha there, and export the "
    "cookies again (F2_COOKIES).",
    Outcome.SIGNATURE_REJECTED: "The platform no longer takes this signature: update f2scrapy, "
    "or choose another scheme in f2scrapy.yaml (client).",
    Outcome.COOKIE_EXPIRED: "The login has lapsed: log in again in your browser and export the "
    "cookies again (F2_COOKIES).",
    Outcome.LOGIN_REQUIRED: "This needs an account: export the cookies of a browser that is "
    "logged in and name the file in F2_COOKIES.",
    Outcome.RATE_LIMITED: "Too many requests: wait, then go on with a larger F2_PACE (seconds).",
    Outcome.REGION: "The platform does not serve this where you are; a proxy elsewhere may help.",
    Outcome.PRIVATE: "The owner keeps this private; nothing to be done.",
    Outcome.DELETED: "It was deleted; nothing to be done.",
    Outcome.PROHIBITED: "The platform has blocked this work; nothing to be done.",
    Outcome.SCHEMA_CHANGED: "The answer has a shape f2scrapy does not know: update f2scrapy, or "
    "report the field named here.",
    Outcome.SERVER_ERROR: "The platform has trouble of its own: run again later.",
    Outcome.NETWORK: "The connection failed: check network and proxy, then run again; what is "
    "there is kept.",
    Outcome.MEDIA_BROKEN: "No mirror gave a complete file: run again later; what is there is kept.",
    Outcome.LIST_GAP: "The list showed less than there is: run again, logged in (F2_COOKIES) if "
    "it stays so.",
    Outcome.INTERRUPTED: "Run the same command again: only what is missing is fetched.",
    Outcome.DISK: "A file could not be written: check space and permissions where the log says.",
    Outcome.INTERNAL: "See the error in the log; if it is no fault of this machine, report it.",
    Outcome.BAD_INPUT: "Correct the command and run it again.",
}


class F2Error(Exception):
    """Root of everything f2scrapy raises on purpose."""


class InputError(F2Error):
    """The user's input cannot be used; the text says what, why and what to do, in one line."""


class Refused(F2Error):
    """The platform refused; `outcome` says how, `seen` what was seen, in words of ours.

    `quote` is what the platform said to it, to be read by people and by the table of outcomes.
    What is `doubtful` is also said to whom the platform does not like.
    """

    def __init__(
        self, outcome: Outcome, seen: str, quote: str = "", *, doubtful: bool = False
    ) -> None:
        super().__init__(seen)
        self.outcome = outcome
        self.seen = seen
        self.quote = quote
        self.doubtful = doubtful

    def __str__(self) -> str:
        return f"{self.outcome}: {self.seen}"


class ProtocolError(F2Error):
    """An answer has a shape that is not known; the text names the path in it."""


EXIT_OK, EXIT_INPUT, EXIT_EXPLAINED, EXIT_UNEXPLAINED, EXIT_REFUSED = 0, 1, 3, 4, 5
_WORSE = (EXIT_OK, EXIT_EXPLAINED, EXIT_INPUT, EXIT_UNEXPLAINED, EXIT_REFUSED)


def exit_code(outcome: Outcome) -> int:
    """0 complete, 1 input, 3 explained, 4 unexplained, 5 refused."""
    if outcome in (Outcome.OK, Outcome.EMPTY_TRUE):
        return EXIT_OK
    if outcome.refused:
        return EXIT_REFUSED
    if outcome is Outcome.BAD_INPUT:
        return EXIT_INPUT
    return EXIT_EXPLAINED if outcome.explains else EXIT_UNEXPLAINED


def worst_exit_code(codes: Iterable[int]) -> int:
    """The exit code of a run of several things that ended so."""
    return max(codes, key=_WORSE.index, default=EXIT_OK)
