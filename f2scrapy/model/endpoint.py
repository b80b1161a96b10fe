"""Endpoint: one interface of a platform, its parameters and the shape of its answers; no I/O.

Annotations are no texts here: pydantic 2.14 would evaluate those of `Endpoint` for each subclass.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlencode, urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from f2scrapy.errors import InputError, ProtocolError, Refused
from f2scrapy.model.link import Link
from f2scrapy.text import quote_value

_NO_CURSOR: tuple[Any, ...] = (None, "", [], {})  # in an answer, the same as none at all
_NO_MORE = (0, False, "0")  # values of has_more on the last page

# Errors that reading data of an unknown shape can raise.
SHAPE_ERRORS = (
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)


@contextmanager
def convert_errors() -> Iterator[None]:
    """Raise ProtocolError, with the path, in place of any error an unknown shape causes.

    Raises:
        ProtocolError: the data has an unknown shape.
    """
    try:
        yield
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise ProtocolError(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}") from error
    except SHAPE_ERRORS as error:
        raise ProtocolError(f"{type(error).__name__}: {error}") from error


class Login(StrEnum):
    """The identity an endpoint requires."""

    GUEST = "guest"  # any visitor
    ACCOUNT = "account"  # cookies of a logged-in browser


class InBody:
    """Marks a field that a POST sends in its body: `keyword: Annotated[str, InBody]`."""


class Endpoint(BaseModel):
    """An interface of a platform; the fields are its own parameters, in the site's order.

    `signed_request.py` adds the parameters that describe the browser, the tokens and the
    signature: `params` and `scheme` name them in `client.yaml`. Paths into answers are dotted,
    such as "data.list". An answer is the decoded JSON of an interface.
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
    anonymous: ClassVar[bool] = False  # sent without cookies, tokens and signature

    rows_path: ClassVar[str] = ""  # path of the list of rows in an answer
    item_path: ClassVar[str] = ""  # path of the only item of an answer that has no rows
    has_more_path: ClassVar[str] = "has_more"  # path of the flag that another page follows
    cursor_params: ClassVar[Mapping[str, str]] = {}  # next page: parameter → path of its value
    cursor_is_time: ClassVar[bool] = False  # the one cursor is a publication time, ms since 1970
    size_param: ClassVar[str] = "count"  # parameter that holds the number of rows on a page
    max_page_size: ClassVar[int] = 20  # rows a request may ask for
    echo: ClassVar[Mapping[str, str]] = {}  # path in an answer → parameter it has to equal
    infinite: ClassVar[bool] = False  # each page is a new selection and none is the last
    total_path: ClassVar[str] = ""  # path of the number of rows in the list; "" = not sent
    max_empty_pages: ClassVar[int] = 0  # more successive pages without rows than elsewhere
    null_means_empty: ClassVar[bool] = False  # answers leave out a list without rows

    @classmethod
    def from_link(cls, link: Link) -> Self:
        """Return the endpoint for a link: its id is the field with the name of the link's kind.

        A list that is the same for all links, such as one of the account, has no such field.
        """
        return cls.model_validate({link.kind: link.id} if link.kind in cls.model_fields else {})

    # The request

    @property
    def is_guarded(self) -> bool:
        """Whether it is sent with the headers bd-ticket-guard-*, if the account has them."""
        return False

    @property
    def address(self) -> str:
        """The URL without its query: `url`, unless an answer named another host."""
        return self.url

    @property
    def page_url(self) -> str:
        """The address of the site's page that requests it."""
        return self.referer

    def encode_query(self) -> str:
        """Return its own parameters, percent-encoded as by a browser; None is left out."""
        return _encode_form(self._dump_fields(in_body=False))

    def encode_body(self) -> bytes:
        """Return the body of a POST; b"" if there is none."""
        values = self._dump_fields(in_body=True)
        if not values:
            return b""
        return (json.dumps(values) if self.encoding == "json" else _encode_form(values)).encode()

    def build_headers(self) -> dict[str, str]:
        """Return the headers that belong to this interface alone."""
        types = {"json": "application/json", "form": "application/x-www-form-urlencoded"}
        if not self.encode_body():
            return {"Referer": self.page_url}
        return {
            "Referer": self.page_url,
            "Content-Type": f"{types[self.encoding]}; charset=UTF-8",
        }

    def _dump_fields(self, *, in_body: bool) -> dict[str, Any]:
        values = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        fields = type(self).model_fields.items()
        marked = {f.alias or name for name, f in fields if InBody in f.metadata}
        return {name: value for name, value in values.items() if (name in marked) is in_body}

    # The position in its list

    @property
    def position(self) -> Any:
        """The values of its cursor parameters, a single one without a tuple; None = no pages."""
        cursors = tuple(getattr(self, name) for name in self.cursor_params)
        return cursors[0] if len(cursors) == 1 else cursors or None

    @property
    def page_key(self) -> Any:
        """What tells the pages of a list apart; a page with a key seen before is a circle."""
        return self.position

    @classmethod
    def check_page_size(cls, rows: int) -> None:
        """Check that its pages can hold `rows` rows.

        Raises:
            InputError: they cannot, or their size cannot be chosen.
        """
        if rows > cls.max_page_size:
            raise InputError(f"page_counts={rows}: a page holds {cls.max_page_size} at most")
        if cls.size_param not in cls.model_fields:
            raise InputError(f"page_counts={rows}: these pages have no size that can be chosen")

    @property
    def page_size(self) -> int:
        """The number of rows it asks for on a page; 0 = the platform decides."""
        size = getattr(self, self.size_param, 0)
        return size if isinstance(size, int) else 0

    def with_page_size(self, rows: int) -> Self:
        """Return a copy that asks for `rows` rows a page.

        Raises:
            InputError: its pages cannot hold that many, or their size cannot be chosen.
        """
        self.check_page_size(rows)
        return self.model_copy(update={self.size_param: rows})

    def resume_at(self, position: int) -> Self:
        """Return a copy that continues at a position, as a stopped run's report names it."""
        [name] = self.cursor_params
        return self.model_copy(update={name: position})

    def start_at(self, moment: datetime) -> Self:
        """Return a copy that begins with the newest row published at `moment` or earlier.

        Only for lists with a publication time (ms since 1970) as cursor.
        """
        return self.resume_at(int(moment.timestamp() * 1000))

    def build_second_way(self, now_ms: int) -> "Endpoint | None":  # noqa: ARG002 - none by default
        """Return another interface that lists the same from here on; None = there is none.

        It is requested if this one is refused or empty. `now_ms` is the time, in ms since 1970.
        """
        return None

    @property
    def way(self) -> str:
        """Its name in reports, as one of several ways to a list, such as "creator/item_list"."""
        return urlsplit(self.url).path.strip("/").removeprefix("api/")

    # The answer

    def decode(self, body: bytes) -> Any:
        """Decode the body of a response: JSON by default.

        Raises:
            ValueError: it is not JSON.
            ProtocolError: it is not in the interface's own format.
        """
        return decode_json(body)

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:  # noqa: ARG002 - none by default
        """Return the refusal that an answer expresses by codes or words; None = there is none."""
        return None

    def is_answered_by(self, answer: Mapping[str, Any]) -> bool:
        """Return whether every echoed parameter that an answer holds equals the one sent.

        Upper and lower case count as equal, since user names are not case-sensitive.
        """
        pairs = ((get_path(answer, path), getattr(self, name)) for path, name in self.echo.items())
        both = ((str(echoed), sent) for echoed, sent in pairs if echoed and sent)
        return all(echoed.casefold() == sent.casefold() for echoed, sent in both)

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the rows of an answer; the item at `item_path` counts as one row.

        A platform sends an empty list, or null beside a false `has_more`, for a list without rows.
        With `null_means_empty` the list may be absent as well.

        Raises:
            ProtocolError: the rows are missing or of another type.
        """
        path, kind = (self.rows_path, list) if self.rows_path else (self.item_path, dict)
        value = get_path(answer, path)
        if value is None and self._is_empty_list(answer):
            return []
        if not isinstance(value, kind):
            found = "nothing" if value is None else type(value).__name__
            raise ProtocolError(f"{path}: expected a {kind.__name__}, got {found}")
        return value if isinstance(value, list) else [value]

    def _is_empty_list(self, answer: Mapping[str, Any]) -> bool:
        """Return whether an answer without a value at `rows_path` means a list without rows.

        TikTok leaves the list out in the middle of one, too, and says that there is more (an answer
        of 2026-10). The first page shows rows, or says that it is the last.
        """
        if not self.rows_path:
            return False
        if get_path(answer, self.has_more_path) not in _NO_MORE:
            return self.null_means_empty and bool(self.position)
        return self.null_means_empty or _has_path(answer, self.rows_path)

    def read_total(self, answer: Mapping[str, Any]) -> int | None:
        """Return the number of rows in the whole list; None = this answer does not hold it.

        Raises:
            ProtocolError: the value is not a number.
        """
        missing = get_path(answer, self.total_path) is None
        return None if missing else _read_number(answer, self.total_path)

    def is_last_page(self, answer: Mapping[str, Any]) -> bool:
        """Return whether this page declares itself the last.

        Raises:
            ProtocolError: the answer does not say.
        """
        return not self.cursor_params or not _read_number(answer, self.has_more_path)

    def has_next_cursor(self, answer: Mapping[str, Any]) -> bool:
        """Return whether an answer holds a cursor of a next page, even on the last one."""
        return bool(self._read_cursors(answer))

    def next_page(self, answer: Mapping[str, Any]) -> Self:
        """Return the endpoint of the page after this one, regardless of `has_more`.

        One of several cursors may be absent: it stays as it was, and the list goes on by the
        others. (TikTok's list of followers, recorded 2025-10, has a minCursor alone.)

        Raises:
            ProtocolError: the answer holds no usable cursor.
        """
        values = self._read_cursors(answer)
        if self.cursor_params and not values:
            raise ProtocolError(f"{', '.join(self.cursor_params.values())}: cannot go on at None")
        try:
            return type(self).model_validate(dict(self) | values)
        except ValidationError as error:
            path = self.cursor_params[str(error.errors()[0]["loc"][0])]
            value = quote_value(get_path(answer, path))
            raise ProtocolError(f"{path}: cannot go on at {value}") from None

    def _read_cursors(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return the cursor parameters that an answer has values for."""
        found = {name: get_path(answer, path) for name, path in self.cursor_params.items()}
        return {name: value for name, value in found.items() if value not in _NO_CURSOR}

    # The same data elsewhere

    def find_other_channel(self) -> "Endpoint | None":
        """Return another interface with the same answer, for a refusal; None = there is none."""
        return None

    @property
    def site_page_url(self) -> str:
        """The URL of the HTML page that shows the same data; "" = there is none."""
        return ""

    def read_site_page(self, html: str) -> Mapping[str, Any]:  # noqa: ARG002 - none by default
        """Return the data of that HTML page in the shape of the interface's answer.

        Raises:
            ProtocolError: the page shows something else, or cannot be read.
        """
        raise ProtocolError("no page shows the same")


def decode_json(text: bytes | str) -> Any:
    """Decode JSON. Half an emoji, left by the platform's cut of a text, becomes "?".

    Raises:
        ValueError: it is not JSON, or deeper than any answer.
    """
    try:
        return from_json(text, cache_strings="keys")
    except ValueError:
        try:
            whole = json.dumps(json.loads(text), ensure_ascii=False)
        except RecursionError:
            raise ValueError("the JSON is too deep") from None
        return from_json(whole.encode(errors="replace"), cache_strings="keys")


def find_code(answer: Mapping[str, Any], *names: str) -> Any:
    """Return the first status code under these names that is not 0; 0 = there is none.

    A number may come as text. A code that is not a number is returned as text.
    """
    values = (answer.get(name) for name in names)
    codes = (str(code) for code in values if code not in (None, "", False))
    numbers = (int(code) if code.isdecimal() else code for code in codes)
    return next(filter(None, numbers), 0)


def get_path(answer: Any, path: str) -> Any:
    """Return the value at a dotted path; None = there is none."""
    for step in path.split("."):
        answer = answer.get(step) if isinstance(answer, Mapping) else None
    return answer


def _has_path(answer: Mapping[str, Any], path: str) -> bool:
    """Return whether a dotted path exists, even with null as its value."""
    above, _, name = path.rpartition(".")
    parent = get_path(answer, above) if above else answer
    return isinstance(parent, Mapping) and name in parent


def _encode_form(values: Mapping[str, Any]) -> str:
    """Encode parameters as the sites' own code does: true and false, lists joined by commas."""
    plain = {
        name: ",".join(map(str, value)) if isinstance(value, list) else _format_value(value)
        for name, value in values.items()
    }
    return urlencode(plain, quote_via=quote)


def _format_value(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _read_number(answer: Mapping[str, Any], path: str) -> int:
    """Return the number at a path; platforms mix 0, false, "0" and 1, true, "1", and send text."""
    value = get_path(answer, path)
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise ProtocolError(f"{path}: expected a number, got {quote_value(value)}") from None
