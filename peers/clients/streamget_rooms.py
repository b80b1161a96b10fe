"""streamget 4.0.10: rooms of both platforms, by interface and by page."""

import asyncio
import json
import os

from judge import PROXY, try_out
from streamget import DouyinLiveStream, TikTokLiveStream

FACTS = json.loads(os.environ["PEERS_FACTS"])
# The ttwid that it brings along was issued by the platform, not by the sandbox.
DOUYIN = DouyinLiveStream(proxy_addr=PROXY, cookies=f"ttwid={FACTS['ttwid']}")
TIKTOK = TikTokLiveStream(proxy_addr=PROXY)
ROOM = f"https://live.douyin.com/{FACTS['web_rid']}"
LIVE = f"https://www.tiktok.com/@{FACTS['unique_id']}/live"
CALLS = {
    "douyin room": (DOUYIN, lambda: DOUYIN.fetch_web_stream_data(ROOM)),
    "tiktok page": (TIKTOK, lambda: TIKTOK.fetch_web_stream_data(LIVE)),
    "tiktok interface": (TIKTOK, lambda: TIKTOK.fetch_app_stream_data(LIVE)),
}


async def find_stream(client, fetch):
    """Return the address of the best quality, which the client has tried."""
    found = await client.fetch_stream_url(await fetch(), "OD")
    return json.loads(found.to_json())


async def main():
    for name, (client, fetch) in CALLS.items():
        await try_out(
            name,
            lambda c=client, f=fetch: find_stream(c, f),
            lambda found: found["is_live"] and found["flv_url"] and found["m3u8_url"],
        )


asyncio.run(main())
