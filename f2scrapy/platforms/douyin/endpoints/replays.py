"""Replays of broadcasts, which the platform calls episodes of shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.errors import ProtocolError
from f2scrapy.model.endpoint import get_path
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint


class _Episode(DouyinEndpoint):
    """An interface of the page of a replay."""

    channel: str = ""
    episode_id: str

    @property
    def page_url(self) -> str:
        return f"{SITE}/vsdetail/{self.episode_id}"


class ReplayDetail(_Episode):
    """The replay of a broadcast (not seen recorded).

    Path, `episode_id`, `data.episode` and its `title` are those of jiji262/douyin-downloader and
    renmu123/biliLive-tools (2026).
    """

    url: ClassVar = f"{WEB}/show/episode/enter/"
    item_path: ClassVar = "data.episode"


class ReplayList(_Episode):
    """The replays of one broadcast, of which one is asked for (not seen recorded).

    Path, parameters and `data.all_replay` are those of jiji262/douyin-downloader and a script for
    replays of matches (2025-12).
    """

    url: ClassVar = f"{WEB}/show/episode/replay_list/"
    rows_path: ClassVar = "data.all_replay"

    room_id: str

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the replay that is asked for, of all groups.

        Raises:
            ProtocolError: it is not among them.
        """
        groups = [get_path(group, "info_list") or () for group in super().read_rows(answer)]
        names = ("episode_id_str", "episode_id")
        for row in (row for group in groups for row in group):
            if self.episode_id in (str(get_path(row, name)) for name in names):
                return [row]
        raise ProtocolError(f"data.all_replay: replay {self.episode_id} is not in it")
