"""The page of a crawl's browser, and how long it stays open."""

import json
import subprocess
import sys
from pathlib import Path

from support.crawling import PROJECT
from support.real_browser import list_browsers, run_site

# In a process of its own: scrapy-playwright wants Twisted's reactor.
CODE = """
import asyncio, json, sys, time
from scrapy import Request, Spider
from scrapy.utils.reactor import install_reactor
from scrapy.utils.test import get_crawler

class DouyinSpider(Spider):
    name = "douyin_user_post"

async def main(settings):
    from f2scrapy.crawl.browser.pages import Pages
    pages = Pages(get_crawler(DouyinSpider, settings))
    try:
        await pages.lend()
        [context] = pages._navigator.browser.contexts
        counts = []
        assert 290 < pages._timer.when() - asyncio.get_running_loop().time() <= 300
        for seconds in (290, 301):
            await pages.close_idle(time.monotonic() + seconds)
            counts.append(len(context.pages))
        url = "https://www.douyin.com/aweme/v1/web/query/user/?x=1"
        reply = await pages.ask(Request(url))
        print(json.dumps([counts, reply.status, reply.flags, len(context.pages)]))
    finally:
        await pages.close()

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
loop.run_until_complete(main(json.loads(sys.argv[1])))
"""


def test_idle_page_is_closed_and_opened_again(tmp_path: Path) -> None:
    with run_site() as site:
        settings = site.settings | {"F2_PATH": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", CODE, json.dumps(settings)], cwd=PROJECT,
                              capture_output=True, text=True, check=False, timeout=60)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[1, 0], 200, ["browser"], 1]
    assert not list_browsers()
