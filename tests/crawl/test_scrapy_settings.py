"""A setting of Scrapy's that would lose something is found out before anything is asked."""

from typing import Any

import pytest
from scrapy.settings import Settings

from f2scrapy.crawl.scrapy_settings import check_parts, check_scrapy_settings
from f2scrapy.errors import InputError

PROJECT = "f2scrapy.settings"


def check(**given: Any) -> None:
    settings = Settings()
    settings.setmodule(PROJECT)
    settings.setdict(given, "cmdline")
    check_scrapy_settings(settings)
    check_parts(settings)


@pytest.mark.parametrize("value", ["no", "maybe"])
def test_setting_of_a_spider_is_checked_with_the_parts(value: str) -> None:
    settings = Settings()
    settings.setmodule(PROJECT)
    settings.set("HTTPPROXY_ENABLED", value, "spider")
    with pytest.raises(InputError, match=f"HTTPPROXY_ENABLED={value}: want True or False"):
        check_parts(settings)


def get_default(name: str) -> Any:
    settings = Settings()
    settings.setmodule(PROJECT)
    return settings.getdict(name)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        # Numbers and switches
        ("DOWNLOAD_DELAY", "abc", "DOWNLOAD_DELAY=abc: want a number"),
        ("DOWNLOAD_DELAY", "-3", "DOWNLOAD_DELAY=-3: want 0 or more"),
        ("DOWNLOAD_TIMEOUT", "nan", "DOWNLOAD_TIMEOUT=nan: want a finite number"),
        ("CONCURRENT_ITEMS", "1.5", "CONCURRENT_ITEMS=1.5: want a whole number"),
        ("CONCURRENT_ITEMS", "0", "CONCURRENT_ITEMS=0: want more than 0"),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 0, "want more than 0"),  # it waits for ever
        ("REDIRECT_MAX_TIMES", [], "want a whole number"),
        ("HTTPCACHE_ENABLED", "perhaps", "HTTPCACHE_ENABLED=perhaps: want True or False"),
        ("TELNETCONSOLE_ENABLED", "perhaps", "want True or False"),
        # The log
        ("LOG_LEVEL", "WARNIGN", "LOG_LEVEL=WARNIGN is not known; did you mean WARNING?"),
        ("LOG_FORMAT", "%(nope)s", "LOG_FORMAT=%(nope)s: log lines cannot have it"),
        ("LOG_FORMAT", "nothing", "log lines cannot have it"),
        ("LOG_ENCODING", "utf9", "LOG_ENCODING=utf9: it is not known"),
        ("LOG_FILE", "/dev/null/x.log", "/dev/null/x.log: no file can be written there (Not a dir"),
        ("LOG_FILE", "s3://bucket/x.log", "this is an address; want a path on this machine"),
        ("LOG_FORMATTER", "no.such", "LOG_FORMATTER=no.such: this cannot be loaded"),
        # Parts
        ("SPIDER_MODULES", "no.such", "SPIDER_MODULES=no.such: No module named"),
        ("SPIDER_LOADER_CLASS", "f2scrapy.Nothing", "SPIDER_LOADER_CLASS=f2scrapy.Nothing: "),
        ("STATS_CLASS", "no.such.Class", "STATS_CLASS=no.such.Class: this cannot be loaded"),
        ("SCHEDULER", "scrapy.nothing", "any object named"),
        ("DUPEFILTER_CLASS", "x", "not a full path"),
        ("RETRY_EXCEPTIONS", "no.such.Error", "RETRY_EXCEPTIONS=no.such.Error: "),
        ("ITEM_PIPELINES", {}, "ITEM_PIPELINES: this leaves out "),
        ("EXTENSIONS", "{}", "f2scrapy.crawl.extensions.report.Report"),
        ("DOWNLOADER_MIDDLEWARES", {"x.Y": 5}, "f2scrapy.crawl.middlewares.signing.Signing"),
        ("DOWNLOAD_HANDLERS", {}, "this leaves out http, https;"),
        ("FEED_STORAGES", {"": "no.such"}, "this leaves out file;"),
        ("FEED_EXPORTERS", {}, "this leaves out jsonl"),
        ("ADDONS", {}, "f2scrapy.crawl.addon.OptionsAddon"),
        # Names
        ("F2REPORT", "x", "setting F2REPORT is not known; did you mean F2_REPORT?"),
        ("f2_media", "video", "did you mean F2_MEDIA?"),
        ("DOWNLOAD_DELEY", "3", "did you mean DOWNLOAD_DELAY?"),
    ],
)
def test_setting_that_loses_something_is_bad_input(name: str, value: Any, words: str) -> None:
    with pytest.raises(InputError) as raised:
        check(**{name: value})
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("ITEM_PIPELINES", {"no.such.Pipeline": 5}, "ITEM_PIPELINES=no.such.Pipeline: "),
        ("ITEM_PIPELINES", {"pathlib.Path": "first"}, "pathlib.Path: want a number, or None"),
        ("FEED_STORAGES", {"x": "no.such.Storage"}, "FEED_STORAGES=no.such.Storage: "),
    ],
)
def test_part_beside_ours_that_cannot_be_loaded(
    name: str, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        check(**{name: get_default(name) | more})


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"DOWNLOAD_DELAY": "0.5", "LOG_LEVEL": "debug", "CONCURRENT_REQUESTS": "8"},
        {"LOG_LEVEL": 10, "LOG_FORMAT": "%(message)s", "RETRY_PRIORITY_ADJUST": "-5"},
        {"MY_PLUGIN_FOLDER": "x", "FEED_EXPORT_ENCODING": "utf-8-sig"},
        {"EXTENSIONS": get_default("EXTENSIONS") | {"scrapy.extensions.logstats.LogStats": 5}},
        {"ITEM_PIPELINES": dict.fromkeys(get_default("ITEM_PIPELINES"))},  # all None
    ],
)
def test_other_settings_are_taken(given: dict[str, Any]) -> None:
    check(**given)
