"""TikTokLive 7.0.1: a room by its name, with its frames read."""

import asyncio
import json
import logging
import os

from judge import PROXY, tell

os.environ["HTTPS_PROXY"] = PROXY  # for the client of the signer, which has no other option

import httpx
from TikTokLive import TikTokLiveClient
from TikTokLive.events import ConnectEvent, WebsocketResponseEvent

FACTS = json.loads(os.environ["PEERS_FACTS"])
FRAMES = 5  # of the room's messages


async def main():
    client = TikTokLiveClient(
        unique_id=FACTS["unique_id"],
        web_proxy=httpx.Proxy(PROXY),
        ws_proxy=httpx.Proxy(PROXY),
    )
    # It fails to load the classes of messages with a user: a field of its own is called "bytes".
    client.logger.setLevel(logging.CRITICAL)
    seen = {"connected": 0, "frames": set()}

    async def connect(_event):
        seen["connected"] += 1

    async def read(event):
        seen["frames"].add(event.raw.cursor)

    client.add_listener(ConnectEvent, connect)
    client.add_listener(WebsocketResponseEvent, read)
    reason = ""
    try:
        tell("is_live", await client.is_live())
        await client.start(fetch_live_check=True)
        await asyncio.sleep(6)
        await client.disconnect()
    except Exception as error:  # noqa: BLE001 - it raises kinds of its own
        reason = f"{type(error).__name__}: {error}"
    count = len(seen["frames"])
    reason = f"{reason} connected {seen['connected']}, {count} frames".strip()
    tell("room", seen["connected"] and count >= FRAMES, reason)


asyncio.run(main())
