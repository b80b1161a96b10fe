"""Fetch listed files with Scrapy: through f2scrapy's transport, or through Scrapy's FilesPipeline.

Prints the seconds from the opening of the spider to its closing.

python -m benchmarks.transfer_crawl ours|files URLS.txt
"""

import sys
from pathlib import Path

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from f2scrapy.crawl.requests import make_media_request
from f2scrapy.download.transfer import SaveTo

COMMON = {
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "CONCURRENT_ITEMS": 8,
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
}
OURS = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(
        ("http", "https"), "f2scrapy.crawl.browser.handler.DownloadHandler"
    ),
}
FILES = {"ITEM_PIPELINES": {"scrapy.pipelines.files.FilesPipeline": 1}, "DOWNLOAD_WARNSIZE": 0}


class OursSpider(scrapy.Spider):
    """Requests each file with a direct save to disk."""

    name = "ours"

    async def start(self):
        for n, url in enumerate(self.urls):
            save = SaveTo(self.folder / f"{n}.mp4", key=f"bench:{n}", kind="video")
            yield make_media_request(url, save)

    def parse(self, response):
        assert response.flags == ["saved"]


class FilesSpider(scrapy.Spider):
    """Passes all URLs to FilesPipeline.

    They come from a callback: Scrapy 2.19 ends up to 5 s after the last item of `start` (2026-11).
    """

    name = "files"

    async def start(self):
        yield scrapy.Request("data:,")

    def parse(self, response):
        yield {"file_urls": self.urls}


def main(how: str, listing: Path) -> None:
    spider, settings = {"ours": (OursSpider, OURS), "files": (FilesSpider, FILES)}[how]
    process = AsyncCrawlerProcess(COMMON | settings | {"FILES_STORE": str(listing.parent)})
    crawler = process.create_crawler(spider)
    process.crawl(crawler, urls=listing.read_text().split(), folder=listing.parent)
    process.start()
    print(crawler.stats.get_value("elapsed_time_seconds"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
