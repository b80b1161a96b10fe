"""Endpoint: what is asked, where the rows lie, how the page turns; no Scrapy, no socket."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from f2scrapy.errors import InputError, ProtocolError, Refused

_NO = (0, False, "0")  # what says that there is no more


_ODD = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError)


@contextmanager
def readable() -> Iterator[None]:
    """Whatever in an answer turns out to have a shape nobody knows, with its path.

    Raises:
        ProtocolError: it has.
    """
    try:
        yield
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise ProtocolError(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error
    except _ODD as error:
        raise ProtocolError(f"{type(error).__name__}: {error}") from error


class Login(StrEnum):
    """What an endpoint asks of the identity."""

    GUEST = "guest"  # any visitor
    ACCOUNT = "account"  # cookies of a logged-in browser


class InBody:
    """Marks a field that a POST carries in its body: `keyword: Annotated[str, InBody]`."""


class Endpoint(BaseModel):
    """One interface of a platform; the fields are its own parameters, in the page's order.

    The parameters that describe the browser, the tokens and the signature are added on the wire
    (`wire.py`): `params` and `scheme` name them in `client.yaml`. Paths into answers are dotted,
    such as "data.list".
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    platform: ClassVar[str]
    url: ClassVar[str]
    referer: ClassVar[str]
    method: ClassVar[str] = "GET"
    encoding: ClassVar[str] = "form"  # of a POST's body: "form" or "json"
    params: ClassVar[str] = "web"  # set of browser parameters in client.yaml
    scheme: ClassVar[str] = ""  # signature, by its name in client.yaml; "" = unsigned
    login: ClassVar[Login] = Login.GUEST

    rows: ClassVar[str] = ""  # path of the list of rows in an answer
    thing: ClassVar[str] = ""  # path of the one thing an answer is about, where there are no rows
    more: ClassVar[str] = "has_more"  # path of what says whether there is another page
    turns: ClassVar[Mapping[str, str]] = {}  # parameter → path in an answer: turns the page
    size: ClassVar[str] = "count"  # the parameter that holds the rows of a page
    most: ClassVar[int] = 20  # rows a page may be asked to hold
    about: ClassVar[Mapping[str, str]] = {}  # path in an answer → the parameter it has to equal
    endless: ClassVar[bool] = False  # each page is another choice, and there is no last one
    total: ClassVar[str] = ""  # path of how many rows the list has in all; "" = no answer says so
    omits_empty: ClassVar[bool] = False  # a list that holds nothing is left out of the answer

    # What is sent

    def query(self) -> str:
        """Its own parameters in the URL, percent-encoded as a browser does; None is left out."""
        return _encoded(self._values(in_body=False))

    def body(self) -> bytes:
        """What a POST carries."""
        values = self._values(in_body=True)
        if not values:
            return b""
        return (json.dumps(values) if self.encoding == "json" else _encoded(values)).encode()

    def headers(self) -> dict[str, str]:
        """Headers of this interface's own."""
        types = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
        body = {"Content-Type": f"{types[self.encoding]}; charset=UTF-8"} if self.body() else {}
        return {"Referer": self.referer} | body

    def _values(self, *, in_body: bool) -> dict[str, Any]:
        values = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        fields = type(self).model_fields.items()
        marked = {f.alias or name for name, f in fields if InBody in f.metadata}
        return {name: value for name, value in values.items() if (name in marked) is in_body}

    # Where in its list it is

    @property
    def place(self) -> Any:
        """What turns its pages, as it stands; None where there are no pages."""
        places = tuple(getattr(self, name) for name in self.turns)
        return places[0] if len(places) == 1 else places or None

    @classmethod
    def check_size(cls, rows: int) -> None:
        """Raises:
        InputError: its pages have no size, or not that.
        """
        if rows > cls.most:
            raise InputError(f"page_counts={rows}: a page holds {cls.most} at most")
        if cls.size not in cls.model_fields:
            raise InputError(f"page_counts={rows}: these pages have no size that can be chosen")

    def sized(self, rows: int) -> Self:
        """The same with `rows` a page.

        Raises:
            InputError: its pages have no size, or not that.
        """
        self.check_size(rows)
        return self.model_copy(update={self.size: rows})

    def resumed(self, place: int) -> Self:
        """The same from `place` on, as the report of a stopped run names it."""
        [name] = self.turns
        return self.model_copy(update={name: place})

    def entered(self, moment: datetime) -> Self:
        """The same, from what was published at `moment` downwards.

        For lists that turn by the time of publication; the others have no such door.
        """
        return self.resumed(int(moment.timestamp() * 1000))

    # What comes back

    def decoded(self, body: bytes) -> Any:
        """What an answer holds: JSON.

        Raises:
            ValueError: it is none.
            ProtocolError: it is none of what the interface answers in instead.
        """
        return from_text(body)

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:  # noqa: ARG002 - none by default
        """What an answer says that is none: the platform's codes, the interface's ways to say no.

        None = it is an answer.
        """
        return None

    def answered_by(self, page: Mapping[str, Any]) -> bool:
        """Whether an answer is not about something else than was asked for; names have no case."""
        said = ((look(page, path), getattr(self, name)) for path, name in self.about.items())
        both = ((str(shown), wanted) for shown, wanted in said if shown and wanted)
        return all(shown.casefold() == wanted.casefold() for shown, wanted in both)

    def rows_of(self, page: Mapping[str, Any]) -> list[Any]:
        """The rows of one answer; the one thing it is about counts as one row.

        Raises:
            ProtocolError: what should be there is missing or of another type. A platform that has
                nothing to show sends an empty list, or null beside what says there is no more;
                where it `omits_empty`, the latter alone.
        """
        path, kind = (self.rows, list) if self.rows else (self.thing, dict)
        value = look(page, path)
        named = self.omits_empty or self.rows in page
        if value is None and self.rows and named and look(page, self.more) in _NO:
            return []
        if not isinstance(value, kind):
            found = "nothing" if value is None else type(value).__name__
            raise ProtocolError(f"{path}: expected a {kind.__name__}, got {found}")
        return value if isinstance(value, list) else [value]

    def total_of(self, page: Mapping[str, Any]) -> int | None:
        """How many rows the list has in all, by this answer; None = it does not say.

        Raises:
            ProtocolError: what it says is no number.
        """
        return None if look(page, self.total) is None else _number(page, self.total)

    def ended(self, page: Mapping[str, Any]) -> bool:
        """Whether this page says it is the last.

        Raises:
            ProtocolError: it does not say.
        """
        return not self.turns or not _number(page, self.more)

    def goes_on(self, page: Mapping[str, Any]) -> bool:
        """Whether this page says where it would go on, be it the last or not."""
        return all(look(page, path) is not None for path in self.turns.values())

    def turned(self, page: Mapping[str, Any]) -> Self:
        """The endpoint of the page after this one, whatever `more` says.

        Raises:
            ProtocolError: the answer does not say where it goes on.
        """
        values = {name: look(page, path) for name, path in self.turns.items()}
        try:
            return type(self).model_validate(self.model_dump() | values)
        except ValidationError as error:
            path = self.turns[str(error.errors()[0]["loc"][0])]
            raise ProtocolError(f"{path}: cannot go on at {look(page, path)!r}") from None

    # Where people see the same

    def page(self) -> str:
        """The address of the site's page that shows the same; "" = none does."""
        return ""

    def from_page(self, html: str) -> Mapping[str, Any]:  # noqa: ARG002 - none by default
        """What that page shows, as the interface would answer it.

        Raises:
            ProtocolError: it shows something else, or nothing that can be read.
        """
        raise ProtocolError("no page shows the same")


def from_text(text: bytes | str) -> Any:
    """What JSON holds. Half an emoji, where the platform cut a text, becomes "?".

    Raises:
        ValueError: it is none.
    """
    try:
        return from_json(text, cache_strings="keys")
    except ValueError:
        whole = json.dumps(json.loads(text), ensure_ascii=False)
        return from_json(whole.encode(errors="replace"), cache_strings="keys")


def code_of(page: Mapping[str, Any], *names: str) -> Any:
    """The first code among these that is not 0: a number, as text too; 0 = there is none.

    What is no number at all is given as text.
    """
    told = (page.get(name) for name in names)
    codes = (str(code) for code in told if code not in (None, "", False))
    numbers = (int(code) if code.isdecimal() else code for code in codes)
    return next(filter(None, numbers), 0)


def look(page: Any, path: str) -> Any:
    """What stands at a dotted path; None where nothing does."""
    for step in path.split("."):
        page = page.get(step) if isinstance(page, Mapping) else None
    return page


def _encoded(values: Mapping[str, Any]) -> str:
    """As a page's own code writes them: true and false, lists joined by commas."""
    plain = {
        name: ",".join(map(str, value)) if isinstance(value, list) else _word(value)
        for name, value in values.items()
    }
    return urlencode(plain, quote_via=quote)


def _word(value: Any) -> Any:
    """True and false in lower case, everything else as it is."""
    return str(value).lower() if isinstance(value, bool) else value


def _number(page: Mapping[str, Any], path: str) -> int:
    """The platforms send 0, false, "0" and 1, true, "1" for one another, cursors as text too."""
    value = look(page, path)
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise ProtocolError(f"{path}: expected a number, got {value!r}") from None
