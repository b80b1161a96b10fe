"""Make the base of F2's request models: an endpoint under F2's names of its parameters."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from pydantic import ValidationError

from f2scrapy.api.session import Session
from f2scrapy.api.signed_request import build_query
from f2scrapy.errors import InputError
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.text import describe_invalid


class Model:
    """The parameters of one interface, by the platform's names; `endpoint` requests it.

    Nothing is requested to make one. (F2 asks for an msToken when its module is imported.)

    Raises:
        InputError: a parameter is unknown, missing or of another type.
    """

    kind: ClassVar[type[Endpoint]]
    unused: ClassVar[tuple[str, ...]] = ()  # parameters that the identity or the signature gives

    def __init__(self, **params: Any) -> None:
        given = {name: value for name, value in params.items() if name not in self.unused}
        known = {name: value for name, value in given.items() if value is not None}
        try:
            self.endpoint: Endpoint = self.kind.model_validate(known)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            name = ".".join(map(str, fault["loc"]))
            raise InputError(
                f"{type(self).__name__}({name}=…): {describe_invalid(fault)}"
            ) from None

    def __getattr__(self, name: str) -> Any:
        if name == "endpoint":
            raise AttributeError(name)
        return getattr(self.endpoint, name)

    def model_dump(self) -> dict[str, str]:
        """Return all parameters in the page's order: the browser's, its own, known tokens.

        A token that no request has brought yet is left out, or "".
        """
        identity = Session(self.kind.platform).identity
        query = build_query(identity, self.endpoint, defaultdict(str, identity.facts))
        return dict(parse_qsl(query, keep_blank_values=True))


def get_endpoint(params: Model | Endpoint) -> Endpoint:
    """Return the endpoint of a model; an endpoint of f2scrapy is one itself."""
    return params.endpoint if isinstance(params, Model) else params
