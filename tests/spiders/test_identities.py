"""A crawl with an identity of the pool: its login, its guest, its budget, its rest."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from tempfile import NamedTemporaryFile
from threading import Thread

from support import warm
from support.crawling import PROJECT, Crawler, Play, Run

from f2scrapy.archive.archive import Archive
from f2scrapy.identities.pool import IdentityPool

KEY = "M2ZfYXJlX2VuY3J5cHRlZF93aXRoX3RoaXNfa2V5X18="
SELF = "url=https://www.douyin.com/user/self"


def manage(crawl: Crawler, *words: str) -> str:
    """Return what `f2scrapy identity` prints; it must succeed."""
    settings = crawl.build_command("", F2_KEY=KEY, LANG="C")["env"]
    with NamedTemporaryFile("r", encoding="utf-8") as log:
        command = ["identity", *words]
        code = warm.run_scrapy(command, settings, PROJECT, log.name, warm.COMMAND)
        text = log.read()
    assert code == 0, text
    return text


def explain(run: Run) -> str:
    return str([gap["detail"] for gap in run.report["gaps"]])


def add(crawl: Crawler, name: str, session: str, *words: str) -> None:
    file = crawl.root.with_name(f"{name}.txt")
    file.write_text(f"sessionid={session}; sid_guard=1", "utf-8")
    manage(crawl, "add", name, "douyin", "--cookies", str(file), *words)
    file.unlink()


def test_login_of_the_pool_and_one_that_has_expired(play: Play) -> None:
    crawl = play()
    add(crawl, "good", "f2sandboxsession")
    words = ("douyin_user_collection", "-a", SELF)
    run = crawl(*words, F2_IDENTITY="auto", F2_KEY=KEY, F2_MEDIA="")
    assert (run.code, run.report["login"]) == (0, "valid"), run.log
    assert "The identity of this run is good." in run.log
    [shown] = json.loads(manage(crawl, "list", "--json"))
    assert (shown["state"], shown["requests"] > 5) == ("free", True)
    manage(crawl, "rest", "good", "2h")
    add(crawl, "dead", "f2sandboxold")
    run = crawl(*words, F2_IDENTITY="auto", F2_KEY=KEY, F2_MEDIA="")
    assert (run.code, run.outcome) == (5, "COOKIE_EXPIRED")
    assert "The identity dead is out: its login has expired" in run.log
    run = crawl(*words, F2_IDENTITY="auto", F2_KEY=KEY, F2_MEDIA="")
    assert (run.code, run.outcome) == (4, "INTERRUPTED")
    assert "dead is out (COOKIE_EXPIRED); good rests until" in explain(run)
    for path in crawl.root.parent.rglob("*"):
        assert not path.is_file() or b"f2sandboxsession" not in path.read_bytes(), path
    assert "f2sandbox" not in run.log


def test_guest_of_the_pool_stays_the_same_and_keeps_its_budget(play: Play) -> None:
    crawl = play()
    manage(crawl, "add", "guest", "douyin", "--hourly", "12", "--slow-days", "0")
    first = crawl.run_user_post("one", F2_IDENTITY="guest", F2_KEY=KEY, F2_MEDIA="")
    assert first.outcome == "OK", first.log
    tokens = crawl.take_report()["kinds"]["token"]
    run = crawl.run_user_post("clean200", F2_IDENTITY="auto", F2_KEY=KEY, F2_MEDIA="")
    report = crawl.take_report()
    assert tokens > 0
    assert report["kinds"].get("token", 0) == 0, "it is the same guest"
    assert (run.code, run.outcome) == (4, "INTERRUPTED")
    assert "the budget of identity guest is spent until" in explain(run)
    sent = sum(one["count"] for path, one in report["requests"].items() if "/aweme/v1/" in path)
    assert sent < 12, "the first run's requests count, too"
    again = crawl.run_user_post("clean200", F2_IDENTITY="auto", F2_KEY=KEY, F2_MEDIA="")
    assert (again.code, again.outcome) == (4, "INTERRUPTED")
    assert "guest rests until" in explain(again)
    assert report["violations"] == []


def test_files_go_on_at_the_page_where_the_budget_ended(play: Play) -> None:
    crawl = play()
    asked, runs = 0, 0
    words = ("guest", "douyin", "--hourly", "10", "--slow-days", "0")
    while True:
        manage(crawl, "add", *words)
        manage(crawl, "remove", "guest")
        manage(crawl, "add", *words)
        run = crawl.run_user_post("clean200", F2_IDENTITY="auto", F2_KEY=KEY, F2_MEDIA="desc")
        report = crawl.take_report()
        path = "www.douyin.com/aweme/v1/web/aweme/post/"
        asked += report["requests"].get(path, {"count": 0})["count"]
        runs += 1
        if run.code == 0:
            break
        assert (run.outcome, runs < 5) == ("INTERRUPTED", True), run.log
    assert runs > 1
    assert run.report["summary"].startswith("OK: 200 of 200")
    assert asked <= 200 / 18 + 1 + runs, "each run asks for at most one page again"
    assert len([*crawl.root.rglob("*_desc.txt")]) == 200


def test_identity_in_use_and_contradictions_are_bad_input(play: Play, tmp_path: Path) -> None:
    crawl = play()
    manage(crawl, "add", "guest", "douyin")
    archive = Archive(crawl.root / "f2scrapy.db", crawl.root)
    tomorrow = datetime.now(UTC) + timedelta(days=1)  # however slow this machine is
    IdentityPool(archive.database).lease("douyin", "guest", "another", tomorrow)
    archive.close()
    run = crawl.run_user_post("one", F2_MEDIA="", F2_IDENTITY="auto", F2_KEY=KEY)
    assert (run.code, run.outcome) == (4, "INTERRUPTED")
    assert "guest is used by another run; try again at" in explain(run)
    manage(crawl, "add", "second", "douyin", "--proxy", "http://proxy.example:1")
    run = crawl.run_user_post("one", "-o", "/proc/rows.jsonl", F2_IDENTITY="second", F2_KEY=KEY)
    assert run.code == 1, "no file can be written there"
    states = {one["name"]: one["state"] for one in json.loads(manage(crawl, "list", "--json"))}
    assert states == {"guest": "used", "second": "free"}, "a run that does not begin holds none"
    cases = [
        ({"F2_IDENTITY": "guest", "F2_KEY": KEY, "F2_COOKIE": "a=b"}, "leave out F2_COOKIES"),
        ({"F2_IDENTITY": "none", "F2_KEY": KEY}, "the pool has no identity none for douyin"),
        ({"F2_IDENTITY": "a b"}, "want letters, digits"),
    ]
    for settings, why in cases:
        run = crawl.run_user_post("one", F2_MEDIA="", **settings)
        assert run.code == 1
        assert why in explain(run)
    assert crawl.take_report()["requests"] == {}


class Proxy(StreamRequestHandler):
    """Notes the first line of each request, and refuses it."""

    asked: list[str]

    def handle(self) -> None:
        self.asked.append(self.rfile.readline().decode())
        self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")


def test_the_proxy_of_an_identity_is_that_of_its_run(play: Play) -> None:
    crawl = play()
    asked: list[str] = []
    handler = type("Handler", (Proxy,), {"asked": asked})
    with ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        manage(crawl, "add", "guest", "douyin", "--proxy", address)
        run = crawl.run_user_post("one", F2_IDENTITY="guest", F2_KEY=KEY, F2_SANDBOX="",
                                  F2_RETRIES="0", https_proxy="http://127.0.0.1:1")  # fmt: skip
        server.shutdown()
    assert run.outcome == "NETWORK", run.log
    assert asked
    assert all(line.startswith("CONNECT ") for line in asked)
