"""The main job with its archive on a PostgreSQL server."""

from __future__ import annotations

from contextlib import closing

from support.crawling import Play
from support.postgres import Cluster

from f2scrapy.archive.archive import Archive
from f2scrapy.archive.server import parse_server


def test_crawl_goes_on_while_the_server_starts_again(play: Play, cluster: Cluster) -> None:
    crawl = play()
    address = cluster.make_address()
    crawl.settings = {"F2_ARCHIVE": address, "F2_MEDIA": "cover", "F2_PACE": "0.3"}
    with crawl.start_process("clean200") as process:
        cluster.stop()
        cluster.start()
        assert process.wait(100) == 0
    with closing(Archive(parse_server(address), crawl.root)) as archive:
        held = {file.path for _key, file in archive.iter_all_files()}
        assert all(archive.is_on_disk(file) for _key, file in archive.iter_all_files())
    assert held == {path.relative_to(crawl.root).as_posix() for path in crawl.list_files()}
    assert len(held) == 200
    crawl.take_report()
    assert crawl.run_user_post("clean200", F2_PACE="0").code == 0
    assert crawl.take_report()["media_requests"] == 0
