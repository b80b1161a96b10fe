"""Describe what a piece of HLS is made of: files, ranges of files, and keys; no I/O.

RFC 8216: EXT-X-BYTERANGE (4.3.2.2), EXT-X-KEY (4.3.2.4), EXT-X-MAP (4.3.2.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from f2scrapy.errors import ProtocolError
from f2scrapy.live.fragment import StreamError

KEY_BYTES = 16
_AES = "AES-128"
_IDENTITY = "identity"  # the format of keys that are sent as they are
_BITS = 128  # of a block


@dataclass(frozen=True, slots=True)
class Resource:
    """A file, or a range of bytes in it."""

    url: str
    start: int = 0
    length: int | None = None  # None = to the end of the file

    @property
    def headers(self) -> dict[str, str]:
        """The request headers for the range; browsers ask for it without compression."""
        if self.length is None:
            return {}
        span = f"bytes={self.start}-{self.start + self.length - 1}"
        return {"Range": span, "Accept-Encoding": "identity"}

    def cut(self, body: bytes, *, is_whole_file: bool) -> bytes:
        """Return the range, from an answer that may have the whole file.

        Raises:
            StreamError: it has less.
        """
        if self.length is None:
            return body
        found = body[self.start : self.start + self.length] if is_whole_file else body
        if len(found) != self.length:
            raise StreamError("a range of a file is not whole")
        return found


@dataclass(frozen=True, slots=True)
class Key:
    """How pieces are encrypted: AES-128, each piece as a whole."""

    url: str
    iv: bytes

    def decrypt(self, key: bytes, data: bytes) -> bytes:
        """Return the plain data.

        Raises:
            StreamError: the key or the data is damaged.
        """
        try:
            decryptor = Cipher(AES(key), CBC(self.iv)).decryptor()
            remover = PKCS7(_BITS).unpadder()
            padded = decryptor.update(data) + decryptor.finalize()
            return remover.update(padded) + remover.finalize()
        except ValueError:
            raise StreamError("a piece cannot be decrypted") from None


def join_address(base: str, address: str) -> str:
    """Return an address of a playlist as an absolute one.

    Raises:
        StreamError: it cannot be read, such as "http://[".
    """
    try:
        return urljoin(base, address)
    except ValueError:
        raise StreamError("the playlist has an address that cannot be read") from None


def read_key(row: Any, base: str, number: int) -> Key | None:
    """Return the key of a row of m3u8, None if it is not encrypted; `number` is that of its piece.

    Raises:
        ProtocolError: it is encrypted in another way.
        StreamError: its key cannot be read.
    """
    key = row.key
    if key is None or key.method in (None, "NONE"):
        return None
    if key.method != _AES or not key.uri or (key.keyformat or _IDENTITY) != _IDENTITY:
        raise ProtocolError(f"the pieces of this stream are encrypted ({key.method})")
    try:
        iv = int(key.iv, 16) if key.iv else number
    except ValueError:
        raise StreamError("the playlist has a key that cannot be read") from None
    return Key(join_address(base, key.uri), (iv % (1 << _BITS)).to_bytes(KEY_BYTES, "big"))


def read_range(text: str, url: str, before: Resource | None = None) -> Resource:
    """Return the resource of a URL and a byte range, such as 1000@100, 1000 or "".

    A range without an offset begins where that of `before`, the piece before, ends.

    Raises:
        StreamError: there is no piece before.
    """
    if not text:
        return Resource(url)
    length, _, offset = text.partition("@")
    if offset:
        return Resource(url, int(offset), int(length))
    if before is None or before.length is None or _drop_query(before.url) != _drop_query(url):
        raise StreamError("a range of a file has no beginning")
    return Resource(url, before.start + before.length, int(length))


def _drop_query(url: str) -> SplitResult:
    """Return an address without its query: each playlist signs the same file again."""
    return urlsplit(url)._replace(query="")
