"""The signature of a room's WebSocket, by F2's name."""

from __future__ import annotations

import random

from f2scrapy.signing import webcast

PARAMETERS = {  # of the site's socket; the md5 of their text is signed
    "live_id": "1",
    "aid": "6383",
    "version_code": "180800",
    "webcast_sdk_version": "1.0.14-beta.0",
    "did_rule": "3",
    "device_platform": "web",
    "identity": "audience",
}


class DouyinWebcastSignature:
    """Signs without Node; the user agent does not enter the signature."""

    def __init__(self, user_agent: str = "") -> None:
        self.user_agent = user_agent

    def get_signature(self, room_id: str, user_unique_id: str) -> str:
        """Return the 16 characters, different for each call."""
        ids = {"room_id": str(room_id), "user_unique_id": str(user_unique_id)}
        return webcast.sign(webcast.compute_stub(PARAMETERS | ids), random.random)
