"""Fetch one file with all settings of the project: `python -m benchmarks.large_crawl URL FOLDER …`.

URL is an address of `fileserver`, which stands for a host of the platform; the other words are
options, such as F2_RANGES=4. Prints the seconds from the first byte to the file's final name.
"""

import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from f2scrapy.crawl.file_requests import transfer_started
from f2scrapy.crawl.requests import make_media_request
from f2scrapy.download.transfer import SaveTo


class LargeSpider(scrapy.Spider):
    """Requests a video as the pipeline of files does."""

    name = "douyin_large"  # an identity of Douyin prepares the request

    async def start(self):
        self.crawler.signals.connect(self.begin, transfer_started)
        yield make_media_request(self.url, SaveTo(self.folder / "0.mp4", "large", "video"))

    def begin(self, transfer):
        self.began = time.perf_counter()

    def parse(self, response):
        assert response.flags == ["saved"]
        print(time.perf_counter() - self.began)


def main(url: str, folder: Path, *options: str) -> None:
    address = urlsplit(url)
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "f2scrapy.settings")
    settings = get_project_settings()
    mine = {
        "F2_SANDBOX": f"{address.scheme}://{address.netloc}",
        "F2_PATH": str(folder),
        "F2_PROGRESS": "none",
        "LOG_LEVEL": "ERROR",
    }
    settings.setdict(mine | dict(word.split("=", 1) for word in options), "cmdline")
    process = AsyncCrawlerProcess(settings)
    own = address._replace(scheme="https", netloc="v26-web.douyinvod.com").geturl()
    process.crawl(LargeSpider, url=own, folder=folder)
    process.start()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
