"""Crawl, download and record Douyin and TikTok with Scrapy."""

from importlib.util import find_spec

__version__ = "0.1.0"


def project_package(name: str) -> str:
    """Return where `spiders` or `pipelines` is: below f2scrapy in a wheel, else beside it.

    At the top level of an environment these names would meet every other Scrapy project's.
    """
    below = f"{__name__}.{name}"
    return below if find_spec(below) else name
