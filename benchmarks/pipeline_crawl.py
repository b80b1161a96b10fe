"""Download listed files with Scrapy's FilesPipeline.

python -m benchmarks.pipeline_crawl URLS.txt
"""

import sys
from pathlib import Path

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

SETTINGS = {
    "ITEM_PIPELINES": {"scrapy.pipelines.files.FilesPipeline": 1},
    "DOWNLOAD_WARNSIZE": 0,
    "CONCURRENT_REQUESTS": 20,  # as many files at once as ours
    "CONCURRENT_REQUESTS_PER_DOMAIN": 20,
    "CONCURRENT_ITEMS": 8,
    "LOG_LEVEL": "ERROR",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
}


class FilesSpider(scrapy.Spider):
    """Passes all URLs to FilesPipeline.

    They come from a callback: Scrapy 2.19 ends up to 5 s after the last item of `start` (2026-11).
    """

    name = "files"

    async def start(self):
        yield scrapy.Request("data:,")

    def parse(self, response):
        yield {"file_urls": self.urls}


def main(listing: Path) -> None:
    process = AsyncCrawlerProcess(SETTINGS | {"FILES_STORE": str(listing.parent)})
    process.crawl(FilesSpider, urls=listing.read_text().split())
    process.start()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
