"""Keep what works are: text, time, author, and their counts over time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from f2scrapy.archive.database import Database
from f2scrapy.archive.schema import COUNTS

# Columns of works: the attributes of an item that they come from, the first one counts.
FACTS = {
    "title": ("desc", "title"),
    "created_at": ("create_time",),
    "sec_user_id": ("sec_user_id",),
    "nickname": ("nickname",),
    **{name: (name,) for name in COUNTS},
}


def find_facts(item: Any) -> dict[str, str | int | None]:
    """Return the facts of an item by column, times as ISO 8601; None = it does not say."""
    return {name: _find_fact(item, attributes) for name, attributes in FACTS.items()}


def _find_fact(item: Any, attributes: Iterable[str]) -> str | int | None:
    values = (getattr(item, name, None) for name in attributes)
    value = next((value for value in values if value not in (None, "")), None)
    return value.isoformat() if isinstance(value, datetime) else value


def format_now() -> str:
    """Return the time as the archive stores it: ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Facts:
    """The facts of works; a base of `Archive`."""

    _db: Database

    def store_facts(self, key: str, item: Any, ignore_fields: Collection[str] = ()) -> None:
        """Store what the work `key` is: text, time, author and counts, from its item.

        Earlier facts are replaced, except for columns of FACTS in `ignore_fields` and values that
        this item does not have. Earlier counts are kept. A work that the archive does not know is
        not stored.
        """
        facts = {n: v for n, v in find_facts(item).items() if n not in ignore_fields}
        columns = (*FACTS, "counted_at")
        query = f"SELECT {', '.join(columns)} FROM works WHERE key = ?"
        with self._db.transaction(shared=True):
            row = self._db.execute(query, (key,)).fetchone()
            if row:
                self._write_facts(key, find_news(dict(zip(columns, row, strict=True)), facts))

    def get_facts(self, key: str) -> dict[str, Any]:
        """Return the stored facts of a work by column, times as aware UTC; {} = there are none."""
        columns = (*FACTS, "counted_at")
        query = f"SELECT {', '.join(columns)} FROM works WHERE key = ? AND counted_at IS NOT NULL"
        row = self._db.execute(query, (key,)).fetchone()
        facts = dict(zip(columns, row, strict=True)) if row else {}
        times = {n: datetime.fromisoformat(v) for n, v in facts.items() if v and n.endswith("_at")}
        return facts | times

    def _write_facts(self, key: str, news: Mapping[str, Any]) -> None:
        """Write changed facts in the open transaction, see `find_news`; keep earlier counts."""
        if not news:
            return
        if "counted_at" in news:
            self._db.execute(_KEEP_COUNTS, (key,))
        columns = ", ".join(f"{name} = ?" for name in news)
        self._db.execute(
            f"UPDATE works SET {columns} WHERE key = ?",
            (*news.values(), key),
        )


def find_news(known: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that differ from the known ones; with the present time if counts do."""
    news = {
        name: value for name, value in facts.items() if value is not None and value != known[name]
    }
    if not known["counted_at"] or not news.keys().isdisjoint(COUNTS):
        news["counted_at"] = format_now()
    return news


_KEEP_COUNTS = (
    f"INSERT INTO earlier_counts SELECT id, counted_at, {', '.join(COUNTS)} FROM works"
    " WHERE key = ? AND counted_at IS NOT NULL ON CONFLICT DO NOTHING"
)
