"""Danmaku of published videos: windows, rows, and the file made of them."""

import pytest

from f2scrapy.errors import ProtocolError
from f2scrapy.model.media import MediaKind
from f2scrapy.platforms.douyin.danmaku import write_xml
from f2scrapy.platforms.douyin.endpoints.danmaku import LONGEST_MS, PostDanmaku
from f2scrapy.platforms.douyin.items.posts import Post

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<i>\n'


def test_parameters() -> None:
    query = "app_name=aweme&format=json&group_id=7&item_id=7&start_time=0&end_time=32000"
    assert PostDanmaku.of_work("7", 70_000).encode_query() == f"{query}&duration=70000"


@pytest.mark.parametrize(
    ("duration", "windows"),
    [(0, [(0, 0)]), (9_000, [(0, 9_000)]), (32_000, [(0, 32_000)]),
     (70_000, [(0, 32_000), (32_000, 64_000), (64_000, 70_000)])],
)  # fmt: skip
def test_windows_cover_the_video(duration: int, windows: list[tuple[int, int]]) -> None:
    pages = [PostDanmaku.of_work("7", duration)]
    while not pages[-1].is_last_page({}):
        pages.append(pages[-1].next_page({}))
    assert [(page.start_time, page.end_time) for page in pages] == windows


def test_video_of_days_has_windows_for_half_a_day() -> None:
    assert PostDanmaku.of_work("7", 10**12).duration == LONGEST_MS


def test_rows_have_the_work_and_null_means_none() -> None:
    page = PostDanmaku.of_work("7", 9)
    assert page.read_rows({"danmaku_list": [{"text": "a"}, None]}) == [
        {"text": "a", "item_id": "7"},
        None,
    ]
    assert page.read_rows({"danmaku_list": None}) == []
    with pytest.raises(ProtocolError, match="danmaku_list"):
        page.read_rows({"status_code": 0})


def test_file_has_each_danmaku_once_in_the_order_of_the_video() -> None:
    late = {"danmaku_id": "2", "text": 'a<b> & "c"\n\x00', "offset_time": 1500}
    early = {"danmaku_id": 1, "text": "d", "offset_time": 20}
    assert write_xml([late, early, late]) == (
        f'{HEAD}<d p="0.020,1,25,16777215,0,0,0,1">d</d>\n'
        '<d p="1.500,1,25,16777215,0,0,0,2">a&lt;b&gt; &amp; "c"</d>\n</i>\n'
    )
    assert write_xml([]) == f"{HEAD}</i>\n"
    with pytest.raises(ProtocolError, match="danmaku_id"):
        write_xml([{"text": "a"}])


@pytest.mark.parametrize(
    ("count", "length", "video", "offered", "reported"),
    [
        (5, 9_000, True, True, False),
        (None, 9_000, True, True, False),  # the site's page does not count them
        (None, 0, True, False, True),
        (5, 0, True, False, True),
        (0, 9_000, True, False, False),
        (5, 9_000, False, False, False),
    ],
)
def test_files_are_offered_for_videos_that_may_have_danmaku(
    count: int | None, length: int, video: bool, offered: bool, reported: bool
) -> None:
    address = {"play_addr": {"url_list": ["https://v26-web.douyinvod.com/a"]}, "duration": length}
    row = {"aweme_id": "7", "danmaku_control": {"danmaku_cnt": count}}
    post = Post.parse(row | ({"video": address} if video else {"images": [{}]}))
    files = [file.suffix for file in post.list_media() if file.kind is MediaKind.DANMAKU]
    assert files == (["_danmaku.xml", "_video.ass"] if offered else [])
    assert (MediaKind.DANMAKU in {kind for kind, _ in post.list_unoffered()}) is reported
