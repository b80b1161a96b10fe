"""The `signature` of a live room's WebSocket URL: 16 characters, independent of the user agent.

Equal to webmssdk 1.0.0.53, run with frozen random numbers, in hundreds of cases.
"""

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import md5
from struct import Struct
from typing import NamedTuple

from .codec import WEBMSSDK, SignatureError, fold, rc4

_PAYLOAD = Struct(">BHB2s2sB")  # counter of 6 bits, env, ub, body and stub hash, noise; then XOR
_SIZE = 12
_NO_BODY = md5(md5(b"").digest()).digest()[14:]
_WEBSOCKET = 1  # the channel; 0 is HTTP

STUB = (
    "live_id",
    "aid",
    "version_code",
    "webcast_sdk_version",
    "room_id",
    "sub_room_id",
    "sub_channel_id",
    "did_rule",
    "user_unique_id",
    "device_platform",
    "device_type",
    "ac",
    "identity",
)
_ABSENT = ("",) * len(STUB)
_TEMPLATE = ",".join(f"{name}=%s" for name in STUB)


class WebcastSignature(NamedTuple):
    """A decoded signature."""

    calls: int  # number of signatures of the page so far, modulo 64
    env: int
    ub: int  # bits of behaviour: 2 no mouse move, 4 no click, 8 no key …
    body_hash: bytes
    stub_hash: bytes
    noise: int
    key: int
    header: int
    payload: bytes
    time_ms: int = 0  # not part of the signature


def compute_stub(parameters: Mapping[str, str]) -> str:
    """Return the text to sign: the MD5, in hex, of 13 of the URL's parameters; absent ones are "".

    *parameters* are those of the WebSocket URL, not percent-encoded.
    """
    text = _TEMPLATE % tuple(map(parameters.get, STUB, _ABSENT))
    return md5(text.encode()).hexdigest()


def sign(
    stub: str, random: Callable[[], float], *, env: int = 1, ub: int = 14, calls: int = 1
) -> str:
    """Return the signature of *stub*; percent-encode it in a URL, since it may have `+` and `/`.

    *random* is drawn from three times. The defaults are what most public copies of the SDK send;
    F2's copy sends env 0, ub 0, calls 2.

    Raises:
        ValueError: *stub* is not 32 digits of lower-case hex.
    """
    header = _WEBSOCKET << 6 | (int(100 * random()) & 1) << 4
    noise = int(255 * random())
    key = int(255 * random())
    payload = _PAYLOAD.pack(calls & 63, env, ub, _NO_BODY, _hash_stub(stub), noise)
    number = (int.from_bytes(payload, "big") << 8 | fold(payload)) ^ _make_keystream(key)
    return WEBMSSDK.encode(bytes((header, key)) + number.to_bytes(10, "big"))


def decode(signature: str) -> WebcastSignature:
    """Decode *signature*, not percent-encoded, without checking it against a room.

    Raises:
        SignatureError: it is not a webcast signature.
    """
    raw = WEBMSSDK.decode(signature)
    if len(raw) != _SIZE:
        raise SignatureError(f"webcast signature has {len(raw)} bytes, not {_SIZE}")
    header, key = raw[0], raw[1]
    if header & 0b11001111 != _WEBSOCKET << 6:
        raise SignatureError("webcast signature header is not one of a websocket")
    payload = rc4(raw[1:2], raw[2:])
    if fold(payload):
        raise SignatureError("webcast signature checksum differs")
    calls, env, ub, body, stub, noise = _PAYLOAD.unpack(payload[:-1])
    if calls > 63:
        raise SignatureError("webcast signature counter is above 63")
    return WebcastSignature(calls, env, ub, body, stub, noise, key, header, payload)


def verify(signature: str, stub: str) -> WebcastSignature:
    """Decode *signature* and check it against the room's *stub*.

    Raises:
        SignatureError: malformed, or made for other parameters.
    """
    found = decode(signature)
    if found.body_hash != _NO_BODY:
        raise SignatureError("body hash differs")
    if found.stub_hash != _hash_stub(stub):
        raise SignatureError("stub hash differs")
    return found


def _hash_stub(stub: str) -> bytes:
    raw = bytes.fromhex(stub)
    if len(raw) != 16 or raw.hex() != stub:
        raise ValueError("a stub is 32 digits of lower-case hex")
    return md5(raw).digest()[14:]


@cache
def _make_keystream(key: int) -> int:
    return int.from_bytes(rc4(bytes((key,)), bytes(10)), "big")
