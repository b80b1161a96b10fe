"""The cipher and the hash for texts in X-Dynosaur."""

from .codec import SignatureError


class TextCipher:
    """A substitution cipher for texts in X-Dynosaur."""

    def __init__(self, start: int, add: int, extra: int, turn: int, last: int) -> None:
        self._start, self._add, self._extra, self._turn, self._last = start, add, extra, turn, last

    def encode(self, text: str) -> bytes:
        data = bytes(self._byte(at, code) for at, code in enumerate(text.encode("latin-1")))
        size = max(len(data) + 2, 6)
        filler = bytes(221 + at & 255 for at in range(len(data), size - 2))
        return data + filler + bytes((0, len(data)))

    def decode(self, data: bytes) -> str:
        """Return the text that `encode` writes as *data*.

        Raises:
            SignatureError: there is none.
        """
        codes = data[: data[-1]] if data else b""
        text = bytes(self._code(at, byte) for at, byte in enumerate(codes)).decode("latin-1")
        if self.encode(text) != data:
            raise SignatureError("X-Dynosaur has a field that is no text")
        return text

    def _byte(self, at: int, code: int) -> int:
        value = ((code ^ self._start + at) + self._add + (170 & at)) & 255 ^ self._extra
        value = value << self._turn | value >> 8 - self._turn
        return ((value & 255 ^ 187) + self._last) & 255

    def _code(self, at: int, byte: int) -> int:
        value = (byte - self._last) & 255 ^ 187
        value = (value >> self._turn | value << 8 - self._turn) & 255 ^ self._extra
        return (value - self._add - (170 & at) ^ self._start + at) & 255


A = TextCipher(start=103, add=1, extra=0, turn=2, last=1)
B = TextCipher(start=102, add=0, extra=165, turn=1, last=0)


def hash32(text: str) -> int:
    """Return FNV-1a of a text with one more multiplication by 33."""
    value = 2166136260
    for byte in text.encode():
        value = (value ^ byte) * 16777619 * 33 & 0xFFFFFFFF
    return value
