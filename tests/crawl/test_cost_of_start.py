"""Starting imports what the run needs; `python -m benchmarks start` measures it."""

import subprocess
import sys

import pytest

PARTS = """
import sys
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
settings = Settings()
settings.setmodule("f2scrapy.settings")
for name in ("ADDONS", "ITEM_PIPELINES", "DOWNLOADER_MIDDLEWARES", "EXTENSIONS"):
    for path in settings.getdict(name):
        load_object(path)
for path in settings.getdict("DOWNLOAD_HANDLERS").values():
    load_object(path)
import f2scrapy.crawl.crawl_command, spiders.douyin_user_post
"""
COMMANDS = """
import sys
from scrapy.cmdline import _get_commands_dict
from scrapy.settings import Settings
settings = Settings()
settings.setmodule("f2scrapy.settings")
assert {"crawl", "doctor", "login", "settings", "list"} <= _get_commands_dict(settings, True).keys()
"""


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        # aiohttp is for files, recordings and notifications; it builds three TLS contexts at import
        (PARTS, {"aiohttp", "curl_cffi", "playwright", "f2scrapy.live.recorder"}),
        # for terminals, F2_RAW, F2_PUBLISH, NFO, F2_IDENTITY
        (
            PARTS,
            {
                "rich.console",
                "f2scrapy.crawl.redact",
                "f2scrapy.store.opening",
                "xml.etree",
                "f2scrapy.identities",
            },
        ),
        (COMMANDS, {"aiohttp", "f2scrapy.crawl.addon", "f2scrapy.config", "f2scrapy.api", "yaml"}),
    ],
)
def test_nothing_is_imported_that_the_first_request_does_not_need(
    code: str, unwanted: set[str]
) -> None:
    command = [sys.executable, "-c", f"{code}\nprint(*sys.modules)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not unwanted & set(done.stdout.split())
