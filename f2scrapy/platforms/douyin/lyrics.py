"""Convert lyrics from the platform's JSON to LRC, which music players read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from f2scrapy.errors import ProtocolError

_LONGEST_S = 360_000  # 100 hours: longer than any sound, and no number whose digits take seconds


class _Line(BaseModel):
    text: str
    seconds: Annotated[Decimal, Field(ge=0, le=_LONGEST_S, validation_alias="timeId")]


_LINES = TypeAdapter(list[_Line])


def json_to_lrc(lines: Any) -> str:
    """Convert lines of lyrics, `{"text": …, "timeId": seconds since the beginning}`, to LRC.

    >>> json_to_lrc([{"text": "Hello", "timeId": "61.5"}])
    '[01:01.500] Hello'

    Fractions of a millisecond are cut off; minutes continue beyond 59.

    Raises:
        ProtocolError: `lines` is not a list of such lines.
    """
    try:
        parsed = _LINES.validate_python(lines)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise ProtocolError(f"lyrics, {_describe_path(fault['loc'])}: {fault['msg']}") from None
    return "\n".join(map(_format_line, parsed))


def decode_lrc(body: bytes) -> str:
    """Return a downloaded lyrics file as LRC text.

    Raises:
        ProtocolError: it is not JSON, or not lines of lyrics.
    """
    try:
        lines = json.loads(body)
    except (ValueError, RecursionError):
        raise ProtocolError(f"lyrics: {len(body)} bytes that are no JSON") from None
    return json_to_lrc(lines)


def _format_line(line: _Line) -> str:
    minutes, milliseconds = divmod(int(line.seconds * 1000), 60_000)
    text = " ".join(line.text.splitlines())
    return f"[{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}] {text}"


def _describe_path(path: tuple[int | str, ...]) -> str:
    """Describe the path of a fault: the line's number, counted from 1, and the name in it."""
    number, *names = path or ("all",)
    return " ".join([f"line {number + 1}" if isinstance(number, int) else number, *map(str, names)])
