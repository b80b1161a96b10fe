"""How far a run without files has come: a page counts when all its rows have been given."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.works import User

from f2scrapy.archive.archive import Archive
from f2scrapy.crawl.reading import ReadingLog, find_local_feeds
from f2scrapy.crawl.skipped import Skipped
from f2scrapy.platforms.douyin.endpoints.posts import UserPost

pytestmark = pytest.mark.usefixtures("each_key_set")

FIRST = UserPost(sec_user_id="MS4w")
LIST = "douyin:follower:MS4w"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(Archive(tmp_path / "a.db", tmp_path)) as made:
        yield made


def begin(archive: Archive, command: int = 1, *, is_update: bool = False) -> ReadingLog:
    log = ReadingLog(archive, command, "")
    log.is_update = is_update
    log.load()
    log.open_list(LIST)
    return log


def give(log: ReadingLog, *names: str) -> None:
    users = [User(sec_user_id=name, source=LIST) for name in names]
    log.add_rows(users)
    for user in users:
        log.item_scraped(user)


def read_page(log: ReadingLog, cursor: int, *names: str, given: int | None = None) -> None:
    log.add_page(LIST, FIRST.resume_at(cursor), [], 0)
    for name in names:
        log.add_pending(LIST, f"douyin:user:{name}")
    give(log, *names[:given])


def test_page_with_a_row_on_its_way_is_read_again(archive: Archive) -> None:
    log = begin(archive)
    read_page(log, 0, "a", "b")
    read_page(log, 20, "c", "d", given=1)
    read_page(log, 40, "e")
    after = begin(archive)
    assert after.is_continued
    assert after.resume(LIST, FIRST) == FIRST, "d was on its way"
    assert [after.is_known(LIST, f"douyin:user:{name}") for name in "abcde"] == [
        True, True, True, False, True]  # fmt: skip
    give(log, "d")
    assert begin(archive).resume(LIST, FIRST).position == 20


def test_page_waits_for_the_lists_below_its_rows(archive: Archive) -> None:
    log = begin(archive)
    read_page(log, 20, "a")
    log.open_list(f"{LIST}/1", LIST)
    read_page(log, 40, "b")
    assert begin(archive).resume(LIST, FIRST) == FIRST
    log.finish_list(f"{LIST}/1")
    assert begin(archive).resume(LIST, FIRST).position == 20


def test_row_left_out_on_purpose_is_settled_and_a_lost_one_is_not(archive: Archive) -> None:
    log = begin(archive)
    for name, reason in (("a", "match"), ("b", "without a row"), ("c", "likes")):
        log.item_dropped(User(sec_user_id=name, source=LIST), Skipped(reason))
    log.save_rest()
    after = begin(archive)
    assert [after.is_known(LIST, f"douyin:user:{name}") for name in "abc"] == [True, False, False]


def test_whole_round_begins_at_the_top_again(archive: Archive) -> None:
    log = begin(archive)
    read_page(log, 0, "a")
    log.close([LIST], is_whole=True)
    after = begin(archive)
    assert not after.is_continued
    assert not after.is_known(LIST, "douyin:user:a")


def test_round_without_progress_ends(archive: Archive) -> None:
    log = begin(archive)
    read_page(log, 0, "a")
    log.close([], is_whole=False)
    second = begin(archive)
    assert second.is_continued
    second.close([], is_whole=False)
    assert not begin(archive).is_continued


def test_update_knows_the_rows_of_all_commands(archive: Archive) -> None:
    log = begin(archive)
    read_page(log, 0, "a")
    log.close([LIST], is_whole=True)
    update = begin(archive, 2, is_update=True)
    assert update.is_known(LIST, "douyin:user:a")
    assert update.resume(LIST, FIRST) == FIRST
    assert not begin(archive, 3).is_known(LIST, "douyin:user:a")


def test_another_feed_begins_at_the_top(archive: Archive) -> None:
    log = begin(archive)
    read_page(log, 0, "a")
    assert not begin(archive, 2).is_continued


def test_locked_archive_gets_the_rows_later(archive: Archive, tmp_path: Path) -> None:
    archive._db.execute("PRAGMA busy_timeout = 5")
    log = begin(archive)
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        read_page(log, 0, "a")
        other.execute("COMMIT")
    assert {*archive.iter_given(log.lists[LIST].number)} == set()
    read_page(log, 20, "b")
    assert len({*archive.iter_given(log.lists[LIST].number)}) == 2


def test_idle_log_records_nothing(archive: Archive) -> None:
    log = ReadingLog(None, None, "")
    log.open_list(LIST)
    read_page(log, 20, "a")
    log.close([LIST], is_whole=True)
    assert log.resume(LIST, FIRST) == FIRST
    assert archive.get_readings(0) == {}


@pytest.mark.parametrize(
    ("uri", "options", "count"),
    [
        ("rows.csv", {}, 1),
        ("file:///rows.csv", {}, 1),
        ("s3://bucket/rows.csv", {}, 0),
        ("stdout:", {}, 0),
        ("rows-%(time)s.csv", {}, 0),
        ("rows.csv.gz", {"postprocessing": ["x"]}, 0),
        ("rows.csv", {"batch_item_count": 9}, 0),
        ("/dev/null", {}, 0),
    ],
)
def test_files_on_this_machine_alone_are_continued(
    uri: str, options: dict[str, object], count: int
) -> None:
    assert len(find_local_feeds({uri: options})) == count
