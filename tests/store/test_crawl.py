"""A crawl puts its files into a store, and knows them there."""

import hashlib
import socket
from typing import Any

from support.crawling import Crawler, Play
from support.stores import LOGIN, Serve, Server

from f2scrapy.store.upload import read_hash

MEDIA = {"F2_MEDIA": "video,image,cover"}


def hash_files(server: Server) -> dict[str, str]:
    """Return the hashes of all files in the store, by their keys."""
    store = server.open(prefix="/crawl")
    try:
        return {key: read_hash(store, key) for key, _ in store.list_files()}
    finally:
        store.close()


def list_expected(crawl: Crawler, kinds: str) -> list[str]:
    """Return the sorted hashes of the sandbox's files of a user, one of those of a video."""
    works = crawl.sandbox.describe_files("demo", "douyin").values()
    return sorted({f["sha256"] for work in works for slot, f in work["files"].items()
                   if slot[0] in kinds})  # fmt: skip


def test_files_go_to_the_store_and_are_known_there(play: Play, serve: Serve) -> None:
    crawl, server = play(), serve("s3")
    crawl.settings |= server.build_settings("/crawl") | MEDIA
    first = crawl.run_user_post("demo", F2_KEEP_LOCAL="no")
    assert (first.code, first.outcome) == (0, "OK"), first.log
    there = hash_files(server)
    assert len(there) == first.report["files"] > 20
    assert set(there.values()) <= set(list_expected(crawl, "vilcdo"))
    assert crawl.list_files() == [], "no file stays on disk"
    assert not [word for word in LOGIN.values() if word in first.log + str(first.report)]

    _ = crawl.take_report()
    crawl.sandbox.state.switch_on("renamed=新名字")
    again = crawl.run_user_post("demo", "-a", "update=no", F2_KEEP_LOCAL="no")
    assert (again.code, again.report["files"]) == (0, 0), again.log
    assert crawl.take_report()["media_requests"] == 0
    renamed = hash_files(server)
    assert {key.split("/")[2] for key in renamed} == {"新名字"}
    assert sorted(renamed.values()) == sorted(there.values())


def test_files_that_do_not_reach_the_store_are_no_success(play: Play, serve: Serve) -> None:
    crawl, server = play(), serve("file")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        dead = f"webdav+http://127.0.0.1:{closed.getsockname()[1]}/x"
    run = crawl.run_user_post("demo", F2_PUBLISH=dead, F2_KEEP_LOCAL="no", **MEDIA)
    assert (run.code, run.outcome) == (4, "STORE"), run.log
    assert "the store does not answer" in run.report["gaps"][0]["detail"]
    held = crawl.list_files()
    assert len(held) == run.report["files"], "files stay on disk"

    _ = crawl.take_report()
    settings: dict[str, Any] = server.build_settings("/crawl") | MEDIA
    run = crawl.run_user_post("demo", **settings)
    assert (run.code, crawl.take_report()["media_requests"]) == (0, 0), run.log
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in held}
    assert set(hash_files(server).values()) == digests
    assert crawl.list_files() == held
