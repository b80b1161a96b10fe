"""piratetok-live-py 0.3.0: a room of TikTok and its messages, without im/fetch and a signer."""

import asyncio
import json
import os
from contextlib import suppress

from judge import PROXY, tell, try_out
from piratetok_live import TikTokLiveClient
from piratetok_live.auth.ttwid import fetch_ttwid
from piratetok_live.http import api, sigi

FACTS = json.loads(os.environ["PEERS_FACTS"])
NAME, ROOM = FACTS["unique_id"], FACTS["room_id"]
COMMENTS = 5


async def ask(call, *args, **more):
    return await asyncio.to_thread(call, *args, proxy=PROXY, **more)


async def listen():
    """Return the number of comments that it reads in some seconds."""
    client = TikTokLiveClient(NAME).proxy(PROXY).max_retries(1)
    seen, enough = [], asyncio.Event()

    @client.on("chat")
    def count(event):
        seen.append(event)
        if len(seen) >= COMMENTS:
            enough.set()

    client.on("error")(lambda event: tell("error", False, repr(event.data)))
    listening = asyncio.create_task(client.connect())
    with suppress(TimeoutError):
        await asyncio.wait_for(enough.wait(), 10)
    client.disconnect()
    await listening
    return len(seen)


async def main():
    await try_out("is_live", lambda: ask(api.check_online, NAME), lambda room: room.room_id == ROOM)
    await try_out("room_info", lambda: ask(api.fetch_room_info, ROOM), lambda i: i.stream_url)
    ttwid = await try_out("ttwid", lambda: ask(fetch_ttwid, username=NAME), bool)
    await try_out(
        "profile", lambda: ask(sigi.scrape_profile, NAME, ttwid), lambda it: it.unique_id == NAME
    )
    await try_out("chat", listen, lambda count: count >= COMMENTS)


asyncio.run(main())
