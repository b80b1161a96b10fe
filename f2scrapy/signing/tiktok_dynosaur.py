"""X-Dynosaur and X-Gnarly 5.3.2 (SDK 2.0.0.561), which TikTok's web pages sent in 2026.

Versions, the canvas hash and the state hash change with the SDK's build.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from .codec import SignatureError, append, cut, fold
from .tiktok_envelope import (
    ALPHABET,
    TEXTS,
    check_hashes,
    draw,
    hash_parts,
    pack,
    seal,
    unpack,
    unseal,
    xor_heads,
)
from .tiktok_text import A, B, hash32

VERSION = "5.3.2"
SDK = "2.0.0.561"
_ALL = 0xFFFFFFFF

# Fields of X-Dynosaur: two under another cipher, the constant ones, the numbers.
_CHECKSUM = 0x20
_UNITS = {0x21: "1", 0x22: "1"}
_CONSTANTS = dict.fromkeys((0x23, 0x28, 0x29, 0x2D, 0x32, 0x33, 0x37), "0") | {
    0x2A: VERSION,
    0x2C: "-1",  # hash of the canvas
    0x31: SDK,
}
_HASH_OF_NOTHING, _HASH_OF_QUERY, _HASH_OF_AGENT, _STATE = 0x2B, 0x2E, 0x30, 0x38
_STATE_HASH = 0xC46CE353

_COUNT = 16  # fields of X-Gnarly


class Page(NamedTuple):
    """The values that stay the same while a page is open."""

    name: str = "www.tiktok.com/"  # host and path
    env: int = 129
    ub: int = 14


PAGE = Page()


class Dynosaur(NamedTuple):
    """A decoded X-Dynosaur."""

    time: int  # s since 1970
    nonce: int
    sequence: int  # counts the page's signatures, from 1
    page: Page
    payload: bytes


class Gnarly(NamedTuple):
    """A decoded X-Gnarly of version 5.3.2."""

    time: int  # s since 1970
    nonces: tuple[int, int]
    sequence: int
    env: int
    ub: int
    payload: bytes


class WebSign(NamedTuple):
    """Both decoded signatures of a query."""

    query: str  # before signing, without msToken
    ms_token: str  # percent-encoded as in the query
    dynosaur: Dynosaur
    gnarly: Gnarly

    @property
    def time_ms(self) -> int:
        return min(self.dynosaur.time, self.gnarly.time) * 1000


def sign(
    query: str,
    user_agent: str,
    time: int,
    random: Callable[[], float],
    *,
    ms_token: str = "",
    body: bytes = b"",
    sequence: int = 1,
    page: Page = PAGE,
) -> str:
    """Return the query to send: *query* and the four parameters, in the order of the site.

    *query* is percent-encoded as sent and has no msToken; *ms_token* is that value, encoded.
    *time* is s since 1970, *sequence* counts the page's signatures from 1. *random* is drawn from
    27 times.
    """
    nonce, first, second = draw(random, 3)
    value = sign_dynosaur(
        query, user_agent, time, nonce, draw(random), sequence=sequence, page=page
    )
    covered = append(append(query, "X-Dynosaur", value), "msToken", ms_token)
    gnarly = sign_gnarly(
        covered,
        user_agent,
        time,
        (first, second),
        draw(random),
        body=body,
        sequence=sequence,
        page=page,
    )
    return f"{covered}&X-Bogus=1&X-Gnarly={gnarly}"


def sign_dynosaur(
    query: str,
    user_agent: str,
    time: int,
    nonce: int,
    key: Sequence[int],
    *,
    sequence: int = 1,
    page: Page = PAGE,
) -> str:
    """Return the X-Dynosaur of *query*; *key* has 12 words of 32 bits, *nonce* is another."""
    texts = _CONSTANTS | {
        0x24: str(_mix(time, nonce, page.env)),
        0x25: str(sequence),
        0x26: str(page.env),
        0x27: str(time),
        0x2F: str(sequence),
        0x34: str(nonce),
        0x35: page.name,
        0x36: str(page.ub),
    }
    numbers = {
        _HASH_OF_NOTHING: hash32(""),
        _HASH_OF_QUERY: hash32(query),
        _HASH_OF_AGENT: hash32(user_agent),
        _STATE: _STATE_HASH,
    }
    fields = {number: B.encode(text) for number, text in _UNITS.items()}
    fields |= {number: A.encode(text) for number, text in texts.items()}
    fields |= {number: value.to_bytes(4, "big") for number, value in numbers.items()}
    fields[_CHECKSUM] = B.encode(_compute_checksum(fields))
    return ALPHABET.encode(seal(pack(dict(sorted(fields.items()))), key))


def sign_gnarly(
    covered: str,
    user_agent: str,
    time: int,
    nonces: tuple[int, int],
    key: Sequence[int],
    *,
    body: bytes = b"",
    sequence: int = 1,
    page: Page = PAGE,
) -> str:
    """Return the X-Gnarly of *covered*, the query with X-Dynosaur and msToken."""
    numbers = {1: page.env, 2: page.ub, 11: 1, 12: sequence, 13: sequence}
    words = {6: time, 8: nonces[0], 14: _mix(time, nonces[0], page.env), 15: nonces[1]}
    fields = {number: value.to_bytes(2, "big") for number, value in numbers.items()}
    fields |= {number: value.to_bytes(4, "big") for number, value in words.items()}
    fields |= hash_parts(covered, body, user_agent) | {9: VERSION.encode(), 10: SDK.encode()}
    fields[16] = _complement(fields.values())
    fields[0] = _complement(value for number, value in fields.items() if number not in TEXTS)
    raw = seal(bytes((_COUNT,)) + pack(dict(sorted(fields.items()))), key)
    return ALPHABET.encode(raw)


def decode_dynosaur(signature: str) -> tuple[Dynosaur, Mapping[int, bytes]]:
    """Decode an X-Dynosaur without checking it against a request; return all its fields, too.

    Raises:
        SignatureError: it is not an X-Dynosaur of this version.
    """
    payload = unseal(ALPHABET.decode(signature))
    fields = unpack(payload)
    texts = _decode_texts(fields)
    if texts[_CHECKSUM] != _compute_checksum(fields):
        raise SignatureError("X-Dynosaur checksum differs")
    for number, text in (_UNITS | _CONSTANTS).items():
        if texts[number] != text:
            raise SignatureError(f"X-Dynosaur field {number:02X} is not {text!r}")
    env, time, nonce = (_parse_number(texts[number]) for number in (0x26, 0x27, 0x34))
    if _parse_number(texts[0x24]) != _mix(time, nonce, env):
        raise SignatureError("X-Dynosaur mix differs")
    if texts[0x25] != texts[0x2F]:
        raise SignatureError("X-Dynosaur sequences differ")
    page = Page(texts[0x35], env, _parse_number(texts[0x36]))
    return Dynosaur(time, nonce, _parse_number(texts[0x25]), page, payload), fields


def decode_gnarly(signature: str) -> tuple[Gnarly, Mapping[int, bytes]]:
    """Decode an X-Gnarly without checking it against a request; return all its fields, too.

    Raises:
        SignatureError: it is not an X-Gnarly of this version.
    """
    payload = unseal(ALPHABET.decode(signature))
    fields = unpack(payload[1:])
    if payload[0] != _COUNT or set(fields) != {*range(17)} - {7}:
        raise SignatureError("X-Gnarly has other fields")
    inner = {number: value for number, value in fields.items() if number not in (0, 16)}
    numbers = [fields[number] for number in fields if number and number not in TEXTS]
    if fields[16] != _complement(inner.values()) or fields[0] != _complement(numbers):
        raise SignatureError("X-Gnarly checksum differs")
    if fields[9] != VERSION.encode() or fields[10] != SDK.encode():
        raise SignatureError("X-Gnarly is of another version")
    value = {number: int.from_bytes(fields[number], "big") for number in fields}
    if value[14] != _mix(value[6], value[8], value[1]):
        raise SignatureError("X-Gnarly mix differs")
    nonces = value[8], value[15]
    return Gnarly(value[6], nonces, value[12], value[1], value[2], payload), fields


def verify(query: str, user_agent: str, *, body: bytes = b"") -> WebSign:
    """Decode and check both signatures of *query*, as sent.

    Raises:
        SignatureError: a parameter is missing, malformed, or made for another request.
    """
    rest, signature = cut(query, "X-Gnarly")
    gnarly, fields = decode_gnarly(signature)
    covered, literal = cut(rest, "X-Bogus")
    if literal != "1":
        raise SignatureError("X-Bogus is not 1")
    check_hashes(fields, covered, body, user_agent)
    rest, _ = cut(covered, "msToken")
    unsigned, signature = cut(rest, "X-Dynosaur")
    dynosaur = _verify_dynosaur(signature, unsigned, user_agent)
    return WebSign(unsigned, covered.rpartition("msToken=")[2], dynosaur, gnarly)


def _verify_dynosaur(signature: str, query: str, user_agent: str) -> Dynosaur:
    found, fields = decode_dynosaur(signature)
    if fields[_HASH_OF_QUERY] != hash32(query).to_bytes(4, "big"):
        raise SignatureError("X-Dynosaur query hash differs")
    if fields[_HASH_OF_AGENT] != hash32(user_agent).to_bytes(4, "big"):
        raise SignatureError("X-Dynosaur user agent hash differs")
    return found


def _mix(time: int, nonce: int, env: int) -> int:
    return (time >> 16 ^ nonce >> 16 ^ time ^ nonce) & 0xFFFF | env << 16


def _compute_checksum(fields: Mapping[int, bytes]) -> str:
    others = (value for number, value in fields.items() if number != _CHECKSUM)
    return str(fold(bytes(value[1] for value in (A.encode("0"), *others))))


def _complement(values: Iterable[bytes]) -> bytes:
    return (_ALL ^ xor_heads(values)).to_bytes(4, "big")


def _decode_texts(fields: Mapping[int, bytes]) -> dict[int, str]:
    if set(fields) != {*range(0x20, 0x39)}:
        raise SignatureError("X-Dynosaur has other fields")
    numbers = {_HASH_OF_NOTHING, _HASH_OF_QUERY, _HASH_OF_AGENT, _STATE}
    if any(len(fields[number]) != 4 for number in numbers):
        raise SignatureError("X-Dynosaur numbers have not four bytes")
    ciphers = dict.fromkeys((_CHECKSUM, *_UNITS), B)
    return {
        number: ciphers.get(number, A).decode(value)
        for number, value in fields.items()
        if number not in numbers
    }


def _parse_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise SignatureError("X-Dynosaur has a number that is none")
    return int(text)
