"""a_bogus, layout "cus": the signature of Douyin's web interfaces that F2 and others send.

It holds query, body and user agent (two bytes of a hash each), start and end of signing in ms,
and the browser's fingerprint in plain text. A newer layout is in `abogus_dhzx`.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from .blend import blend, unblend
from .codec import Alphabet, SignatureError, fold, rc4, sm3, to_octets, xor

OUTPUT = Alphabet("Dkdpgh2ZmsQB80/MfvV36XI1R45-WUAlEixNLwoqYTOPuzKFjJnry79HbGcaStCe")
USER_AGENT = Alphabet("ckdp1h4ZKsUB80/Mfvw36XIgR25+WQAlEi7NLboqYTOPuzmFjJnryx9HVGDaStCe")

_SALT = b"cus"
_KEY = b"y"
_USER_AGENT_KEY = b"\x00\x01\x0e"
_PREFIX = 12  # bytes: four for each of three random numbers
_PAIR = (3, 45)  # of all three numbers, as F2 sends it
_OTHER_PAIRS = ((3, 45), (1, 0), (1, 5))  # as a browser (2024-06) and most other clients send it
_DRAWS = 10000
_FRAME = 44
_STREAM = rc4(_KEY, bytes(512))

# Positions of the bytes of a number in the frame, most significant first.
_START = (39, 38, 1, 11, 21, 26)
_END = (37, 36, 30, 31, 33, 34)
_PAGE = (2, 9, 13)
_AID = (24, 32, 6, 17)
_OPTIONS = ((3, 12, 22, 27), (23, 28, 4, 15), (5, 16, 25, 29))
_QUERY = (7, 18)
_BODY = (8, 19)
_AGENT = (10, 20)
_PAGE_AGAIN = 14
_THREE = 35
_LENGTH = 40  # of the fingerprint
_ZEROS = (41, 42, 43)

# The number for position 38 is not cut to a byte before encryption, so its ninth and higher bits
# are ORed into the preceding byte, which is already encrypted.
_SPILL = 37


class ABogus(NamedTuple):
    """A decoded signature; the hashes are two bytes of an SM3 each."""

    start_ms: int  # since 1970
    end_ms: int
    fingerprint: str
    options: tuple[int, int, int]
    aid: int
    page: int
    query_hash: bytes
    body_hash: bytes
    user_agent_hash: bytes
    prefix: bytes
    frame: bytes  # as it arrived
    checksum: int

    @property
    def time_ms(self) -> int:
        return self.start_ms


def sign(
    query: str,
    user_agent: str,
    fingerprint: str,
    start_ms: int,
    random: Callable[[], float],
    *,
    end_ms: int | None = None,
    body: bytes = b"",
    options: tuple[int, int, int] = (0, 1, 14),
    aid: int = 6383,
    page: int = 0,
) -> str:
    """Return the signature of *query*, percent-encoded as sent; percent-encode it before appending.

    *fingerprint* has at most 255 characters, see `fingerprint`. Times are ms since 1970; without
    *end_ms* the duration is 0. *random* is drawn from three times.

    Raises:
        ValueError: the fingerprint is too long or has a character above 255.
    """
    mark = fingerprint.encode("latin-1")
    frame = bytearray(_build_constant_part(options, aid, page))
    _put(frame, _START, start_ms.to_bytes(6, "big"))
    _put(frame, _END, (start_ms if end_ms is None else end_ms).to_bytes(6, "big"))
    _put(frame, _QUERY, _hash(query.encode()))
    _put(frame, _BODY, _hash(body))
    _put(frame, _AGENT, _hash_user_agent(user_agent))
    frame[_LENGTH] = len(mark)
    message = bytes(frame) + mark + bytes((fold(frame),))
    cipher = bytearray(xor(message, _STREAM))
    cipher[_SPILL] |= start_ms >> 40
    return OUTPUT.encode(_make_prefix(random) + cipher)


def decode(signature: str) -> ABogus:
    """Decode *signature*, not percent-encoded, without checking it against a request.

    Raises:
        SignatureError: it is not an a_bogus of this layout.
    """
    raw = OUTPUT.decode(signature)
    if not _PREFIX + _FRAME < len(raw) <= _PREFIX + len(_STREAM):
        raise SignatureError(f"a_bogus cannot have {len(raw)} bytes")
    prefix, cipher = raw[:_PREFIX], raw[_PREFIX:]
    _check_prefix(prefix)
    message = xor(cipher, _STREAM)
    mark, checksum = message[_FRAME:-1], message[-1]
    frame = _undo_spill(message[:_FRAME])
    _check_frame(frame, mark, checksum)
    return ABogus(
        start_ms=_read_number(frame, _START),
        end_ms=_read_number(frame, _END),
        fingerprint=mark.decode("latin-1"),
        options=(
            _read_number(frame, _OPTIONS[0]),
            _read_number(frame, _OPTIONS[1]),
            _read_number(frame, _OPTIONS[2]),
        ),
        aid=_read_number(frame, _AID),
        page=_read_number(frame, _PAGE),
        query_hash=_take(frame, _QUERY),
        body_hash=_take(frame, _BODY),
        user_agent_hash=_take(frame, _AGENT),
        prefix=prefix,
        frame=message[:_FRAME],
        checksum=checksum,
    )


def verify(signature: str, query: str, user_agent: str, *, body: bytes = b"") -> ABogus:
    """Decode *signature* and check it against its request.

    *query* is the part before `&a_bogus=`, as sent; *signature* is not percent-encoded.

    Raises:
        SignatureError: malformed, or made for another query, body or user agent.
    """
    found = decode(signature)
    if found.query_hash != _hash(query.encode()):
        raise SignatureError("query hash differs")
    if found.body_hash != _hash(body):
        raise SignatureError("body hash differs")
    if found.user_agent_hash != _hash_user_agent(user_agent):
        raise SignatureError("user agent hash differs")
    return found


def _hash(data: bytes) -> bytes:
    return sm3(sm3(data + _SALT))[21:23]


@lru_cache(256)
def _hash_user_agent(user_agent: str) -> bytes:
    # With padding: this form equals a browser's hash of a user agent of 115 characters.
    text = USER_AGENT.encode(rc4(_USER_AGENT_KEY, to_octets(user_agent)))
    return sm3(text.encode())[23:25]


@lru_cache(64)
def _build_constant_part(options: tuple[int, int, int], aid: int, page: int) -> bytes:
    """Return the frame with the bytes that stay the same while a page is open."""
    frame = bytearray(_FRAME)
    frame[0] = _FRAME
    frame[_THREE] = 3
    frame[_PAGE_AGAIN] = page & 255
    _put(frame, _PAGE, page.to_bytes(3, "big"))
    _put(frame, _AID, aid.to_bytes(4, "big"))
    for places, option in zip(_OPTIONS, options, strict=True):
        _put(frame, places, option.to_bytes(4, "big"))
    return bytes(frame)


def _put(frame: bytearray, places: tuple[int, ...], data: bytes) -> None:
    for place, byte in zip(places, data, strict=True):
        frame[place] = byte


def _take(frame: bytes, places: tuple[int, ...]) -> bytes:
    return bytes(frame[place] for place in places)


def _read_number(frame: bytes, places: tuple[int, ...]) -> int:
    return int.from_bytes(_take(frame, places), "big")


def _make_prefix(random: Callable[[], float]) -> bytes:
    numbers = [int(random() * _DRAWS) for _ in range(3)]
    return b"".join([blend(_PAIR, number & 255, number >> 8) for number in numbers])


def _check_prefix(prefix: bytes) -> None:
    parts = [unblend(prefix[at : at + 4]) for at in range(0, _PREFIX, 4)]
    pairs = tuple(pair for pair, _, _ in parts)
    drawn = all(high << 8 | low < _DRAWS for _, low, high in parts)
    if pairs not in ((_PAIR,) * 3, _OTHER_PAIRS) or not drawn:
        raise SignatureError("a_bogus prefix lacks its fixed bits")


def _undo_spill(frame: bytes) -> bytes:
    """Undo the spill if start and end have the same high bits, as in practice."""
    key, high = _STREAM[_SPILL], frame[39]
    if frame[_SPILL] == ((high ^ key) | high) ^ key:
        return frame[:_SPILL] + bytes((high,)) + frame[_SPILL + 1 :]
    return frame


def _check_frame(frame: bytes, mark: bytes, checksum: int) -> None:
    if frame[0] != _FRAME or frame[_THREE] != 3 or any(_take(frame, _ZEROS)):
        raise SignatureError("a_bogus frame lacks its fixed numbers")
    if frame[_LENGTH] != len(mark):
        raise SignatureError("a_bogus fingerprint length differs")
    if fold(frame) != checksum:
        raise SignatureError("a_bogus checksum differs")
