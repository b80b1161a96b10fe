"""What happens to the files of a finished work: their time, and the user's command."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.exceptions import NotConfigured
from support.works import Work, make_crawler, write_files

from f2scrapy.archive.archive import Archive
from f2scrapy.config.file import read_defaults
from f2scrapy.config.options import parse_options
from f2scrapy.errors import InputError
from pipelines.after import AfterPipeline
from pipelines.file_time import FileTimePipeline

pytestmark = pytest.mark.clock


def make_work(archive: Archive) -> Work:
    work = Work(path="douyin/post/A/日 落; touch x")
    write_files(archive, work)
    return work


def test_files_have_the_time_of_publication(tmp_path: Path) -> None:
    with closing(Archive(tmp_path / "a.db", tmp_path)) as archive:
        work = make_work(archive)
        FileTimePipeline(archive).process_item(work)
        place = archive.locate(work.files[0].path)
        assert work.create_time is not None
        assert place.stat().st_mtime == work.create_time.timestamp()
        early = work.model_copy(update={"create_time": datetime(1, 1, 1, tzinfo=UTC)})
        FileTimePipeline(archive).process_item(early)  # no file system has such a time


async def test_command_gets_words_and_no_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("F2_COOKIE", "sessionid=secret")
    shown = "repr(sys.argv[1:]) + repr('F2_COOKIE' in os.environ)"
    code = f"import os, sys; open('said', 'w').write({shown})"
    monkeypatch.chdir(tmp_path)
    with closing(Archive(tmp_path / "a.db", tmp_path)) as archive:
        work = make_work(archive)
        words = [sys.executable, "-c", code, "{path}", "x{id}", "{folder}"]
        assert await AfterPipeline(archive, words).process_item(work) is work
        path = archive.locate(work.files[0].path)
    said = repr([str(path), f"x{work.id}", str(path.parent)])
    assert (tmp_path / "said").read_text() == said + "False"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["/nowhere/program"], "F2_AFTER cannot be run: No such file or directory"),
        ([sys.executable, "-c", "exit(3)"], "F2_AFTER ended with exit code 3"),
    ],
)
async def test_command_that_fails_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, words: list[str], message: str
) -> None:
    with closing(Archive(tmp_path / "a.db", tmp_path)) as archive:
        await AfterPipeline(archive, words).process_item(make_work(archive))
    assert message in caplog.text


async def test_work_without_files_needs_no_command(tmp_path: Path) -> None:
    with closing(Archive(tmp_path / "a.db", tmp_path)) as archive:
        pipeline = AfterPipeline(archive, ["/nowhere/program"])
        await pipeline.process_item(Work())


def test_options_turn_them_on_and_off(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        AfterPipeline.from_crawler(make_crawler(tmp_path))
    after = AfterPipeline.from_crawler(make_crawler(tmp_path, F2_AFTER="'my program' {path}"))
    assert after.words == ("my program", "{path}")
    with pytest.raises(NotConfigured):
        FileTimePipeline.from_crawler(make_crawler(tmp_path, F2_FILE_TIME="no"))
    assert FileTimePipeline.from_crawler(make_crawler(tmp_path))


def test_command_with_an_open_quote_is_refused() -> None:
    with pytest.raises(InputError, match="F2_AFTER='x: this is no command: No closing quotation"):
        parse_options(read_defaults() | {"F2_AFTER": "'x"})
