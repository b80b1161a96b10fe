"""Files on a WebDAV server, such as Nextcloud or a NAS, by webdav4."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple, TypeVar
from urllib.parse import quote

import httpx
from webdav4.client import (
    BadGatewayError,
    Client,
    ClientError,
    ForbiddenOperation,
    HTTPError,
    InsufficientStorage,
    ResourceAlreadyExists,
    ResourceConflict,
    ResourceNotFound,
)

from f2scrapy.store.address import Address
from f2scrapy.store.contract import PART, Abilities, Fault, Found, StoreError

_Result = TypeVar("_Result")
_TIMEOUT = httpx.Timeout(30.0, read=300.0)  # seconds; some servers copy a file before they answer


class _Entry(NamedTuple):
    """What the server says of one path."""

    path: str  # on the server, without slashes at its ends
    size: int
    is_folder: bool


class WebdavStore:
    """A store on a WebDAV server; see `contract.Store`."""

    abilities = Abilities(writes_at_once=False, moves=True)

    def __init__(self, address: Address, password: str) -> None:
        scheme = "http" if address.scheme.endswith("+http") else "https"
        port = f":{address.port}" if address.port else ""
        login = (address.user, password) if address.user else None
        url = f"{scheme}://{address.host}{port}"
        self._client = Client(url, auth=login, timeout=_TIMEOUT, retry=False)
        self._root = address.path
        self._folders: set[str] = set()  # on the server

    def find(self, key: str) -> Found | None:
        found = [one for one in self._ask(key, depth=0) if not one.is_folder]
        return Found(found[0].size) if found else None  # an ETag is of no known kind

    def _ask(self, key: str, depth: int) -> list[_Entry]:
        """Return what the server says of a path, and with the depth 1 of what is in it."""
        call = partial(self._client.propfind, self._locate(key), headers={"Depth": str(depth)})
        try:
            found = _call(call).responses.values()
        except StoreError as error:
            if error.fault is Fault.ABSENT:
                return []
            raise
        entries = []
        for one in found:
            size, is_folder = one.properties.content_length, one.properties.collection
            entries.append(_Entry(one.path_norm.strip("/"), size or 0, bool(is_folder)))
        return entries

    def write(
        self,
        key: str,
        pieces: Iterable[bytes],
        size: int,
        *,
        replace: bool = False,  # noqa: ARG002
    ) -> None:
        self._make_folder(self._locate(key))
        headers = {"Content-Length": str(size)}
        place = self._locate(key)
        try:
            _call(lambda: self._client.request("PUT", place, content=pieces, headers=headers))
        except StoreError as error:
            self._folders.clear()  # somebody may have deleted one
            if error.fault is Fault.ABSENT:
                raise StoreError(Fault.UNREACHABLE, "its folder is gone") from None
            raise

    def read(self, key: str) -> Iterator[bytes]:
        url = self._client.join_url(self._locate(key))
        with _convert_errors(), self._client.http.stream("GET", url) as response:
            response.raise_for_status()
            yield from response.iter_bytes(PART)

    def move(self, source: str, target: str) -> None:
        self._make_folder(self._locate(target))
        _call(lambda: self._client.move(self._locate(source), self._locate(target)))

    def delete(self, key: str) -> None:
        try:
            _call(lambda: self._client.remove(self._locate(key)))
        except StoreError as error:
            if error.fault is not Fault.ABSENT:
                raise

    def list_files(self) -> Iterator[tuple[str, int]]:
        start = len(self._root) + 1 if self._root else 0
        folders = [""]
        while folders:
            folder = folders.pop()
            for path, size, is_folder in self._ask(folder, depth=1):
                key = path[start:]
                if not is_folder:
                    yield key, size
                elif key != folder:
                    folders.append(key)

    def _make_folder(self, path: str) -> None:
        """Create the folder of a path on the server, and those above it, as far as they miss."""
        folder = path.rpartition("/")[0]
        if not folder or folder in self._folders:
            return
        if not self._make_one_folder(folder):
            self._make_folder(folder)
            if not self._make_one_folder(folder):
                raise StoreError(Fault.REFUSED, "409")
        self._folders.add(folder)

    def _make_one_folder(self, folder: str) -> bool:
        """Return whether the folder exists now; False = the one above it does not."""
        try:
            _call(lambda: self._client.mkdir(folder))
        except StoreError as error:
            if error.fault not in (Fault.ABSENT, Fault.CONFLICT):
                raise
            return error.fault is Fault.CONFLICT  # it is there
        return True

    def _locate(self, key: str) -> str:
        # httpx refuses ? and # in a path, and leaves % before two digits (0.28, 2026-11).
        return quote("/".join(filter(None, (self._root, key))))

    def close(self) -> None:
        self._client.http.close()


def _call(call: Callable[[], _Result]) -> _Result:
    """Return the result of a call of webdav4.

    Raises:
        StoreError: it failed.
    """
    with _convert_errors():
        return call()


@contextmanager
def _convert_errors() -> Iterator[None]:
    try:
        yield
    except InsufficientStorage:
        raise StoreError(Fault.FULL, "507") from None
    except (ResourceNotFound, ResourceConflict):  # a folder above it is missing
        raise StoreError(Fault.ABSENT, "404") from None
    except ResourceAlreadyExists:
        raise StoreError(Fault.CONFLICT) from None
    except ForbiddenOperation:
        raise StoreError(Fault.REFUSED, "403") from None
    except HTTPError as error:
        raise StoreError(_find_fault(error.status_code), str(error.status_code)) from None
    except httpx.HTTPStatusError as error:
        status = error.response.status_code
        raise StoreError(_find_fault(status), str(status)) from None
    except (ClientError, BadGatewayError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise StoreError(Fault.UNREACHABLE, type(error).__name__) from None


def _find_fault(status: int) -> Fault:
    if status in (401, 403):
        return Fault.REFUSED
    if status in (404, 409):
        return Fault.ABSENT
    if status in (405, 412):  # MKCOL and MOVE, if there is something
        return Fault.CONFLICT
    return Fault.FULL if status == 507 else Fault.UNREACHABLE
