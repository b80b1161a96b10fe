"""The parts that the algorithms share: alphabets, RC4, SM3, parameters of a query, the error."""

import hashlib
import operator
from base64 import b64encode
from binascii import Error, a2b_base64
from collections.abc import Callable
from functools import cache, lru_cache, reduce
from urllib.parse import unquote

_STANDARD = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BLOCK = 256  # bytes of keystream per step, so that the cache holds few lengths


class SignatureError(ValueError):
    """A signature is malformed or belongs to another request; the message names the part."""


class Alphabet:
    """Base64 with other characters in its alphabet."""

    def __init__(self, characters: str) -> None:
        letters = characters.encode("ascii")
        foreign = bytes(set(range(256)) - set(letters) - {ord("=")})
        self._to = bytes.maketrans(_STANDARD, letters)
        self._from = bytes.maketrans(letters + foreign, _STANDARD + bytes(len(foreign)))

    def encode(self, data: bytes) -> str:
        return b64encode(data).translate(self._to).decode("ascii")

    def decode(self, text: str) -> bytes:
        """Return the bytes that `encode` writes as *text*.

        Raises:
            SignatureError: a character is not in the alphabet, or the padding is wrong.
        """
        try:
            data = a2b_base64(text.encode("ascii").translate(self._from), strict_mode=True)
        except (Error, UnicodeEncodeError):
            raise SignatureError("not text of this signature's alphabet") from None
        if self.encode(data) != text:
            raise SignatureError("stray bits after the last byte")
        return data


# Of webcast's signature and of strData; the other schemes have alphabets of their own.
WEBMSSDK = Alphabet("Dkdpgh4ZKsQB80/Mfvw36XI1R25+WUAlEi7NLboqYTOPuzmFjJnryx9HVGcaStCe")


def to_octets(text: str) -> bytes:
    """Encode as Latin-1, like the browser's code; as UTF-8 if a character is above 255."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def xor(data: bytes, stream: bytes) -> bytes:
    """Return *data* XOR *stream*, which must be at least as long."""
    size = len(data)
    mixed = int.from_bytes(data, "big") ^ int.from_bytes(stream[:size], "big")
    return mixed.to_bytes(size, "big")


def fold(data: bytes | bytearray) -> int:
    """Return the XOR of all bytes."""
    return reduce(operator.xor, data, 0)


def stream(state: list[int], size: int) -> bytes:
    """Return *size* bytes of RC4's output; *state* is the permutation after the key schedule."""
    state = state.copy()
    output = bytearray(size)
    j = 0
    for n in range(size):
        i = (n + 1) & 255
        a = state[i]
        j = (j + a) & 255
        b = state[i] = state[j]
        state[j] = a
        output[n] = state[(a + b) & 255]
    return bytes(output)


def rc4(key: bytes, data: bytes) -> bytes:
    """Encrypt or decrypt by RC4; the streams of recent keys are cached."""
    return xor(data, _rc4_keystream(key, -(-len(data) // _BLOCK)))


@lru_cache(512)
def _rc4_keystream(key: bytes, blocks: int) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    return stream(state, blocks * _BLOCK)


def sm3(data: bytes) -> bytes:
    """Return the 32 bytes of SM3 (GB/T 32905)."""
    return _load_sm3()(data)


@cache
def _load_sm3() -> Callable[[bytes], bytes]:
    """Return OpenSSL's SM3, or that of gmssl, hundreds of times slower, if OpenSSL lacks it."""
    try:
        start = hashlib.new("sm3")
    except ValueError:
        return _compute_sm3_slowly

    def digest(data: bytes) -> bytes:
        state = start.copy()
        state.update(data)
        return state.digest()

    return digest


def _compute_sm3_slowly(data: bytes) -> bytes:
    from gmssl.sm3 import sm3_hash  # noqa: PLC0415  (used only here, and slow to import)

    return bytes.fromhex(sm3_hash(list(data)))


def append(query: str, name: str, value: str) -> str:
    """Return *query* with one more parameter; the value must be percent-encoded if necessary."""
    return f"{query}&{name}={value}" if query else f"{name}={value}"


def cut(query: str, name: str) -> tuple[str, str]:
    """Return *query* without its last parameter, which must be *name*, and its decoded value.

    Raises:
        SignatureError: the parameter is missing or not the last.
    """
    rest, _, last = query.rpartition("&")
    found, _, value = last.partition("=")
    if found != name:
        present = f"&{name}=" in f"&{query}"
        raise SignatureError(f"{name} is {'not the last parameter' if present else 'missing'}")
    return rest, unquote(value)
