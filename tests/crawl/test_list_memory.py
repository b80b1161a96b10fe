"""A list is remembered for the next run, though the archive was locked for a while."""

import errno
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.works import make_crawler

from f2scrapy.crawl.arguments import PaginationArgs
from f2scrapy.crawl.list_memory import ListMemory
from f2scrapy.crawl.run_log import RunLog
from f2scrapy.crawl.shared import get_archive

SOURCE = "douyin:post:MS4w"


def refuse(*_: object) -> None:
    raise OSError(errno.EBUSY, "database is locked")


@pytest.mark.parametrize(
    ("save", "details"),
    [(lambda *_: None, []), (refuse, ["not remembered as complete: database is locked"])],
    ids=["free at the end", "locked to the end"],
)
async def test_lock_in_the_midst_of_a_list_is_no_gap(
    save: Callable[..., None], details: list[str], tmp_path: Path
) -> None:
    crawler = make_crawler(tmp_path)
    get_archive(crawler).is_stopping = lambda: True  # wait for no lock
    run_log = RunLog("douyin_user_post", datetime.now(UTC))
    listing = run_log.get_listing(SOURCE)
    pagination = SimpleNamespace(may_complete=True, is_complete=False, listing=listing)
    known = SimpleNamespace(begin=refuse, iter_missing=lambda _: ())
    spider = SimpleNamespace(
        crawler=crawler,
        run_log=run_log,
        args=PaginationArgs(),
        known=known,
        paginations={SOURCE: pagination},
        targets=SimpleNamespace(links=[]),
        renamed={},
        reading=SimpleNamespace(close=lambda *_, **__: None),
    )
    memory = ListMemory(spider)
    await memory.begin(SOURCE)
    assert run_log.gaps == []
    known.begin = save
    await memory.save()
    assert [gap.detail for gap in run_log.gaps] == details
