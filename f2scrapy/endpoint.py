"""Endpoint: what is asked, where the rows lie, how the page turns; no Scrapy, no socket."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict

from f2scrapy.errors import ProtocolError


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
    rows: ClassVar[str] = ""  # key of the list of rows; "" = the answer is one thing
    required: ClassVar[tuple[str, ...]] = ()  # keys without which an answer is of unknown shape

    def query(self) -> str:
        """Its own parameters, percent-encoded as a browser does; None is left out."""
        values = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return urlencode(values, quote_via=quote)

    def body(self) -> bytes:
        """What a POST carries."""
        return b""

    def rows_of(self, page: dict[str, Any]) -> list[Any]:
        """The rows of one answer.

        Raises:
            ProtocolError: the list is missing or is none; a platform that has nothing to show
                sends an empty list, or null beside a has_more.
        """
        rows = page.get(self.rows, _MISSING)
        if rows is None and "has_more" in page:
            return []
        if not isinstance(rows, list):
            raise ProtocolError(f"{self.rows}: expected a list, got {_describe(rows)}")
        return rows

    def next(self, page: dict[str, Any]) -> Self | None:  # noqa: ARG002 - the last page by default
        """The endpoint of the page after this one; None where this was the last.

        Raises:
            ProtocolError: the answer does not say whether or where it goes on.
        """
        return None


_MISSING = object()


def _describe(value: Any) -> str:
    return "nothing" if value is _MISSING else type(value).__name__
