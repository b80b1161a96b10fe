"""Shapes of programs for F2 that the rows of its documentation do not have."""

import asyncio
import inspect
import logging
import re
from typing import Any

import pytest

from f2scrapy.f2.apps.douyin.dl import DouyinDownloader
from f2scrapy.f2.apps.douyin.filter import UserPostFilter
from f2scrapy.f2.apps.douyin.handler import DouyinHandler
from f2scrapy.f2.apps.douyin.utils import ABogusManager, TokenManager, XBogusManager
from f2scrapy.f2.apps.tiktok.handler import TiktokHandler
from f2scrapy.f2.log.logger import log_setup
from f2scrapy.f2.utils.json.filter import JSONModel
from f2scrapy.sandbox.server import Sandbox

ANSWER = {"user": {"nickname": "n", "tags": [{"id": 1}, {}]}}


class OwnFilter(JSONModel):
    @property
    def nickname(self) -> Any:
        return self._get_attr_value("$.user.nickname")


def test_own_filters_read_paths() -> None:
    found = OwnFilter(ANSWER)
    assert (found.nickname, found._to_raw()) == ("n", ANSWER)
    assert found._get_list_attr_value("$.user.tags[*].id") == [1, None]
    assert found._get_list_attr_value("$.user.tags[*].id", as_json=True) == "[1, null]"
    assert found._get_list_attr_value("$.user.nickname") == ["n"]
    assert found._get_list_attr_value("$.missing") == []


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        (DouyinHandler.fetch_user_like_videos, "sec_user_id max_cursor page_counts max_counts"),
        (DouyinHandler.fetch_user_collection_videos, "max_cursor page_counts max_counts"),
        (
            DouyinHandler.fetch_user_collects_videos,
            "collects_id max_cursor page_counts max_counts collect_id",
        ),
        (DouyinHandler.fetch_friend_feed_videos, "cursor level pull_type max_counts"),
        (TiktokHandler.fetch_search_videos, "keyword offset page_counts max_counts"),
    ],
)
def test_parameters_of_lists_are_those_of_the_documentation(method: Any, parameters: str) -> None:
    assert list(inspect.signature(method).parameters)[1:] == parameters.split()


def test_wrong_parameters_of_lists_are_errors_at_once() -> None:
    with pytest.raises(TypeError, match="colour"):
        DouyinHandler({}).fetch_user_mix_videos("1", colour=1)
    with pytest.raises(TypeError, match="mix_id"):
        DouyinHandler({}).fetch_user_mix_videos()


@pytest.mark.parametrize(
    ("manager", "name"), [(ABogusManager, "a_bogus"), (XBogusManager, "X-Bogus")]
)
def test_signatures_take_arguments_in_all_documented_forms(manager: Any, name: str) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0.0.0"
    for signed in (
        manager.str_2_endpoint(agent, "aid=1"),
        manager.str_2_endpoint("aid=1"),
        manager.str_2_endpoint(agent, endpoint="aid=1", request="GET"),
        manager.str_2_endpoint(user_agent=agent, params="aid=1"),
    ):
        assert signed.startswith(f"aid=1&{name}=")
    for url in (
        manager.model_2_endpoint(agent, "https://x.example/", {"aid": 1}, "GET"),
        manager.model_2_endpoint("https://x.example/", {"aid": 1}),
        manager.model_2_endpoint(
            agent, base_endpoint="https://x.example/", params={"aid": 1}, request="GET"
        ),
        manager.model_2_endpoint(agent, "https://x.example/", params={"aid": 1}),
    ):
        assert url.startswith(f"https://x.example/?aid=1&{name}=")


def test_tokens_of_a_process(sandbox: Sandbox) -> None:
    assert re.fullmatch(r"[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}", TokenManager.gen_secsdk_uid())
    assert TokenManager.gen_secsdk_uid() != TokenManager.gen_secsdk_uid()
    assert TokenManager.cached_msToken() == TokenManager.cached_msToken()


def test_the_logger_shows_itself_once(monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("f2scrapy.f2")
    for name, value in {"handlers": [], "propagate": False, "level": logger.level}.items():
        monkeypatch.setattr(logger, name, value)
    assert log_setup(log_to_console=False).handlers == []
    assert log_setup() is log_setup() is logger
    assert (len(logger.handlers), logger.level) == (1, logging.INFO)


def test_interval_of_kwargs_chooses_the_works_of_a_download() -> None:
    rows = UserPostFilter({"aweme_list": [{"aweme_id": "1", "create_time": 1700000000}]})._to_list()
    words = {"interval": "2024-01-01|2024-01-02"}
    assert asyncio.run(DouyinDownloader(words).create_download_tasks(words, rows, "here")) is None
