"""Danmaku of published videos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from f2scrapy.platforms.douyin.endpoints import WEB, MirroredEndpoint

WINDOW_MS = 32_000  # of the video, as the site and ikenxuan/amagi (2026) ask for
LONGEST_MS = 12 * 3_600_000  # of a video; a longer one would cost requests without end


class PostDanmaku(MirroredEndpoint):
    """Danmaku of a work within a window of its video (not seen recorded).

    Path, parameters, windows and fields are those of ikenxuan/amagi (2026) at www-hj.douyin.com;
    path, `item_id`, `start_time`, `end_time` and `duration` also those of
    Evil0ctal/Douyin_TikTok_Download_API 4.1.2 and Johnserf-Seed/f2 (2026) at www.douyin.com, with
    the `danmaku_list` of the latter. The site and f2 also sent the work's authentication_token in
    2024-26; amagi does without. The answer has no cursor, and a window may be empty.
    """

    url: ClassVar = f"{WEB}/danmaku/get_v2/"
    rows_path: ClassVar = "danmaku_list"
    cursor_params: ClassVar = {"start_time": ""}
    guarded: ClassVar = False
    max_empty_pages: ClassVar = LONGEST_MS // WINDOW_MS

    app_name: str = "aweme"
    format: str = "json"
    group_id: str  # the work's
    item_id: str  # the same
    start_time: int = 0  # ms of the video
    end_time: int
    duration: int  # of the video, ms

    @classmethod
    def of_work(cls, aweme_id: str, duration_ms: int) -> Self:
        """Return the first window of a work."""
        duration = min(duration_ms, LONGEST_MS)
        end = min(WINDOW_MS, duration)
        return cls(group_id=aweme_id, item_id=aweme_id, end_time=end, duration=duration)

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the rows with the work's id, which they lack; null counts as none."""
        if "danmaku_list" in answer and answer["danmaku_list"] is None:
            return []
        rows = super().read_rows(answer)
        return [row | {"item_id": self.item_id} if isinstance(row, dict) else row for row in rows]

    def is_last_page(self, answer: Mapping[str, Any]) -> bool:  # noqa: ARG002 - the video says it
        return self.end_time >= self.duration

    def has_next_cursor(self, answer: Mapping[str, Any]) -> bool:
        return not self.is_last_page(answer)

    def next_page(self, answer: Mapping[str, Any]) -> Self:  # noqa: ARG002 - windows are computed
        end = min(self.end_time + WINDOW_MS, self.duration)
        return self.model_copy(update={"start_time": self.end_time, "end_time": end})
