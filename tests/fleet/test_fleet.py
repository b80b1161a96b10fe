"""Lists are run by workers, with accounts of the pool, until each is complete."""

import json
import os
import signal
import time
from collections.abc import Callable

from fleet.conftest import Fleet, StartFleet
from psycopg import connect
from support import warm
from support.crawling import PROJECT
from support.postgres import Cluster

USERS = ("demo", "one", "clean200")


def wait(is_done: Callable[[], bool], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.3)


def add_lists(fleet: Fleet, *users: str) -> None:
    links = [fleet.crawl.sandbox.get_user_url(user) for user in users]
    fleet("fleet", "add", *links, "--every", "24h")


def get_states(fleet: Fleet) -> dict[str, int]:
    states: dict[str, int] = fleet.show()["state"]
    return states


def test_lists_are_run_once_and_due_again_a_day_later(start_fleet: StartFleet) -> None:
    fleet = start_fleet()
    fleet("identity", "add", "guest", "douyin")
    add_lists(fleet, *USERS)
    add_lists(fleet, *USERS)
    assert get_states(fleet) == {"active": 3, "due": 3}
    with fleet.work("--jobs", "2", "--once") as worker:
        assert worker.wait(240) == 0, fleet.read_logs()
    status = fleet.show()
    assert status["state"] == {"active": 3}, fleet.read_logs()
    assert status["outcome"] == {"OK": 3}
    assert {row["runs"] for row in status["lists"]} == {1}
    [guest] = status["identities"]
    assert (guest["state"], guest["requests"] > 10) == ("free", True)
    assert len([*fleet.crawl.root.rglob("*_desc.txt")]) > 200
    assert fleet.crawl.take_report()["violations"] == []


def test_list_of_a_killed_worker_is_taken_over(start_fleet: StartFleet) -> None:
    fleet = start_fleet()
    fleet("identity", "add", "guest", "douyin")
    add_lists(fleet, "clean200")
    fleet.settings["F2_PACE"] = "3"  # twelve pages: it goes on for half a minute
    with fleet.work() as worker:
        wait(lambda: len([*fleet.crawl.root.rglob("*_desc.txt")]) > 10)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        fleet.settings["F2_PACE"] = "0"
        with fleet.work("--dead-after", "2s"):
            wait(lambda: fleet.show()["outcome"].get("OK", 0) == 1)
    assert len([*fleet.crawl.root.rglob("*_desc.txt")]) == 200
    assert "is taken over from a worker that died" in fleet.read_logs()


def test_refused_account_rests_and_another_goes_on(start_fleet: StartFleet) -> None:
    fleet = start_fleet("captcha:1@2")
    fleet.settings["F2_RETRIES"] = "0"
    for name in ("ann", "ben"):
        fleet("identity", "add", name, "douyin")
    add_lists(fleet, "clean200")
    with fleet.work("--jobs", "1"):
        wait(lambda: fleet.show()["outcome"].get("OK", 0) == 1)
    status = fleet.show()
    states = {one["name"]: (one["state"], one["why"]) for one in status["identities"]}
    assert sorted(states.values()) == [("free", ""), ("rests", "CAPTCHA")]
    assert status["lists"][0]["runs"] == 2
    assert len([*fleet.crawl.root.rglob("*_desc.txt")]) == 200


def test_lists_wait_while_no_account_is_free_or_they_are_paused(start_fleet: StartFleet) -> None:
    fleet = start_fleet()
    add_lists(fleet, "one", "demo")
    fleet("fleet", "pause", fleet.crawl.sandbox.get_user_url("demo"))
    with fleet.work("--once") as worker:
        assert worker.wait(240) == 0
    assert "no identity for douyin" in fleet.read_logs()
    assert (fleet.show()["state"], fleet.crawl.take_report()["requests"]) == (
        {"active": 1, "paused": 1}, {})  # fmt: skip
    fleet("identity", "add", "guest", "douyin")
    fleet("fleet", "resume")
    fleet("fleet", "remove", fleet.crawl.sandbox.get_user_url("one"))
    with fleet.work("--once") as worker:
        assert worker.wait(240) == 0
    status = fleet.show()
    assert (status["state"], status["outcome"]) == ({"active": 1}, {"OK": 1})
    assert status["lists"][0]["target"] == fleet.crawl.sandbox.get_user_url("demo")


def test_server_is_restarted_and_nothing_is_lost(start_fleet: StartFleet, cluster: Cluster) -> None:
    fleet = start_fleet()
    fleet("identity", "add", "guest", "douyin")
    add_lists(fleet, "clean200", "demo")
    logs = fleet.crawl.root.with_name("logs")
    fleet.settings["F2_PACE"] = "0.2"
    with fleet.work("--dead-after", "3s", "--logs", str(logs)):
        wait(lambda: len([*fleet.crawl.root.rglob("*_desc.txt")]) > 20)
        cluster.stop(signal.SIGINT)  # our server loses commits if it ends at once
        cluster.start()
        wait(lambda: fleet.show()["outcome"].get("OK", 0) == 2)
    assert len([*fleet.crawl.root.rglob("*_desc.txt")]) > 200
    assert fleet.crawl.take_report()["violations"] == []
    assert len([*logs.iterdir()]) == 2
    assert "Fatal" not in "".join(log.read_text("utf-8") for log in logs.iterdir())


def test_worker_that_is_asked_to_end_finishes_its_list(start_fleet: StartFleet) -> None:
    fleet = start_fleet()
    fleet("identity", "add", "guest", "douyin")
    add_lists(fleet, "clean200", "demo")
    fleet.settings["F2_PACE"] = "0.1"
    with fleet.work("--jobs", "1") as worker:
        wait(lambda: len([*fleet.crawl.root.rglob("*_desc.txt")]) > 20)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(240) == 0, fleet.read_logs()
    rows = fleet.show()["lists"]
    assert [row["runs"] for row in rows].count(1) >= 1
    assert {row["state"] for row in rows} == {"active"}, "none was cut"
    begun = [json.loads(line) for line in fleet("fleet", "report").splitlines() if line != "{}"]
    assert {report["outcome"] for report in begun} == {"OK"}


def test_queue_without_tables_is_one_clear_line(start_fleet: StartFleet, cluster: Cluster) -> None:
    fleet = start_fleet()
    fleet.address = cluster.make_address()
    log = fleet.crawl.root.with_name("fleet.log")
    words = ["fleet", "add", fleet.crawl.sandbox.get_user_url("one")]
    code = warm.run_scrapy(words, fleet.environment, PROJECT, str(log), warm.COMMAND)
    assert (code, "run `f2scrapy fleet init`" in log.read_text("utf-8")) == (1, True)


def test_list_that_a_break_has_left_out_of_the_queue_is_found(
    start_fleet: StartFleet, cluster: Cluster
) -> None:
    fleet = start_fleet()
    fleet("identity", "add", "guest", "douyin")
    add_lists(fleet, "one")
    with connect(fleet.address, autocommit=True) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    with fleet.work("--dead-after", "2s"):
        wait(lambda: fleet.show()["outcome"].get("OK", 0) == 1)
