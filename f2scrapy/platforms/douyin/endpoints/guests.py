"""The identity that the platform assigned to the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.platforms.douyin.endpoints import WEB, MirroredEndpoint


class QueryUser(MirroredEndpoint):
    """The ids that the platform assigned to the identity; the versions are those of the site."""

    url: ClassVar = f"{WEB}/query/user/"
    guarded: ClassVar = False

    publish_video_strategy_type: int = 2
    version_code: str = "170400"
    version_name: str = "17.4.0"
    update_version_code: str = "170400"

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the answer itself as the only row."""
        return [answer]
