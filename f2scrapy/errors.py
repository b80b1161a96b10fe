"""Define the errors, and the outcomes of a request, a work or a run.

F2Error
├── InputError      a mistake of the user: a link, an option, a file; no request was sent
├── Refused         a refusal by the platform: it answered, and the answer was no
└── ProtocolError   an answer of unknown shape
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """The result of a request, a work or a whole run.

    Every outcome except `OK` and `EMPTY_TRUE` has one sentence of `advice`.
    """

    OK = "OK"
    EMPTY_TRUE = "EMPTY_TRUE"  # the platform reports an empty list, and nothing contradicts it
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
    STORE = "STORE"
    INTERNAL = "INTERNAL"
    BAD_INPUT = "BAD_INPUT"

    @property
    def advice(self) -> str:
        """Advice for the user in one sentence; "" for `OK` and `EMPTY_TRUE`."""
        return _ADVICE.get(self, "")

    @property
    def is_refusal(self) -> bool:
        """Whether the platform refuses the whole run, not a single work."""
        return self in _REFUSALS

    @property
    def is_explanation(self) -> bool:
        """Whether this explains a missing work: no later run can fetch it either."""
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
    Outcome.RISK_CONTROL: "Wait an hour, slow down (F2_PACE=5), or use the cookies of a "
    "browser that has just opened the site (F2_COOKIES).",
    Outcome.CAPTCHA: "Open the site in your browser, solve the captcha there, and export the "
    "cookies again (F2_COOKIES).",
    Outcome.SIGNATURE_REJECTED: "The platform no longer accepts this signature: update f2scrapy, "
    "or choose another scheme in f2scrapy.yaml (client).",
    Outcome.COOKIE_EXPIRED: "The login has expired: log in again, by `f2scrapy login` or in the "
    "browser of F2_COOKIES, and export its cookies again if that is a file.",
    Outcome.LOGIN_REQUIRED: "This needs an account: run `f2scrapy login`, or log in to the site in "
    "your browser and name it, or its exported cookies, in F2_COOKIES.",
    Outcome.RATE_LIMITED: "Too many requests: wait, then run again with a larger F2_PACE "
    "(seconds).",
    Outcome.REGION: "The platform does not serve this in your region; a proxy in another may help.",
    Outcome.PRIVATE: "The owner keeps this private; nothing to be done.",
    Outcome.DELETED: "It was deleted, or never existed: check the link if you typed it; "
    "otherwise nothing to be done.",
    Outcome.PROHIBITED: "The platform has blocked this work; nothing to be done.",
    Outcome.SCHEMA_CHANGED: "The platform changed the format of its answer: update f2scrapy, or "
    "report the field named here.",
    Outcome.SERVER_ERROR: "The platform reports a fault of its own: run again later.",
    Outcome.NETWORK: "The connection failed: check network and proxy, then run again; finished "
    "files are kept.",
    Outcome.MEDIA_BROKEN: "No mirror gave a complete file: run again later; finished files "
    "are kept.",
    Outcome.LIST_GAP: "The list was shorter than the platform's own count: run again, and log in "
    "(F2_COOKIES) if the result is the same.",
    Outcome.INTERRUPTED: "Run the same command again; finished files are kept.",
    Outcome.DISK: "A file or the archive could not be written: the log says which; check free "
    "space, permissions, the length of F2_PATH, and the server of F2_ARCHIVE, if it is on one.",
    Outcome.STORE: "A file is not in the store of F2_PUBLISH: the log says why; check its address, "
    "credentials and space, then run again; the file stays on this machine.",
    Outcome.INTERNAL: "See the error in the log; please report it, unless this machine caused it.",
    Outcome.BAD_INPUT: "Correct the command and run it again.",
}


MAX_TEXT = 2000  # characters of a text of others in an error, a log line or a report


def shorten(text: str, limit: int = MAX_TEXT) -> str:
    """Return `text` with at most `limit` characters, and "…" in place of the rest."""
    return text if len(text) <= limit else f"{text[:limit]}…"


class Reason(StrEnum):
    """A reason within an outcome that has a next step of its own; waiting helps with none.

    The first four are the words of Douyin's gateway (ArgusSecurityPlugin, public reports of May to
    October 2026).
    """

    UIFID_NOT_FOUND = "uifid_not_found"  # neither parameter nor header; a cookie does not count
    UIFID_REJECTED = "uifid_rejected"  # "Validate Error": the uifid was not given by the platform
    SIGNATURE_NOT_FOUND = "signature_not_found"
    SIGN_INVALID = "sign_invalid"  # the signature does not fit the query or the uifid
    PLEASE_WAIT = "please_wait"  # the proof-of-work page came again after its solution

    @property
    def advice(self) -> str:
        """Advice for the user in one sentence."""
        return _REASON_ADVICE[self]


_BROWSER_COOKIES = "use the cookies of a browser that has just opened the site (F2_COOKIES)."
_REASON_ADVICE = {
    Reason.UIFID_NOT_FOUND: "The platform gave this guest no uifid: waiting does not help; "
    + _BROWSER_COOKIES,
    Reason.UIFID_REJECTED: "The platform does not accept this browser's uifid, nor a new one: "
    "waiting does not help; log in again in your browser and export the cookies again "
    "(F2_COOKIES).",
    Reason.SIGNATURE_NOT_FOUND: "The platform now wants another signature here: waiting does not "
    "help; update f2scrapy, or " + _BROWSER_COOKIES,
    Reason.SIGN_INVALID: "The platform no longer accepts the signature x-secsdk-web-signature: "
    "waiting does not help; update f2scrapy.",
    Reason.PLEASE_WAIT: 'The "Please wait" page came again after its solution: another network '
    "address (a proxy) may help, or " + _BROWSER_COOKIES,
}


class F2Error(Exception):
    """Base class of all errors that f2scrapy raises on purpose.

    The text is cut at MAX_TEXT characters: it may quote a platform.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(shorten(text))


class InputError(F2Error):
    """The user's input is not usable; the text gives fault, reason and remedy in one line."""

    outcome = Outcome.BAD_INPUT


class ServerAwayError(InputError):
    """The archive's server cannot be reached, or refuses: nothing can begin, but later it may."""

    outcome = Outcome.DISK


class Refused(F2Error):
    """The platform refused a request.

    `outcome` is the kind of refusal, and `detail` describes the evidence in our words. `quote` is
    the platform's own message, for people and for the table of outcomes. A refusal is `ambiguous`
    if the platform gives it to clients that it distrusts, too, for any request. `reason` is None
    if the outcome has no known reason within.
    """

    def __init__(
        self,
        outcome: Outcome,
        detail: str,
        quote: str = "",
        *,
        ambiguous: bool = False,
        reason: Reason | None = None,
    ) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = shorten(detail)
        self.quote = shorten(quote)
        self.ambiguous = ambiguous
        self.reason = reason

    @property
    def advice(self) -> str:
        """Advice for the user in one sentence: that of the reason, or else of the outcome."""
        return self.reason.advice if self.reason else self.outcome.advice

    def __str__(self) -> str:
        return f"{self.outcome}: {self.detail}"


class ProtocolError(F2Error):
    """An answer has an unknown shape; the text names the path of the fault in it."""


EXIT_OK, EXIT_INPUT, EXIT_EXPLAINED, EXIT_UNEXPLAINED, EXIT_REFUSED = 0, 1, 3, 4, 5
_WORSE = (EXIT_OK, EXIT_EXPLAINED, EXIT_INPUT, EXIT_UNEXPLAINED, EXIT_REFUSED)


def get_exit_code(outcome: Outcome) -> int:
    """Return 0 for complete, 1 bad input, 3 explained, 4 unexplained, 5 refused."""
    if outcome in (Outcome.OK, Outcome.EMPTY_TRUE):
        return EXIT_OK
    if outcome.is_refusal:
        return EXIT_REFUSED
    if outcome is Outcome.BAD_INPUT:
        return EXIT_INPUT
    return EXIT_EXPLAINED if outcome.is_explanation else EXIT_UNEXPLAINED


def get_worst_exit_code(codes: Iterable[int]) -> int:
    """Return the exit code of a run with several parts: the worst of theirs, 0 without parts."""
    return max(codes, key=_WORSE.index, default=EXIT_OK)
