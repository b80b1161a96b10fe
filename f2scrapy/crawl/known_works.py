"""Decide whether a list is read only down to its archived works, and save which these are."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.naming import make_safe_name
from f2scrapy.config.options import Options
from f2scrapy.crawl.arguments import Args, PaginationArgs
from f2scrapy.crawl.item_filter import ItemFilter
from f2scrapy.model.media import MediaKind
from f2scrapy.text import pluralize

logger = logging.getLogger(__name__)

_KINDS_BY_ASSET = {kind.value: kind for kind in MediaKind} | {
    "live": MediaKind.LIVE_PHOTO,
    "motion": MediaKind.MOTION_PHOTO,
}


@dataclass(frozen=True)
class KnownWorks:
    """The newest works of each list that an earlier run has archived to its end."""

    archive: Archive
    options: Options
    new_first: bool  # whether new works come first; only then reading may stop at known ones
    folders: dict[str, str] = field(default_factory=dict)  # of lists with missing files, by source
    begun: set[str] = field(default_factory=set)  # sources of lists that are saved as begun

    def get_keys(
        self, source: str, args: PaginationArgs, owner: tuple[str, str, str], subfolder: str
    ) -> Set[str]:
        """Return the keys of works to stop behind; empty = read the whole list.

        It is read as a whole if files of its works are missing on disk. `owner` and `subfolder`
        are those of the list's files.
        """
        keys: Set[str] = frozenset()
        if self._is_update(args):
            keys = self.archive.get_known_keys(self._build_list_id(source, args))
        folder = self.archive.find_folder(*owner) if keys and owner[2] else None
        if folder is None:
            return keys
        place = f"{folder}/{make_safe_name(subfolder)}" if subfolder else folder
        missing = self._find_missing(place)
        if not missing:
            return keys
        self.folders[source] = place
        works = pluralize(len(missing), "archived work")
        message = "%s: files of %s are missing on disk; the whole list is read for them"
        logger.warning(message, source, works)
        return frozenset()

    def get_since(self, source: str, args: Args) -> str:
        """Return when a run last read the list to its end (ISO 8601, UTC); "" = none did."""
        moment = self.archive.get_finish_time(self._build_list_id(source, args))
        return moment.isoformat(timespec="seconds") if moment else ""

    def iter_missing(self, source: str) -> Iterator[tuple[str, list[str]]]:
        """Yield the works whose files are missing still, and which, at the end of a list."""
        if source in self.folders:
            yield from self._find_missing(self.folders[source]).items()

    def _find_missing(self, folder: str) -> dict[str, list[str]]:
        found = self.archive.find_missing(folder)
        wanted = {key: list(filter(self._is_wanted, assets)) for key, assets in found.items()}
        return {key: assets for key, assets in wanted.items() if assets}

    def _is_wanted(self, asset: str) -> bool:
        return _KINDS_BY_ASSET.get(asset.partition("_")[0]) in self.options.media

    def begin(self, source: str, args: Args) -> None:
        """Save that files of the list are wanted: `f2scrapy update` goes on with it.

        Raises:
            OSError: the archive cannot be written.
        """
        if source not in self.begun and self.options.media:
            self.archive.begin_list(self._build_list_id(source, args))
            self.begun.add(source)

    def save(self, source: str, args: Args, keys: Iterable[str]) -> None:
        """Save that the list is archived from these works on.

        Raises:
            OSError: the archive cannot be written.
        """
        self.archive.finish_list(self._build_list_id(source, args), keys)

    def _is_update(self, args: PaginationArgs) -> bool:
        if args.update is not None or not self.new_first:
            return bool(args.update) and self.new_first
        # Likes change: a work that was left out may be wanted now.
        needs_all = self.options.rename or self.options.upgrade or args.likes
        shows_all = self.options.plan in ("formats", "rows")
        return bool(self.options.media) and not (needs_all or shows_all)

    def _build_list_id(self, source: str, args: Args) -> str:
        """Return the list's id in the archive; other kinds of files or works are another list.

        So is a list whose works of other lists are to be linked: those of its earlier runs, too.
        """
        list_id = f"{source}|{','.join(sorted(self.options.media))}"
        list_id += "|link" if self.options.link else ""
        wanted = ItemFilter.of_arguments(args).name
        return f"{list_id}|{wanted}" if wanted else list_id
