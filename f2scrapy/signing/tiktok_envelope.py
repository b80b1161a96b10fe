"""The envelope of TikTok's signatures: numbered fields, encrypted, with the key inside."""

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from hashlib import md5
from operator import xor as xor_numbers

from .codec import Alphabet, SignatureError, xor

ALPHABET = Alphabet("u09tbS3UvgDEe6r-ZVMXzLpsAohTn7mdINQlW412GqBjfYiyk8JORCF5/xKHwacP")
TEXTS = frozenset((3, 4, 5, 9, 10))  # of X-Gnarly's fields; the others are numbers
WORDS = 12  # of 32 bits in a key

_TAG = b"\x4b"
_KEY = struct.Struct(f"<{WORDS}I")
_BLOCK = struct.Struct("<16I")
_FIRST = (1196819126, 600974999, 3863347763, 1451689750)
_COUNTER = 12
_COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
_DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 12, 13), (3, 4, 13, 14))  # ChaCha: 2 7 8 13
_ALL = 0xFFFFFFFF


def draw(random: Callable[[], float], count: int = WORDS) -> list[int]:
    """Return *count* random words."""
    return [int(random() * 2**32) for _ in range(count)]


def pack(fields: Mapping[int, bytes]) -> bytes:
    """Encode every field as its number, its length in two bytes, its value."""
    return b"".join(
        bytes((number,)) + len(value).to_bytes(2, "big") + value for number, value in fields.items()
    )


def unpack(data: bytes, lost: int = 0) -> dict[int, bytes]:
    """Return the fields of *data*; the last field lacks its *lost* last bytes.

    Raises:
        SignatureError: *data* is not made of fields, or repeats one.
    """
    fields: dict[int, bytes] = {}
    at = 0
    while at < len(data) and data[at] not in fields:
        size = int.from_bytes(data[at + 1 : at + 3], "big")
        fields[data[at]] = data[at + 3 : at + 3 + size]
        at += 3 + size
    if at != len(data) + lost:
        raise SignatureError("not made of fields")
    return fields


def xor_heads(values: Iterable[bytes]) -> int:
    """Return the XOR of all values as numbers; of a longer one, of its first four bytes."""
    return reduce(xor_numbers, (int.from_bytes(value[:4], "big") for value in values), 0)


def seal(payload: bytes, key: Sequence[int]) -> bytes:
    """Encrypt *payload*, and insert the 12 words of *key* at an offset given by the bytes' sum."""
    words = _KEY.pack(*key)
    cipher = _crypt(payload, key)
    at = sum(words + cipher) % (len(cipher) + 1)
    return _TAG + cipher[:at] + words + cipher[at:]


def contains_key(raw: bytes, key: Sequence[int]) -> bool:
    """Return whether *raw*, the beginning of a result of `seal`, contains the whole *key*."""
    return _KEY.pack(*key) in raw


def unseal(raw: bytes) -> bytes:
    """Return the payload of `seal`.

    Raises:
        SignatureError: *raw* is no such envelope.
    """
    return next(unseal_cut(raw, 0))


def unseal_cut(raw: bytes, lost: int) -> Iterator[bytes]:
    """Yield the possible payloads of an envelope that lost its *lost* last bytes.

    Raises:
        SignatureError: *raw* is no such envelope.
    """
    body = raw[len(_TAG) :]
    size = len(body) + lost - _KEY.size  # of the whole payload
    if not raw.startswith(_TAG) or size < 1:
        raise SignatureError("not in TikTok's envelope")
    # The key's offset follows from the sum of all bytes, of which the lost ones are unknown.
    for at in {(sum(body) + unknown) % (size + 1) for unknown in range(255 * lost + 1)}:
        words = body[at : at + _KEY.size]
        if len(words) == _KEY.size:
            yield _crypt(body[:at] + body[at + _KEY.size :], _KEY.unpack(words))


def _crypt(data: bytes, key: Sequence[int]) -> bytes:
    rounds = 5 + (sum(word & 15 for word in key) & 15)
    state = [*_FIRST, *key]
    output = b""
    while len(output) < len(data):
        output += _BLOCK.pack(*_block(state, rounds))
        state[_COUNTER] = (state[_COUNTER] + 1) & _ALL
    return xor(data, output)


def _block(state: list[int], rounds: int) -> list[int]:
    words = state.copy()
    for number in range(rounds):
        for quarter in _DIAGONALS if number & 1 else _COLUMNS:
            _mix(words, *quarter)
    return [(word + start) & _ALL for word, start in zip(words, state, strict=True)]


def _mix(words: list[int], a: int, b: int, c: int, d: int) -> None:
    for target, other, rotated, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        words[target] = (words[target] + words[other]) & _ALL
        word = words[rotated] ^ words[target]
        words[rotated] = (word << bits | word >> 32 - bits) & _ALL


def hash_parts(query: str, body: bytes, user_agent: str) -> dict[int, bytes]:
    """Return the fields of X-Gnarly that hash its request."""
    texts = {3: query.encode(), 4: body, 5: user_agent.encode()}
    return {number: md5(text).hexdigest().encode() for number, text in texts.items()}


def check_hashes(fields: Mapping[int, bytes], query: str, body: bytes, user_agent: str) -> None:
    """Check the hashes in `fields` against a request.

    Raises:
        SignatureError: they belong to another request.
    """
    wanted = hash_parts(query, body, user_agent)
    for number, part in ((3, "query"), (4, "body"), (5, "user agent")):
        if fields[number] != wanted[number]:
            raise SignatureError(f"{part} hash differs")
