"""Discretion: what the log leaves out: what signs addresses, tracebacks of what is understood,
what strangers write to rule a terminal."""

from __future__ import annotations

import logging
import re
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.utils.log import get_scrapy_root_handler

from f2scrapy.text import make_visible

_QUERY = re.compile(r"((?:https?|wss?)://[^\s?\"'<>]+\?)[^\s\"'<>]+")
_TRACEBACK = logging.Formatter()


class Formatter(LogFormatter):
    """Scrapy's messages; an item the disk refuses has its one line from the ledger."""

    def item_error(self, item: Any, exception: BaseException, *rest: Any) -> LogFormatterResult:
        told = super().item_error(item, exception, *rest)
        return told | {"level": logging.DEBUG} if isinstance(exception, OSError) else told


class Discretion:
    """From INFO on, addresses lose their query, which is what signs them.

    Scrapy warns of an answer by its whole address, signature, tokens and all (2.19).
    """

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
        record.msg, record.args = _shown(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = _shown(_TRACEBACK.formatException(record.exc_info))
    return True


def _shown(text: str) -> str:
    """Without queries; of each line, what people can see."""
    lines = [(line, line.lstrip(" ")) for line in _QUERY.sub(r"\1…", text).split("\n")]
    return "\n".join(" " * (len(line) - len(rest)) + make_visible(rest) for line, rest in lines)
