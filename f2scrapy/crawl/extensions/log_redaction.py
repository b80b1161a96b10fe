"""Remove secrets and terminal controls from the log, and needless tracebacks."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.utils.log import get_scrapy_root_handler

from f2scrapy.api.secret_values import redact_quote, remove_known
from f2scrapy.language import translate_message
from f2scrapy.text import MAX_RECORD, make_visible

_TRACEBACK = logging.Formatter()
_LAST_LINE = "f2scrapy.crawl.extensions.report"  # the logger of the summary


class Formatter(LogFormatter):
    """Scrapy's messages, without the traceback of an item that the disk refuses."""

    def item_error(self, item: Any, exception: BaseException, *rest: Any) -> LogFormatterResult:
        """Return the message of a failed item; an OSError has its one line from `Report`."""
        message = super().item_error(item, exception, *rest)
        return message | {"level": logging.DEBUG} if isinstance(exception, OSError) else message


class LogRedaction:
    """Removes known secrets from all records, and what looks secret from level INFO on.

    Scrapy 2.19 warns about responses with their whole address, including signature and tokens.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self) -> None:
        """Add the filter to Scrapy's log handler, which has been replaced by now."""
        handler = get_scrapy_root_handler()
        if handler is not None:
            handler.addFilter(redact_record)
            if not isinstance(handler, logging.FileHandler):  # other programs read the file
                handler.addFilter(translate_record)


def redact_record(record: logging.LogRecord) -> bool:
    """Redact a record in place; a filter of the log that lets every record through."""
    redact = _redact if record.levelno >= logging.INFO else remove_known
    record.msg, record.args = redact(record.getMessage()), ()
    if record.exc_info:
        record.exc_text = redact(_TRACEBACK.formatException(record.exc_info))
    return True


def translate_record(record: logging.LogRecord) -> bool:
    """Translate a warning, an error or the last line of a run; after `redact_record`."""
    if record.levelno >= logging.WARNING or record.name == _LAST_LINE:
        record.msg = translate_message(record.msg)
    return True


def _redact(text: str) -> str:
    """Return text without secrets and invisible characters; indentation is kept."""
    redacted = redact_quote(text, MAX_RECORD)
    lines = [(line, line.lstrip(" ")) for line in redacted.split("\n")]
    return "\n".join(" " * (len(line) - len(rest)) + make_visible(rest) for line, rest in lines)
