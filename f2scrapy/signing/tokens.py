"""Make values that a browser computes without a request: verify_fp, msToken, strData."""

import json
import re
from collections.abc import Callable
from typing import Any

from .codec import WEBMSSDK, SignatureError, rc4

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_VERIFY_FP = re.compile(
    r"verify_([0-9a-z]+)_[0-9A-Za-z]{8}_[0-9A-Za-z]{4}_4[0-9A-Za-z]{3}_[89ABab][0-9A-Za-z]{3}"
    r"_[0-9A-Za-z]{12}"
)

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"

_STR_DATA_TAG = 0x41


def make_verify_fp(now_ms: int, random: Callable[[], float]) -> str:
    """Return a value for the cookie s_v_web_id and the parameters verify_fp and fp.

    *now_ms* is ms since 1970; *random* is drawn from 31 times.
    """
    marks = []
    for at in range(36):
        if at in (8, 13, 18, 23):
            marks.append("_")
        elif at == 14:
            marks.append("4")
        else:
            number = int(62 * random())
            marks.append(_DIGITS[number & 3 | 8 if at == 19 else number])
    return f"verify_{_to_base36(now_ms)}_{''.join(marks)}"


def read_verify_fp(value: str) -> int:
    """Return the time at which *value* was made, in ms since 1970.

    Raises:
        SignatureError: it is not a verify_fp.
    """
    match = _VERIFY_FP.fullmatch(value)
    if match is None:
        raise SignatureError("not a verify_fp")
    return int(match[1], 36)


def make_ms_token(length: int, random: Callable[[], float]) -> str:
    """Return a made-up msToken of *length* characters, which depends on the platform.

    *random* is drawn from `length - 2` times.
    """
    return "".join(_LETTERS[int(64 * random())] for _ in range(length - 2)) + "=="


def make_str_data(report: dict[str, Any], nonce: int) -> str:
    """Encode *report*, the browser's self-description, for Douyin's msToken interface.

    *nonce* is any byte.
    """
    text = json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode()
    return WEBMSSDK.encode(bytes((_STR_DATA_TAG, nonce)) + rc4(bytes((nonce,)), text))


def read_str_data(value: str) -> dict[str, Any]:
    """Return the report in *value*; TikTok's have another, unknown form.

    Raises:
        SignatureError: it is not such a report.
    """
    raw = WEBMSSDK.decode(value)
    if len(raw) < 2 or raw[0] != _STR_DATA_TAG:
        raise SignatureError("strData does not begin with its tag")
    try:
        report = json.loads(rc4(raw[1:2], raw[2:]))
    except ValueError:
        raise SignatureError("strData does not hold JSON") from None
    if not isinstance(report, dict):
        raise SignatureError("strData does not hold a JSON object")
    return report


def _to_base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _BASE36[digit] + text
    return text or "0"
