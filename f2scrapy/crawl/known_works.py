"""Decide whether a list is read only down to its archived works, and save which these are."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from f2scrapy.archive.archive import Archive
from f2scrapy.config.options import Options
from f2scrapy.crawl.arguments import PaginationArgs


@dataclass(frozen=True)
class KnownWorks:
    """The newest works of each list that an earlier run has archived to its end."""

    archive: Archive
    options: Options
    new_first: bool  # whether new works come first; only then reading may stop at known ones

    def get_keys(self, source: str, args: PaginationArgs) -> Set[str]:
        """Return the keys of works to stop behind; empty = read the whole list."""
        if not self._is_update(args):
            return frozenset()
        return self.archive.get_known_keys(self._build_list_id(source))

    def save(self, source: str, keys: Iterable[str]) -> None:
        """Save that the list is archived from these works on.

        Raises:
            OSError: the archive cannot be written.
        """
        self.archive.finish_list(self._build_list_id(source), keys)

    def _is_update(self, args: PaginationArgs) -> bool:
        if args.update is not None or not self.new_first:
            return bool(args.update) and self.new_first
        needs_all = self.options.rename or self.options.upgrade
        return bool(self.options.media) and not needs_all

    def _build_list_id(self, source: str) -> str:
        """Return the list's id in the archive; for other kinds of files it is another list."""
        return f"{source}|{','.join(sorted(self.options.media))}"
