"""Record which archived files are whole in a store, and under which keys."""

from __future__ import annotations

from typing import NamedTuple

from f2scrapy.archive.database import Database
from f2scrapy.archive.facts import format_now
from f2scrapy.model.media import File


class Published(NamedTuple):
    """A file in a store."""

    place: str  # its key there
    size: int  # bytes
    sha256: str


class Unpublished(NamedTuple):
    """An archived file that the store does not have; `former` is the one to replace there."""

    key: str  # of its work
    file: File
    former: Published | None


class Moved(NamedTuple):
    """A file that has another path now than in the store."""

    key: str  # of its work
    asset: str
    published: Published
    path: str


_UNPUBLISHED = (
    "SELECT key, assets.asset, path || suffix, assets.size, assets.rendition,"
    " place, published.size, sha256 FROM works JOIN assets ON works.id = assets.work"
    " LEFT JOIN published ON published.work = assets.work AND published.asset = assets.asset"
    " AND store = ? WHERE (published.work IS NULL OR published.rendition <> assets.rendition"
    " OR published.size <> assets.size)"
)


class Publications:
    """The rows of files in stores; a store is named by its address. A base of `Archive`."""

    _db: Database

    def list_unpublished(self, store: str, key: str = "") -> list[Unpublished]:
        """Return the archived files that this store lacks; `key` is one work, "" = all of them."""
        query = f"{_UNPUBLISHED}{' AND key = ?' if key else ''} ORDER BY path, suffix"
        values = (store, key) if key else (store,)
        return [
            Unpublished(
                work,
                File(asset=asset, path=path, size=size, rendition=rendition),
                Published(*former) if former[0] is not None else None,
            )
            for work, asset, path, size, rendition, *former in self._db.execute(query, values)
        ]

    def add_published(self, store: str, key: str, file: File, published: Published) -> None:
        """Record that a file is whole in a store; an earlier one is to be deleted there."""
        self._db.execute(
            "INSERT INTO published SELECT id, ?, ?, ?, ?, ?, ?, '', ? FROM works"
            " WHERE key = ? ON CONFLICT (work, asset, store) DO UPDATE SET"
            " former = CASE WHEN published.place = excluded.place THEN published.former"
            " ELSE published.place END,"
            " place = excluded.place, rendition = excluded.rendition, size = excluded.size,"
            " sha256 = excluded.sha256, published_at = excluded.published_at",
            (
                *(file.asset, store, published.place, file.rendition, published.size),
                *(published.sha256, format_now(), key),
            ),
        )

    def list_moved(self, store: str) -> list[Moved]:
        """Return the files whose keys in a store are not their paths in the archive."""
        rows = self._db.execute(
            "SELECT key, published.asset, place, published.size, sha256, path || suffix"
            " FROM published JOIN works ON works.id = published.work"
            " JOIN assets ON assets.work = published.work AND assets.asset = published.asset"
            " AND assets.rendition = published.rendition AND assets.size = published.size"
            " WHERE store = ? AND place <> path || suffix ORDER BY place",
            (store,),
        )
        return [
            Moved(key, asset, Published(place, size, sha256), path)
            for key, asset, place, size, sha256, path in rows
        ]

    def move_published(self, store: str, moved: Moved) -> None:
        """Record that a file has its path as its key now; the old key is to be deleted."""
        self._db.execute(
            "UPDATE published SET former = place, place = ?"
            " WHERE store = ? AND asset = ? AND work = (SELECT id FROM works WHERE key = ?)",
            (moved.path, store, moved.asset, moved.key),
        )

    def list_former(self, store: str) -> list[str]:
        """Return the keys in a store that are to be deleted: their files have other keys now."""
        query = (
            "SELECT former FROM published WHERE store = ? AND former <> ''"
            " AND former NOT IN (SELECT place FROM published WHERE store = ?)"
        )
        return [row[0] for row in self._db.execute(query, (store, store))]

    def forget_former(self, store: str, place: str) -> None:
        """Record that the file at a former key is deleted."""
        query = "UPDATE published SET former = '' WHERE store = ? AND former = ?"
        self._db.execute(query, (store, place))

    def forget_published(self, store: str, place: str) -> None:
        """Record that a store does not have a file, so that it is published again."""
        self._db.execute("DELETE FROM published WHERE store = ? AND place = ?", (store, place))

    def list_published(self, store: str) -> dict[str, Published]:
        """Return the files in a store, by their paths in the archive."""
        rows = self._db.execute(
            "SELECT path || suffix, place, published.size, sha256 FROM published"
            " JOIN works ON works.id = published.work"
            " JOIN assets ON assets.work = published.work AND assets.asset = published.asset"
            " AND assets.rendition = published.rendition AND assets.size = published.size"
            " WHERE store = ?",
            (store,),
        )
        return {path: Published(*published) for path, *published in rows}

    def is_published(self, key: str, file: File) -> bool:
        """Return whether any store has this file of the work `key`."""
        row = self._db.execute(
            "SELECT 1 FROM published JOIN works ON works.id = published.work"
            " WHERE key = ? AND asset = ? AND rendition = ? AND size = ?",
            (key, file.asset, file.rendition, file.size),
        ).fetchone()
        return row is not None
