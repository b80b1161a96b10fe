"""What ../shared holds of Douyin: answers as they came, and where F2 reads its fields."""

from collections.abc import Callable
from typing import Any

Recorded = Callable[[str], Any]  # see the fixture `recorded`


def value_at(row: Any, path: str) -> Any:
    """What stands at a path such as "video.bit_rate[0].bit_rate"; None where nothing does."""
    for step in path.replace("[", ".").replace("]", "").split("."):
        try:
            row = row[int(step) if step.isdigit() else step]
        except (KeyError, IndexError, TypeError):
            return None
    return row
