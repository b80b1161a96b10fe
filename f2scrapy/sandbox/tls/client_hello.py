"""Read a TLS ClientHello (RFC 8446, 4.1.2) and compute its JA4 (as FoxIO published it)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

_HANDSHAKE, _CLIENT_HELLO = 22, 1
_SERVER_NAME, _GROUPS, _SIGNATURES, _ALPN, _PSK, _VERSIONS = 0, 10, 13, 16, 41, 43  # extensions
_VERSION_NAMES = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10"}


class Malformed(ValueError):
    """The bytes are no ClientHello."""


class _Reader:
    """Reads numbers and blocks from bytes, in network order."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, size: int) -> bytes:
        if self._at + size > len(self._data):
            raise Malformed("the ClientHello ends early")
        self._at += size
        return self._data[self._at - size : self._at]

    def read_number(self, size: int) -> int:
        return int.from_bytes(self.take(size))

    def read_block(self, size: int) -> _Reader:
        """Return the block after a length of `size` bytes."""
        return _Reader(self.take(self.read_number(size)))

    def take_all(self) -> bytes:
        return self.take(len(self._data) - self._at)

    def read_numbers(self) -> list[int]:
        """Return the rest as numbers of two bytes."""
        rest = self.take_all()
        return [int.from_bytes(rest[at : at + 2]) for at in range(0, len(rest), 2)]


@dataclass
class ClientHello:
    """What a client offers. Numbers are those of the wire, without GREASE (RFC 8701)."""

    version: int
    ciphers: list[int]
    extensions: list[int] = field(default_factory=list)
    server_name: str = ""
    groups: list[int] = field(default_factory=list)
    signatures: list[int] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    alpn: list[str] = field(default_factory=list)

    @property
    def is_resumed(self) -> bool:
        """Whether it resumes a session: one extension more, and so another JA4."""
        return _PSK in self.extensions

    @property
    def ja4(self) -> str:
        """The fingerprint by which servers compare clients."""
        return self._compute_ja4(self.extensions)

    @property
    def ja4_of_new(self) -> str:
        """The same, as if it resumed no session."""
        return self._compute_ja4([kind for kind in self.extensions if kind != _PSK])

    def _compute_ja4(self, extensions: list[int]) -> str:
        version = _VERSION_NAMES.get(max(self.versions, default=self.version), "00")
        name = "d" if _SERVER_NAME in extensions else "i"
        alpn = f"{self.alpn[0][0]}{self.alpn[0][-1]}" if self.alpn else "00"
        counts = f"{min(len(self.ciphers), 99):02}{min(len(extensions), 99):02}"
        others = sorted(set(extensions) - {_SERVER_NAME, _ALPN})
        tail = "_".join(filter(None, (_join(others), _join(self.signatures))))
        return (
            f"t{version}{name}{counts}{alpn}_{_digest(_join(sorted(self.ciphers)))}_{_digest(tail)}"
        )


def find_message(data: bytes) -> bytes | None:
    """Return the first handshake message in TLS records; None = more bytes are needed.

    Raises:
        Malformed: it is no TLS.
    """
    message, at = b"", 0
    while len(data) >= at + 5:
        if data[at] != _HANDSHAKE:
            raise Malformed("no TLS handshake")
        size = int.from_bytes(data[at + 3 : at + 5])
        if len(data) < at + 5 + size:
            return None
        message += data[at + 5 : at + 5 + size]
        at += 5 + size
        if len(message) >= 4 and len(message) >= 4 + int.from_bytes(message[1:4]):
            return message
    return None


def parse_hello(message: bytes) -> ClientHello:
    """Parse a handshake message.

    Raises:
        Malformed: it is no ClientHello.
    """
    if message[:1] != bytes([_CLIENT_HELLO]):
        raise Malformed("no ClientHello")
    body = _Reader(message[4:])
    version = body.read_number(2)
    body.take(32)  # random
    body.read_block(1)  # session id
    hello = ClientHello(version, _drop_grease(body.read_block(2).read_numbers()))
    body.read_block(1)  # compression
    extensions = body.read_block(2) if body else _Reader(b"")
    while extensions:
        kind = extensions.read_number(2)
        _read_extension(hello, kind, extensions.read_block(2))
        hello.extensions += _drop_grease([kind])
    return hello


def _read_extension(hello: ClientHello, kind: int, data: _Reader) -> None:
    if kind == _SERVER_NAME and data:
        names = data.read_block(2)
        names.take(1)
        hello.server_name = names.read_block(2).take_all().decode("ascii", "replace")
    elif kind == _GROUPS:
        hello.groups = _drop_grease(data.read_block(2).read_numbers())
    elif kind == _SIGNATURES:
        hello.signatures = _drop_grease(data.read_block(2).read_numbers())
    elif kind == _VERSIONS:
        hello.versions = _drop_grease(data.read_block(1).read_numbers())
    elif kind == _ALPN:
        names = data.read_block(2)
        while names:
            hello.alpn.append(names.read_block(1).take_all().decode("latin-1"))


def _drop_grease(numbers: list[int]) -> list[int]:
    return [n for n in numbers if n & 0x0F0F != 0x0A0A or n >> 8 != n & 0xFF]


def _join(numbers: list[int]) -> str:
    return ",".join(f"{number:04x}" for number in numbers)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12
