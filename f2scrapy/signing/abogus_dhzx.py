"""a_bogus 1.0.1.19, layout "dhzx", which Douyin's own pages sent in 2025.

Three values captured in browsers (2025, January 2026) decode by this code, two of them with query,
body and user agent. Slot 40 was 0, 0 and 9, slots 41 and 42 were 0; on www.douyin.com in 2026 they
were 132, 1 and 1 (phonecopy 0.0.7): their meaning is not known. Numbers in slots are little-endian.
"""

from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from .abogus import OUTPUT, USER_AGENT
from .blend import blend, contract, expand, unblend
from .codec import SignatureError, fold, sm3, stream, to_octets, xor

_SALT = b"dhzx"
_KEY = b"\xd3"
_HEAD, _HEAD_PAIR = 4, (3, 82)
_NOISE, _NOISE_PAIR = 8, (1, 0)
_EPOCH_MS = 1721836800000
_FORTNIGHT_MS = 1209600000

# The slots in the order of sending.
_ORDER = (
    34, 44, 56, 61, 73, 29, 70, 45, 35, 49, 38, 66, 51, 68, 28, 48, 64, 47, 30, 71, 26, 55, 31, 69,
    59, 40, 62, 63, 27, 72, 41, 74, 57, 52, 42, 39, 33, 67, 53, 43, 65, 46, 36, 24, 60, 32, 79, 80,
    84, 85,
)  # fmt: skip
_ordered = itemgetter(*_ORDER)

_FIXED = {24: 41, 43: 0, 66: 3}
_SLOTS = max(_ORDER) + 1
_VOLUME = 27  # number of signatures of the page: 6, and one less beyond each of these
_VOLUMES = (139, 1283, 10745)


class _Digest(NamedTuple):
    """The three bytes of a hash that are sent, their slots, and the reserved value of the third."""

    slots: tuple[int, int, int]
    places: tuple[int, int, int]
    reserved: int
    past_end: int
    flag: int  # the bit of flags that requests the reserved value itself

    def pick(self, digest: bytes, flags: int) -> bytes:
        first, second, third = self.places
        return bytes((digest[first], digest[second], self._pick_third(digest[third:], flags)))

    def _pick_third(self, candidates: bytes, flags: int) -> int:
        if flags & self.flag:
            return self.reserved
        others = (byte for byte in candidates if byte != self.reserved)
        return next(others, self.past_end)


_QUERY = _Digest((48, 49, 51), (9, 18, 3), reserved=11, past_end=12, flag=2)
_BODY = _Digest((52, 53, 55), (10, 19, 4), reserved=8, past_end=9, flag=4)
_AGENT = _Digest((56, 57, 59), (11, 21, 5), reserved=12, past_end=13, flag=8)


class ABogusDhzx(NamedTuple):
    """A decoded signature."""

    time_ms: int  # since 1970
    earlier_ms: int
    fingerprint: str  # 9 fields
    env: int
    ub: int
    flags: int
    page_id: int
    aid: int
    query_hash: bytes  # three bytes each
    body_hash: bytes
    user_agent_hash: bytes
    tail: str
    head: bytes
    noise: bytes
    slots: dict[int, int]


class Page(NamedTuple):
    """The values that stay the same while a page is open."""

    offset: int = 0  # first random byte of the head
    flags: int = 3  # bit 32 marks Firefox
    env: int = 129
    ub: int = 14
    page_id: int = 6383
    aid: int = 6383


PAGE = Page()


def choose_page(user_agent: str) -> Page:
    """Return the values of a page in the browser that *user_agent* names."""
    return next((page for name, page in _BROWSERS.items() if name in user_agent), Page(210))


_BROWSERS = {"Firefox/": Page(40, 35), "Edge/": Page(125), "Chrome/": Page(0), "Safari/": Page(81)}


def sign(
    query: str,
    user_agent: str,
    fingerprint: str,
    time_ms: int,
    random: Callable[[], float],
    *,
    body: bytes = b"",
    page: Page = PAGE,
    page_age_ms: int = 0,
    calls: int = 1,
) -> str:
    """Return the signature of *query*, percent-encoded as sent; percent-encode it before appending.

    *fingerprint* is the form of 9 fields, at most 65535 characters. *time_ms* is ms since 1970,
    *page_age_ms* the time since the page was opened, *calls* counts its signatures from 1. *random*
    is drawn from six times, then once for three bytes.

    Raises:
        ValueError: the fingerprint has a character above 255.
    """
    noise = _make_noise(random, page.flags)
    head = blend(_HEAD_PAIR, int(65535 * random()) & 255, int(40 * random()) + page.offset)
    mark = fingerprint.encode("latin-1")
    tail = _make_tail(time_ms)
    slots = bytearray(_build_constant_part(page))
    slots[26] = _count_fortnights(time_ms)
    slots[_VOLUME] = 6 - sum(calls > limit for limit in _VOLUMES)
    slots[28] = page_age_ms + 3 & 255
    slots[29:35] = time_ms.to_bytes(6, "little")
    slots[60:66] = (time_ms - 1).to_bytes(6, "little")
    slots[79:81] = len(mark).to_bytes(2, "little")
    slots[84:86] = len(tail).to_bytes(2, "little")
    _write(slots, _QUERY, _hash(query.encode()), page.flags)
    _write(slots, _BODY, _hash(body), page.flags)
    _write(slots, _AGENT, _hash_user_agent(user_agent, page.env, page.ub), page.flags)
    sent = bytes(_ordered(slots))
    data = sent + mark + tail + bytes((fold(noise + sent),))
    return OUTPUT.encode(head + _crypt(noise + expand(data, random)))


def decode(signature: str) -> ABogusDhzx:
    """Decode *signature*, not percent-encoded, without checking it against a request.

    Raises:
        SignatureError: it is not an a_bogus of this layout.
    """
    raw = OUTPUT.decode(signature)
    if len(raw) < _HEAD + _NOISE + len(_ORDER) * 4 // 3:
        raise SignatureError(f"a_bogus cannot have {len(raw)} bytes")
    head, plain = raw[:_HEAD], _crypt(raw[_HEAD:])
    noise, data = plain[:_NOISE], contract(plain[_NOISE:])
    _check_pairs(head, noise)
    sent, rest = data[: len(_ORDER)], data[len(_ORDER) :]
    slots = dict(zip(_ORDER, sent, strict=True))
    mark, tail, checksum = _divide(rest, _read_number(slots, 79, 2), _read_number(slots, 84, 2))
    if fold(noise + sent) != checksum:
        raise SignatureError("a_bogus checksum differs")
    _check_slots(slots, tail)
    return ABogusDhzx(
        time_ms=_read_number(slots, 29, 6),
        earlier_ms=_read_number(slots, 60, 6),
        fingerprint=mark.decode("latin-1"),
        env=_read_number(slots, 35, 2),
        ub=_read_number(slots, 44, 4),
        flags=_read_number(slots, 38, 2),
        page_id=_read_number(slots, 67, 4),
        aid=_read_number(slots, 71, 4),
        query_hash=_read(slots, _QUERY),
        body_hash=_read(slots, _BODY),
        user_agent_hash=_read(slots, _AGENT),
        tail=tail.decode("latin-1"),
        head=head,
        noise=noise,
        slots=slots,
    )


def verify(signature: str, query: str, user_agent: str, *, body: bytes = b"") -> ABogusDhzx:
    """Decode *signature* and check it against its request.

    *query* is the part before `&a_bogus=`, as sent; *signature* is not percent-encoded.

    Raises:
        SignatureError: malformed, or made for another query, body or user agent.
    """
    found = decode(signature)
    if found.query_hash != _QUERY.pick(_hash(query.encode()), found.flags):
        raise SignatureError("query hash differs")
    if found.body_hash != _BODY.pick(_hash(body), found.flags):
        raise SignatureError("body hash differs")
    agent = _hash_user_agent(user_agent, found.env, found.ub)
    if found.user_agent_hash != _AGENT.pick(agent, found.flags):
        raise SignatureError("user agent hash differs")
    return found


def _hash(data: bytes) -> bytes:
    return sm3(sm3(data + _SALT))


@lru_cache(256)
def _hash_user_agent(user_agent: str, env: int, ub: int) -> bytes:
    data = to_octets(user_agent.strip())
    key = bytes((env >> 8, env & 255, ub & 255))
    return sm3(USER_AGENT.encode(xor(data, _stream(key, len(data)))).encode())


@lru_cache(64)
def _build_constant_part(page: Page) -> bytes:
    slots = bytearray(_FIXED.get(slot, 0) for slot in range(_SLOTS))
    slots[35:37] = page.env.to_bytes(2, "little")
    slots[38:40] = page.flags.to_bytes(2, "little")
    slots[44:48] = page.ub.to_bytes(4, "little")
    slots[67:71] = page.page_id.to_bytes(4, "little")
    slots[71:75] = page.aid.to_bytes(4, "little")
    return bytes(slots)


@lru_cache(64)
def _stream(key: bytes, size: int) -> bytes:
    """Return RC4's output after a changed key schedule: descending initial state, multiplied j."""
    state = list(range(255, -1, -1))
    j = 0
    for i in range(256):
        j = (j * state[i] + j + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    return stream(state, size)


def _crypt(data: bytes) -> bytes:
    return xor(data, _stream(_KEY, -(-len(data) // 512) * 512))


def _make_noise(random: Callable[[], float], flags: int) -> bytes:
    number = int(random() * 65535)
    random()  # the browser's code draws an unused number
    first, second = random(), random()
    if flags & 64:
        low = int(109 * first)
        low += 110 + (low & 1)
    else:
        low = int(240 * first)
        low += (low & 1) + 1 if low > 109 else 0
    high = int(255 * second) & 77 | 178
    return blend(_NOISE_PAIR, number & 255, number >> 8) + blend(_NOISE_PAIR, low, high)


def _check_pairs(head: bytes, noise: bytes) -> None:
    if unblend(head)[0] != _HEAD_PAIR:
        raise SignatureError("a_bogus head lacks its fixed bits")
    if unblend(noise[:4])[0] != _NOISE_PAIR or unblend(noise[4:])[0] != _NOISE_PAIR:
        raise SignatureError("a_bogus noise lacks its fixed bits")


def _make_tail(time_ms: int) -> bytes:
    return b"%d," % (time_ms + 3 & 255)


def _count_fortnights(time_ms: int) -> int:
    return (time_ms - _EPOCH_MS) // _FORTNIGHT_MS & 255


def _write(slots: bytearray, digest: _Digest, data: bytes, flags: int) -> None:
    for slot, byte in zip(digest.slots, digest.pick(data, flags), strict=True):
        slots[slot] = byte


def _read(slots: dict[int, int], digest: _Digest) -> bytes:
    return bytes(slots[slot] for slot in digest.slots)


def _read_number(slots: dict[int, int], start: int, size: int) -> int:
    return int.from_bytes([slots[start + at] for at in range(size)], "little")


def _check_slots(slots: dict[int, int], tail: bytes) -> None:
    if any(slots[slot] != value for slot, value in _FIXED.items()):
        raise SignatureError("a_bogus slots lack their fixed numbers")
    if not 3 <= slots[_VOLUME] <= 6:
        raise SignatureError("a_bogus count of signatures is out of range")
    time_ms = _read_number(slots, 29, 6)
    if slots[26] != _count_fortnights(time_ms):
        raise SignatureError("a_bogus fortnight does not fit its time")
    if _read_number(slots, 60, 6) > time_ms:
        raise SignatureError("a_bogus earlier time is later than its time")
    if tail != _make_tail(time_ms):
        raise SignatureError("a_bogus tail does not fit its time")


def _divide(rest: bytes, mark: int, tail: int) -> tuple[bytes, bytes, int]:
    """Return fingerprint, tail and checksum; a checksum of 0 may be missing at the end."""
    missing = mark + tail + 1 - len(rest)
    if missing == 1 and len(rest) % 3 == (1 - len(_ORDER)) % 3:
        rest += b"\0"
    elif missing:
        raise SignatureError("a_bogus lengths differ")
    return rest[:mark], rest[mark:-1], rest[-1]
