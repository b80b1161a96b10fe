"""X-Bogus, 28 characters: query, body, user agent and second, two bytes of a hash each.

Two URLs sent by real browsers (Douyin 2023, TikTok 2025) decode and verify by this code.
"""

from base64 import b64encode
from functools import lru_cache
from hashlib import md5
from struct import Struct
from typing import NamedTuple

from .codec import Alphabet, SignatureError, fold, rc4, to_octets, xor

_ALPHABET = Alphabet("Dkdpgh4ZKsQB80/Mfvw36XI1R25-WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe")
_FIRST = 64
_PAYLOAD = Struct(">B3s2s2s2sII")  # first, env, query, body, user agent, time, canvas
_HEADER = b"\x02\xff"  # the second byte is the key
_STREAM = rc4(_HEADER[1:], bytes(_PAYLOAD.size + 1))
_NO_BODY = md5(md5(b"").digest()).digest()[14:]
_SIZE = len(_HEADER) + _PAYLOAD.size + 1

ENV = b"\x00\x01\x0c"  # sent by one browser; the last two are environment and behaviour codes
CANVAS = 536919696  # hash of that browser's canvas


class XBogus(NamedTuple):
    """A decoded signature; the hashes are the last two bytes of an MD5 each."""

    time: int  # s since 1970
    env: bytes  # 3 bytes, also the key under which the user agent is hashed
    canvas: int
    query_hash: bytes
    body_hash: bytes
    user_agent_hash: bytes

    @property
    def time_ms(self) -> int:
        return self.time * 1000


def sign(
    query: str,
    user_agent: str,
    time: int,
    *,
    body: bytes = b"",
    env: bytes = ENV,
    canvas: int = CANVAS,
) -> str:
    """Return the signature of *query*, percent-encoded as sent, at *time* in s since 1970."""
    payload = _PAYLOAD.pack(
        _FIRST,
        env,
        _hash(to_octets(query)),
        _hash(body) if body else _NO_BODY,
        _hash_user_agent(user_agent, env),
        time,
        canvas,
    )
    return _ALPHABET.encode(_HEADER + xor(payload + bytes((fold(payload),)), _STREAM))


def decode(signature: str) -> XBogus:
    """Decode *signature* without checking it against a request.

    Raises:
        SignatureError: it is not an X-Bogus.
    """
    raw = _ALPHABET.decode(signature)
    if len(raw) != _SIZE:
        raise SignatureError(f"X-Bogus has {len(raw)} bytes, not {_SIZE}")
    if not raw.startswith(_HEADER):
        raise SignatureError("X-Bogus header differs")
    payload = xor(raw[len(_HEADER) :], _STREAM)
    if fold(payload):
        raise SignatureError("X-Bogus checksum differs")
    first, env, query, body, user_agent, time, canvas = _PAYLOAD.unpack(payload[:-1])
    if first != _FIRST:
        raise SignatureError("X-Bogus first byte differs")
    return XBogus(time, env, canvas, query, body, user_agent)


def verify(signature: str, query: str, user_agent: str, *, body: bytes = b"") -> XBogus:
    """Decode *signature* and check it against its request.

    *query* is the part before `&X-Bogus=`, as sent.

    Raises:
        SignatureError: malformed, or made for another query, body or user agent.
    """
    found = decode(signature)
    if found.query_hash != _hash(to_octets(query)):
        raise SignatureError("query hash differs")
    if found.body_hash != _hash(body):
        raise SignatureError("body hash differs")
    if found.user_agent_hash != _hash_user_agent(user_agent, found.env):
        raise SignatureError("user agent hash differs")
    return found


def _hash(data: bytes) -> bytes:
    return md5(md5(data).digest()).digest()[14:]


@lru_cache(256)
def _hash_user_agent(user_agent: str, env: bytes) -> bytes:
    return md5(b64encode(rc4(env, to_octets(user_agent)))).digest()[14:]
