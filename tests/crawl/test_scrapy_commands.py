"""`scrapy parse` says that it is of no use for the spiders of the platforms."""

import subprocess
import sys

from support.crawling import PROJECT


def test_spider_of_a_platform_is_refused_in_one_line() -> None:
    words = ["parse", "--spider", "douyin_user_post", "-a", "url=x", "https://www.douyin.com/"]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    [line] = [one for one in done.stderr.splitlines() if "INFO" not in one]
    assert line.startswith("scrapy parse: spiders of the platforms read signed answers, not pages")
    assert "want scrapy crawl douyin_user_post -a max_counts=1" in line
    assert done.returncode == 1
