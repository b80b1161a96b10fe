"""F2_RENDITION=original: the upload itself, where it is larger than the best encoding."""

import pytest
from support.crawling import Play

from f2scrapy.sandbox.catalogue import build_work
from f2scrapy.sandbox.douyin.works import ORIGINAL, build_asset
from f2scrapy.sandbox.works import is_album


@pytest.mark.parametrize("faults", [(), ("http=404~/aweme/v1/play/",)])
def test_larger_file_is_taken(play: Play, faults: tuple[str, ...]) -> None:
    crawl = play(*faults)
    words = ("-a", "max_counts=5")
    settings = {"F2_MEDIA": "video", "F2_RENDITION": "original"}
    run = crawl.run_user_post("clean200", *words, **settings)
    assert (run.code, run.outcome) == (0, "OK"), run.log
    world = crawl.sandbox.state
    works = [build_work(world.catalogue.by_name["clean200"], number) for number in range(5)]
    films = [work for work in works if not is_album(work)]
    taken = [work for work in films if not faults and work.position % 2 == 0]
    for work in films:
        content = (crawl.root / crawl.get_files(str(work.aweme_id))["video"].path).read_bytes()
        upload = build_asset(work, ORIGINAL, world.options.sizes).read()
        assert (content == upload) is (work in taken), work.position
        assert len(content) > len(upload) or work in taken or faults
    [remark] = run.report["not_taken"]
    assert (remark["what"], remark["count"]) == ("the original", len(films) - len(taken))
    assert crawl.take_report()["violations"] == []
    again = crawl.run_user_post("clean200", *words, F2_UPGRADE="yes", **settings)
    assert (again.code, again.report["kept"], crawl.take_report()["media_requests"]) == (0, 0, 0)
