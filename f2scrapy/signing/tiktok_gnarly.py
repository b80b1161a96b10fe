"""X-Gnarly 5.1.x, which TikTok's web pages sent in 2025: MD5 of query, body and user agent."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from .codec import SignatureError
from .tiktok_envelope import (
    ALPHABET,
    TEXTS,
    check_hashes,
    contains_key,
    draw,
    hash_parts,
    pack,
    seal,
    unpack,
    unseal_cut,
    xor_heads,
)

Fields = dict[int, bytes]  # numbers of 2 or 4 bytes, big-endian; and texts

_FIELD_7 = 1508145731
_SDK = b"1.0.0.314"  # fields 10 to 12 go with 5.1.1
_COUNTS = {"5.1.0": 10, "5.1.1": 13}  # fields of each version
_OPENINGS = tuple(bytes((count, 1, 0, 2, 0, 1, 2)) for count in _COUNTS.values())


class Gnarly(NamedTuple):
    """A decoded signature."""

    time: int  # s since 1970
    env: int
    version: str
    fields: Fields
    payload: bytes  # without the bytes that the encoding lost

    @property
    def time_ms(self) -> int:
        return self.time * 1000


def sign(
    query: str,
    user_agent: str,
    time_ms: int,
    random: Callable[[], float],
    *,
    body: bytes = b"",
    env: int = 0,
    version: str = "5.1.1",
    key: Sequence[int] | None = None,
) -> str:
    """Return the signature of *query*, percent-encoded as sent, at *time_ms* since 1970.

    *random* is drawn from 12 times for the words of the cipher's key, unless *key* gives them; and
    again, if a part of the key would be in the bytes that the encoding loses (TikTok's own code
    then sends a signature that cannot be decrypted).

    Raises:
        ValueError: *version* is neither 5.1.0 nor 5.1.1.
    """
    if version not in _COUNTS:
        raise ValueError(f"X-Gnarly here is {' or '.join(_COUNTS)}, not {version}")
    fields = {1: _to_bytes(1), 2: _to_bytes(env)} | hash_parts(query, body, user_agent)
    fields |= {6: _to_bytes(time_ms // 1000), 7: _to_bytes(_FIELD_7)}
    fields |= {8: _to_bytes(time_ms * 1000 & 0x7FFFFFFF), 9: version.encode()}
    if version == "5.1.1":
        fields |= {10: _SDK, 11: _to_bytes(1)}
        fields[12] = _to_bytes(xor_heads(fields.values()))
    fields[0] = _to_bytes(_compute_checksum(fields))
    payload = bytes((len(fields),)) + pack(fields)
    while True:
        words = draw(random) if key is None else key
        sealed = seal(payload, words)
        raw = sealed[: len(sealed) // 3 * 3]  # TikTok's code loses up to two bytes likewise
        if key is not None or contains_key(raw, words):
            return ALPHABET.encode(raw)


def decode(signature: str) -> Gnarly:
    """Decode *signature* without checking it against a request.

    Raises:
        SignatureError: it is not an X-Gnarly 5.1.x.
    """
    fields, payload = _open(ALPHABET.decode(signature))
    before = (fields[number] for number in range(1, 12))
    if 12 in fields and fields[12] != _to_bytes(xor_heads(before)):
        raise SignatureError("X-Gnarly field 12 differs")
    if fields[0] != _to_bytes(_compute_checksum(fields)):
        raise SignatureError("X-Gnarly checksum differs")
    time, env = (int.from_bytes(fields[number], "big") for number in (6, 2))
    return Gnarly(time, env, fields[9].decode("latin-1"), fields, payload)


def verify(signature: str, query: str, user_agent: str, *, body: bytes = b"") -> Gnarly:
    """Decode *signature* and check it against its request.

    *query* is the part before `&X-Gnarly=`, as sent.

    Raises:
        SignatureError: malformed, or made for another query, body or user agent.
    """
    found = decode(signature)
    check_hashes(found.fields, query, body, user_agent)
    return found


def _to_bytes(number: int) -> bytes:
    return number.to_bytes(2 if number < 65535 else 4, "big")


def _compute_checksum(fields: Fields) -> int:
    return xor_heads(value for number, value in fields.items() if number and number not in TEXTS)


def _open(raw: bytes) -> tuple[Fields, bytes]:
    for lost in range(3):
        for payload in unseal_cut(raw, lost):
            with suppress(SignatureError):  # another number of bytes was lost
                return _parse(payload, lost), payload
    raise SignatureError("X-Gnarly cannot be decrypted")


def _parse(payload: bytes, lost: int) -> Fields:
    """Return the fields of *payload*; its *lost* last bytes follow from the checksum."""
    if not payload.startswith(_OPENINGS):
        raise SignatureError("X-Gnarly begins otherwise")
    fields = unpack(payload[1:], lost)
    if sorted(fields) != list(range(payload[0])):
        raise SignatureError("X-Gnarly has other fields")
    fields[0] += _to_bytes(_compute_checksum(fields))[len(fields[0]) :]
    return fields
