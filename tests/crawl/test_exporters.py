"""Exporters: what is read back is what was exported, in a stable order."""

from __future__ import annotations

import csv
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO, FileIO
from pathlib import Path
from typing import IO, Any, ClassVar, cast

import pytest
import scrapy
from pydantic import BaseModel, Field
from scrapy import Spider
from scrapy.exporters import BaseItemExporter, JsonLinesItemExporter
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler
from support.feeds import export
from support.works import make_crawler

from f2scrapy import settings as project
from f2scrapy.crawl.exporters import CsvExporter, JsonExporter, JsonLinesExporter
from f2scrapy.crawl.feed_files import RowFile
from f2scrapy.model.item import Item
from f2scrapy.model.media import File

pytestmark = pytest.mark.clock


class Sound(BaseModel):
    title: str = ""
    artists: list[str] = Field(default_factory=list)


class Post(Item):
    platform: ClassVar[str] = "douyin"
    kind: ClassVar[str] = "post"

    aweme_id: str
    desc: str = ""
    create_time: datetime | None = datetime(2023, 10, 29, 20, 11, 33, tzinfo=UTC)
    digg_count: int = 0
    hashtags: list[str] = Field(default_factory=list)
    music: Sound | None = None
    extra: dict[str, Any] = Field(default_factory=dict)
    secret: str = Field("internal", exclude=True)


class Comment(Item):
    platform: ClassVar[str] = "douyin"
    kind: ClassVar[str] = "comment"

    desc: str = ""
    text: str = ""


LAST = ["spider", "fetched_at", "platform"]
OWN = ["state", "source", "mode", "owner_sec_user_id", "owner_nickname", "path"]
PATHS = ["douyin/video.x", "douyin/cover.x"]
PLAIN = ["aweme_id", "desc", "create_time", "digg_count", "hashtags"]


def full(**values: Any) -> Post:
    files = [File(asset=a, path=f"douyin/{a}.x", size=3) for a in ("video", "cover")]
    known = {"aweme_id": "7", "desc": '海边 "日落"\n😀', "hashtags": ["a", "b|c"], "files": files}
    return Post(**known | {"music": Sound(title="s", artists=["x", "y"])} | values)


def table(*items: Any, **options: Any) -> list[dict[str, str]]:
    text = export(CsvExporter, items, **options).decode(options.get("encoding", "utf-8"))
    return list(csv.DictReader(text.splitlines(keepends=True)))


# JSON


@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-8-sig", "gbk"])
def test_json_lines_read_back(encoding: str | None) -> None:
    items = [full(), full(aweme_id="8", music=None)]
    lines = export(JsonLinesExporter, items, encoding=encoding).decode().splitlines()
    assert [Post.model_validate_json(line) for line in lines] == items


def test_json_has_its_own_fields_last_and_no_excluded_ones() -> None:
    data = json.loads(export(JsonLinesExporter, [full()]))
    assert list(data) == [*PLAIN, "music", "extra", *OWN, "files", *LAST]


def test_json_times_have_an_offset() -> None:
    assert json.loads(export(JsonLinesExporter, [full()]))["create_time"] == "2023-10-29T20:11:33Z"


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_json_array_reads_back(indent: int | None) -> None:
    items = [full(), full(aweme_id="8")]
    rows = json.loads(export(JsonExporter, items, indent=indent))
    assert [Post.model_validate(row) for row in rows] == items


def test_json_array_has_an_item_a_line() -> None:
    lines = export(JsonExporter, [full(), full()], indent=0).splitlines()
    assert [line[:1] for line in lines] == [b"[", b"{", b"{", b"]"]


def test_empty_json_array_is_one() -> None:
    assert json.loads(export(JsonExporter, [])) == []


@pytest.mark.parametrize(
    ("fields", "data"),
    [
        (["digg_count", "aweme_id", "none"], {"digg_count": 0, "aweme_id": "7"}),
        ({"files.path": "paths", "aweme_id": "id"}, {"paths": PATHS, "id": "7"}),
        (["music.title"], {"music.title": "s"}),
    ],
)
@pytest.mark.parametrize("kind", [JsonLinesExporter, JsonExporter])
def test_json_fields_are_chosen_ordered_and_renamed(
    kind: type[BaseItemExporter], fields: Any, data: dict[str, Any]
) -> None:
    rows = export(kind, [full()], fields_to_export=fields).strip(b"[]\n")
    assert list(json.loads(rows).items()) == list(data.items())


def seconds(kind: type[BaseItemExporter], items: list[Item]) -> float:
    """Return the processor's time: other load of the machine has no part in it."""
    begin = time.process_time()
    export(kind, items, encoding="utf-8")
    return time.process_time() - begin


def test_json_lines_are_ten_times_as_fast_as_scrapys() -> None:
    items = [full() for _ in range(300)]
    assert seconds(JsonLinesItemExporter, items) > 10 * min(
        seconds(JsonLinesExporter, items) for _ in range(3)
    )


# CSV


def test_csv_is_flat_and_in_the_order_of_declaration() -> None:
    [row] = table(full())
    nested = ["music.title", "music.artists", "extra"]
    files = [f"files.{name}" for name in ("asset", "path", "size", "rendition")]
    assert list(row) == [*PLAIN, *nested, *OWN, *files, *LAST]


def test_csv_reads_back() -> None:
    [row] = table(full(extra={"a": [1]}, digg_count=-5))
    assert row["desc"] == '海边 "日落"\n😀'
    assert row["create_time"] == "2023-10-29T20:11:33Z"
    assert row["digg_count"] == "-5"
    assert row["hashtags"] == "a|b\\|c"
    assert row["music.artists"] == "x|y"
    assert row["files.path"] == "douyin/video.x|douyin/cover.x"
    assert row["files.size"] == "3|3"
    assert row["extra"] == '{"a":[1]}'


def test_csv_columns_do_not_depend_on_the_first_row() -> None:
    first, second = table(Post(aweme_id="1", create_time=None), full())
    assert list(first) == list(second)
    assert first["music.title"] == first["files.path"] == first["create_time"] == ""
    assert second["music.title"] == "s"


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_csv_executes_nothing(start: str) -> None:
    [row] = table(full(desc=start, hashtags=[start], music=Sound(title=start)))
    assert {row[name] for name in ("desc", "hashtags", "music.title")} == {f"'{start}"}


def test_csv_leaves_harmless_text_alone() -> None:
    assert table(full(desc="a=b"))[0]["desc"] == "a=b"


def test_csv_for_excel_has_a_byte_order_mark() -> None:
    data = export(CsvExporter, [full()], encoding="utf-8-sig")
    assert data.startswith(b"\xef\xbb\xbfaweme_id,")
    assert data.count(b"\xef\xbb\xbf") == 1


def test_csv_loses_no_row_to_an_encoding() -> None:
    [row] = table(full(), encoding="gbk")
    assert row["desc"] == '海边 "日落"\n?'


def test_csv_fields_are_chosen_ordered_and_renamed() -> None:
    fields = {"files.path": "path", "aweme_id": "id", "none": "none"}
    [row] = table(full(), fields_to_export=fields)
    expected = {"path": "douyin/video.x|douyin/cover.x", "id": "7", "none": ""}
    assert list(row.items()) == list(expected.items())


def test_csv_of_two_kinds_says_once_what_has_no_column(caplog: pytest.LogCaptureFixture) -> None:
    rows = table(full(), Comment(desc="d", text="t"), Comment(desc="e"))
    assert [row["desc"] for row in rows[1:]] == ["d", "e"]
    assert [record.getMessage() for record in caplog.records] == [
        "CSV: no column for text of Comment"
    ]


def test_csv_with_named_columns_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    rows = table(full(), Comment(text="t"), fields_to_export=["desc", "text"])
    assert rows[1] == {"desc": "", "text": "t"}
    assert caplog.records == []


# Items of a user's own spider


@dataclass
class Book:
    title: str
    price: float = 0.0


class Page(scrapy.Item):
    url = scrapy.Field()
    title = scrapy.Field()


class Song(BaseModel):
    title: str
    length: timedelta = timedelta(seconds=5)


OTHERS = [
    ({"title": "海", "tags": ["a"], "n": None}, {"title": "海", "tags": ["a"], "n": None}),
    ({"title": "x", "at": datetime(2026, 1, 2, tzinfo=UTC)},
     {"title": "x", "at": "2026-01-02T00:00:00Z"}),
    ({"title": "x", "price": Decimal("1.50"), "nan": float("nan"), "by": Path("a")},
     {"title": "x", "price": "1.50", "nan": None, "by": "a"}),
    ({"title": "x", "book": Book("y")}, {"title": "x", "book": {"title": "y", "price": 0.0}}),
    (Book("x", 2.5), {"title": "x", "price": 2.5}),
    (Page(title="x"), {"title": "x"}),
    (Song(title="x"), {"title": "x", "length": "PT5S"}),
]  # fmt: skip


@pytest.mark.parametrize(("item", "data"), OTHERS)
def test_json_of_other_items(item: Any, data: dict[str, Any]) -> None:
    assert json.loads(export(JsonLinesExporter, [item])) == data
    assert json.loads(export(JsonExporter, [item, item])) == [data, data]


def test_json_fields_of_other_items_are_chosen() -> None:
    item = {"title": "x", "by": {"name": "y"}, "a.b": 1, "rest": 2}
    fields = {"by.name": "author", "title": "title", "a.b": "a.b", "none": "none"}
    chosen = json.loads(export(JsonLinesExporter, [item], fields_to_export=fields))
    assert list(chosen.items()) == [("author", "y"), ("title", "x"), ("a.b", 1)]


def test_csv_of_other_items() -> None:
    first = {"title": "=1+1", "tags": ["a", "b"], "by": {"name": "y"}, "a.b": 1}
    rows = table(first, {"title": "z", "a.b": 2})
    assert rows == [
        {"title": "'=1+1", "tags": "a|b", "by": '{"name":"y"}', "a.b": "1"},
        {"title": "z", "tags": "", "by": "", "a.b": "2"},
    ]
    assert table(Book("x", 2.5)) == [{"title": "x", "price": "2.5"}]
    assert table(Page(title="x")) == [{"url": "", "title": "x"}]
    assert table(first, fields_to_export=["by.name", "title"])[0]["by.name"] == "y"


def test_csv_says_once_which_keys_have_no_column(caplog: pytest.LogCaptureFixture) -> None:
    rows = table({"title": "x"}, *[{"title": "y", "more": 1}] * 2)
    assert rows == [{"title": "x"}, {"title": "y"}, {"title": "y"}]
    assert [record.getMessage() for record in caplog.records] == ["CSV: no column for more of dict"]


def append_csv(path: Path, *items: Any) -> list[str]:
    """Append items to a CSV file as a feed does; return its lines."""
    file = RowFile(FileIO(path, "a+"), is_shared=True)
    exporter = CsvExporter(cast("IO[bytes]", file), encoding="utf-8")
    for item in items:
        exporter.export_item(item)
    exporter.finish_exporting()
    file.close()
    return path.read_text("utf-8-sig").splitlines()


def test_csv_appends_rows_in_the_columns_of_the_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An older version wrote fewer columns, and in another order."""
    path = tmp_path / "rows.csv"
    path.write_text("\ufeffb,gone,a\r\n2,x,1\r\n", "utf-8")
    lines = append_csv(path, {"a": 3, "b": 4, "new": 5})
    assert lines == ["b,gone,a", "2,x,1", "4,,3"]
    assert [r.getMessage() for r in caplog.records] == ["CSV: no column for new of dict"]


@pytest.mark.parametrize("headers", ["x,y", "a,a"])
def test_csv_appends_nothing_to_the_columns_of_other_rows(headers: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{headers}\r\n")
    with pytest.raises(OSError, match="columns of other rows"):
        append_csv(path, {"a": 3})
    assert path.read_text().splitlines() == [headers]


# In a crawl


class PostsSpider(Spider):
    name = "posts"

    async def start(self) -> Any:
        for aweme_id in ("1", "2"):
            yield full(aweme_id=aweme_id)


async def crawl(folder: Path) -> None:
    exporters = {"jsonl": JsonLinesExporter, "json": JsonExporter, "csv": CsvExporter}
    crawler = get_crawler(
        PostsSpider,
        {
            "FEEDS": {folder / f"works.{form}": {"format": form} for form in exporters},
            "FEED_EXPORTERS": exporters,
            "FEED_EXPORT_ENCODING": "utf-8-sig",
            "TWISTED_REACTOR_ENABLED": False,
        },
    )
    await crawler.crawl_async()


def ids(folder: Path) -> dict[str, list[str]]:
    lines = (folder / "works.jsonl").read_text(encoding="utf-8").splitlines()
    with (folder / "works.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        "jsonl": [json.loads(line)["aweme_id"] for line in lines],
        "csv": [row["aweme_id"] for row in rows],
    }


async def test_feeds_of_a_crawl_read_back_also_when_appended_to(tmp_path: Path) -> None:
    await crawl(tmp_path)
    assert [row["aweme_id"] for row in json.loads((tmp_path / "works.json").read_bytes())] == [
        "1",
        "2",
    ]
    await crawl(tmp_path)
    assert ids(tmp_path) == {"jsonl": ["1", "2", "1", "2"], "csv": ["1", "2", "1", "2"]}


def test_no_format_is_offered_that_is_not_ours() -> None:
    settings = Settings()
    settings.setmodule(project)
    exporters = settings.getwithbase("FEED_EXPORTERS")
    assert {name for name, place in exporters.items() if place} == {
        "jl", "jsonl", "jsonlines", "json", "csv", "parquet", "sqlite", "xlsx", "xml",
    }  # fmt: skip


def test_csv_takes_the_options_of_a_csv_writer() -> None:
    file = BytesIO()
    exporter = CsvExporter(file, delimiter=";", lineterminator="\n")
    exporter.start_exporting()
    exporter.export_item({"a": "1,5", "b": "x;y"})
    exporter.finish_exporting()
    assert file.getvalue() == b'a;b\n1,5;"x;y"\n'


def export_for_excel(tmp_path: Path, old: bytes = b"") -> bytes:
    file = BytesIO(old)
    file.seek(0, 2)
    crawler = make_crawler(tmp_path, F2_EXCEL="yes")
    exporter = CsvExporter.from_crawler(crawler, file)
    exporter.export_item(full(aweme_id="7699826113376157705"))
    exporter.finish_exporting()
    return file.getvalue()


def test_csv_for_excel_has_a_mark_and_keeps_long_ids(tmp_path: Path) -> None:
    data = export_for_excel(tmp_path)
    assert data.startswith(b"\xef\xbb\xbfaweme_id,")
    assert b"\n'7699826113376157705," in data
    assert b"\xef\xbb\xbf" not in export_for_excel(tmp_path, b"aweme_id\r\n"), "new files only"
