"""Files in an object store, or in a folder, by OpenDAL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import opendal
from opendal import exceptions
from opendal.layers import RetryLayer, TimeoutLayer

from f2scrapy.errors import InputError
from f2scrapy.store.address import Address
from f2scrapy.store.contract import PART, Abilities, Fault, Found, StoreError

_Result = TypeVar("_Result")
_FAULTS = {  # by the first word of the error
    "NotFound": Fault.ABSENT,
    "ConditionNotMatch": Fault.CONFLICT,
    "AlreadyExists": Fault.CONFLICT,
    "IsADirectory": Fault.CONFLICT,
    "PermissionDenied": Fault.REFUSED,
    "ConfigInvalid": Fault.REFUSED,
    "NotADirectory": Fault.REFUSED,
}
_ERRORS = (  # they have no base of their own (0.47, 2026-11)
    exceptions.AlreadyExists,
    exceptions.ConditionNotMatch,
    exceptions.ConfigInvalid,
    exceptions.Conflict,
    exceptions.Error,
    exceptions.IsADirectory,
    exceptions.IsSameFile,
    exceptions.NotADirectory,
    exceptions.NotFound,
    exceptions.PermissionDenied,
    exceptions.RangeNotSatisfied,
    exceptions.RateLimited,
    exceptions.Unexpected,
    exceptions.Unsupported,
)
_FULL = re.compile(r"os error (?:28|122)\b|InsufficientStorage|Quota\w*Exceeded|status: 507")
_CODE = re.compile(r'code: "(\w{1,60})"|status: (\d{3})')
_REFUSED = re.compile(r"status: 40[13]|os error (?:1|13|20|30)\b")
_PAUSE = 0.3  # seconds before the first retry; twice as long before the second
_TRIES = 2  # within one call; `Publisher` tries again, too


class ObjectStore:
    """A store that OpenDAL reaches; see `contract.Store`."""

    def __init__(self, address: Address) -> None:
        self._operator = _build_operator(address)
        has = self._operator.capability()
        self._moves_whole = bool(has.rename)
        self._has_condition = bool(has.write_with_if_not_exists)
        self.abilities = Abilities(
            writes_at_once=not self._moves_whole, moves=bool(has.rename or has.copy)
        )

    def find(self, key: str) -> Found | None:
        try:
            found = _call(lambda: self._operator.stat(key))
        except StoreError as error:
            if error.fault is Fault.ABSENT:
                return None
            raise
        return Found(found.content_length, found.etag or "")

    def write(
        self,
        key: str,
        pieces: Iterable[bytes],
        size: int,  # noqa: ARG002
        *,
        replace: bool = False,
    ) -> None:
        is_conditional = self._has_condition and not replace and self.abilities.writes_at_once
        try:
            self._send(key, pieces, {"if_not_exists": True} if is_conditional else {})
        except StoreError as error:
            if is_conditional and "NotImplemented" in str(error):
                self._has_condition = False  # for the next try
                raise StoreError(Fault.UNREACHABLE, "it knows no conditions") from None
            raise

    def _send(self, key: str, pieces: Iterable[bytes], condition: dict[str, Any]) -> None:
        # No `with`: leaving it by an error would commit the part that was sent (0.47, 2026-11).
        writer = _call(lambda: self._operator.open(key, "wb", chunk=PART, **condition))
        for piece in pieces:
            _call(lambda piece=piece: writer.write(piece))  # type: ignore[misc]
        _call(writer.close)

    def read(self, key: str) -> Iterator[bytes]:
        reader = _call(lambda: self._operator.open(key, "rb"))
        while piece := _call(lambda: reader.read(PART)):
            yield bytes(piece)
        reader.close()

    def move(self, source: str, target: str) -> None:
        move = self._operator.rename if self._moves_whole else self._operator.copy
        _call(lambda: move(source, target))

    def delete(self, key: str) -> None:
        _call(lambda: self._operator.delete(key))

    def list_files(self) -> Iterator[tuple[str, int]]:
        entries = _call(lambda: iter(self._operator.list("", recursive=True)))
        while (entry := _call(lambda: next(entries, None))) is not None:
            if not entry.path.endswith("/"):
                yield entry.path, entry.metadata.content_length

    def close(self) -> None:
        """Do nothing: OpenDAL keeps its own connections."""


def _build_operator(address: Address) -> opendal.Operator:
    name = "container" if address.scheme == "azblob" else "bucket"
    place = {"root": f"/{address.path}"} | ({name: address.host} if address.host else {})
    if address.scheme == "file":
        place = {"root": address.path}
    if address.scheme == "s3":  # one minute of waiting on a machine that is not Amazon's
        place |= {"disable_ec2_metadata": "true", "region": "us-east-1"}
    scheme = "fs" if address.scheme == "file" else address.scheme
    try:
        operator = opendal.Operator(scheme, **place | dict(address.options))
    except _ERRORS as error:
        fault = str(error).splitlines()[0].partition("=>")[2].strip() or type(error).__name__
        raise InputError(f"F2_PUBLISH={address}: {fault}; see F2_PUBLISH_OPTIONS") from None
    timeout = TimeoutLayer(timeout=30, io_timeout=60)
    return operator.layer(timeout).layer(RetryLayer(max_times=_TRIES, min_delay=_PAUSE))


def _call(call: Callable[[], _Result]) -> _Result:
    """Return the result of a call of OpenDAL.

    Raises:
        StoreError: it failed.
    """
    try:
        return call()
    except (*_ERRORS, OSError) as error:  # an open file raises OSErrors, with the same text
        text = str(error)  # with addresses and headers: only codes are taken from it
        found = _CODE.search(text)
        code = next(filter(None, found.groups()), "") if found else ""
        raise StoreError(_find_fault(text), code) from None


def _find_fault(text: str) -> Fault:
    if _FULL.search(text):
        return Fault.FULL
    if "NoSuchBucket" in text or _REFUSED.search(text):
        return Fault.REFUSED
    return _FAULTS.get(text.partition(" ")[0], Fault.UNREACHABLE)
