"""Build a spider from its -a arguments and the user's file, once per crawl."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self, get_type_hints
from weakref import WeakKeyDictionary

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from f2scrapy.crawl.addon import get_user_file
from f2scrapy.crawl.arguments import Args, parse_arguments
from f2scrapy.crawl.sections import apply_spider_options, read_spider_arguments

_OF_SCRAPYD = ("_job",)  # arguments that scrapyd adds (1.6)


class ConfiguredSpider(Spider):
    """Base of `ApiSpider`: validates arguments, and reads the spider's sections of the file."""

    args: Args  # the annotation validates the arguments
    defaults: ClassVar[Mapping[str, Any]] = {}  # options with another default for this spider

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name)
        given = {key: value for key, value in values.items() if key not in _OF_SCRAPYD}
        self.args = parse_arguments(get_type_hints(type(self))["args"], given)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build the spider with the arguments of the user's file as defaults; once per crawler."""
        spider = _SPIDERS.pop(crawler, None)
        if spider is None:
            file, kind = get_user_file(crawler.settings), get_type_hints(cls)["args"]
            given = read_spider_arguments(file, cls.name, kind) | kwargs
            spider = super().from_crawler(crawler, *args, **given)
        assert isinstance(spider, cls)
        return spider

    @classmethod
    def prepare(cls, crawler: Crawler, **values: Any) -> None:
        """Build the spider before the crawl, which then uses it.

        Raises:
            InputError: an argument cannot be used.
        """
        _SPIDERS[crawler] = cls.from_crawler(crawler, **values)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        apply_spider_options(settings, cls.name, cls.defaults)


_SPIDERS: WeakKeyDictionary[Crawler, ConfiguredSpider] = WeakKeyDictionary()  # see `prepare`
