"""Endpoint: what is asked, where the rows lie, how the page turns; no Scrapy, no socket."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict

from f2scrapy.errors import ProtocolError, Refused


class Login(StrEnum):
    """What an endpoint asks of the identity."""

    GUEST = "guest"  # any visitor
    ACCOUNT = "account"  # cookies of a logged-in browser


class Endpoint(BaseModel):
    """One interface of a platform; the fields are its own query parameters, in the page's order.

    The parameters that describe the browser, the tokens and the signature are added on the wire
    (`middlewares/signing.py`): `params` and `scheme` name them in `client.yaml`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    platform: ClassVar[str]
    url: ClassVar[str]
    referer: ClassVar[str]
    method: ClassVar[str] = "GET"
    params: ClassVar[str] = "web"  # set of browser parameters in client.yaml
    scheme: ClassVar[str] = ""  # signature, by its name in client.yaml; "" = unsigned
    login: ClassVar[Login] = Login.GUEST
    rows: ClassVar[str] = ""  # key of the list of rows in an answer
    thing: ClassVar[str] = ""  # key of the one thing an answer is about, where there are no rows
    cursor: ClassVar[str] = ""  # the parameter that turns the page, and its key in an answer

    def query(self) -> str:
        """Its own parameters, percent-encoded as a browser does; None is left out."""
        values = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return urlencode(values, quote_via=quote)

    def body(self) -> bytes:
        """What a POST carries."""
        return b""

    @property
    def place(self) -> Any:
        """Where in its list this page begins; None where there are no pages."""
        return getattr(self, self.cursor) if self.cursor else None

    def rows_of(self, page: dict[str, Any]) -> list[Any]:
        """The rows of one answer; the one thing it is about counts as one row.

        Raises:
            ProtocolError: what should be there is missing or of another type. A platform that has
                nothing to show sends an empty list, or null beside a has_more.
        """
        key, kind = (self.rows, list) if self.rows else (self.thing, dict)
        value = page.get(key)
        if value is None and self.rows in page and "has_more" in page:
            return []
        if not isinstance(value, kind):
            found = type(value).__name__ if key in page else "nothing"
            raise ProtocolError(f"{key}: expected a {kind.__name__}, got {found}")
        return value if isinstance(value, list) else [value]

    def next(self, page: dict[str, Any]) -> Self | None:
        """The endpoint of the page after this one; None where this was the last.

        Raises:
            ProtocolError: the answer does not say whether or where it goes on.
        """
        if not self.cursor or not _number(page, "has_more"):
            return None
        return self.model_copy(update={self.cursor: _number(page, self.cursor)})

    def refusal(self, page: dict[str, Any]) -> Refused | None:  # noqa: ARG002 - none by default
        """What only this interface's answers say of a thing that cannot be had; None = nothing."""
        return None


def _number(page: dict[str, Any], key: str) -> int:
    """The platforms send 0, false, "0" and 1, true, "1" for one another."""
    try:
        return int(page[key])
    except (KeyError, TypeError, ValueError):
        raise ProtocolError(f"{key}: expected a number, got {page.get(key)!r}") from None
