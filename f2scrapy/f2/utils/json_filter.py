"""Read an answer by paths, without a table of attributes."""

from __future__ import annotations

import json
from typing import Any

from f2scrapy.f2.values import parse_path, read_path


class JSONModel:
    """An answer, and its values by path, such as "$.user.nickname": the base of own filters.

    [*] in a path is each element of a list; a missing value is None.
    """

    def __init__(self, data: Any) -> None:
        self._data = data

    def _get_attr_value(self, path: str) -> Any:
        """Return the value behind a path."""
        return read_path(self._data, parse_path(path.removeprefix("$.")))

    def _get_list_attr_value(self, path: str, as_json: bool = False) -> Any:
        """Return the values behind a path as a list, or its JSON."""
        value = self._get_attr_value(path)
        found = value if isinstance(value, list) else [] if value is None else [value]
        return json.dumps(found, ensure_ascii=False) if as_json else found

    def _to_raw(self) -> Any:
        """Return the answer as the platform sent it."""
        return self._data
