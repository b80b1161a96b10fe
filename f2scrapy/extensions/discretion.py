"""Discretion: from INFO on, addresses in the log lose their query, which is what signs them."""

from __future__ import annotations

import logging
import re
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.log import get_scrapy_root_handler

_QUERY = re.compile(r"((?:https?|wss?)://[^\s?\"'<>]+\?)[^\s\"'<>]+")
_TRACEBACK = logging.Formatter()


class Discretion:
    """Scrapy warns of an answer by its whole address, signature, tokens and all (2.19)."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        """Scrapy's handler of the log was another one until now."""
        handler = get_scrapy_root_handler()
        if handler is not None:
            handler.addFilter(discreet)


def discreet(record: logging.LogRecord) -> bool:
    """A filter of the log: lets every record through, with what it may say."""
    if record.levelno >= logging.INFO:
        record.msg, record.args = _QUERY.sub(r"\1…", record.getMessage()), ()
        if record.exc_info:
            record.exc_text = _QUERY.sub(r"\1…", _TRACEBACK.formatException(record.exc_info))
    return True
