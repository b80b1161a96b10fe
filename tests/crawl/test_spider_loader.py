"""A spider is found by its name, and no other is loaded for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from f2scrapy.crawl.spider_loader import SpiderLoader

ROOT = Path(__file__).parents[2]


def test_all_spiders_by_name() -> None:
    loader = SpiderLoader(["spiders"])
    names = loader.list()
    assert names == sorted(path.stem for path in (ROOT / "spiders").glob("[a-z]*.py"))
    assert [loader.load(name).name for name in names] == names


def test_unknown_name() -> None:
    with pytest.raises(KeyError, match="Spider not found: douyin_nothing"):
        SpiderLoader(["spiders"]).load("douyin_nothing")


def test_the_others_are_left_alone() -> None:
    code = (
        "import sys; from f2scrapy.crawl.spider_loader import SpiderLoader;"
        "SpiderLoader(['spiders']).load('douyin_user_post');"
        "others = ('spiders.', 'f2scrapy.platforms.tiktok');"
        "print(*[name for name in sys.modules if name.startswith(others)])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert done.stdout.split() == ["spiders.douyin_user_post"]
