"""F2's kwargs: what has a meaning is used, what has none is a warning."""

import logging
from pathlib import Path

import pytest

from f2scrapy.errors import InputError
from f2scrapy.f2 import arguments
from f2scrapy.f2.apps.douyin import model
from f2scrapy.f2.apps.douyin.handler import DouyinHandler
from f2scrapy.f2.apps.tiktok import model as tiktok_model
from f2scrapy.f2.apps.tiktok.db import AsyncVideoDB
from f2scrapy.f2.handling import choose_lists
from f2scrapy.f2.utils.conf_manager import ConfigManager
from f2scrapy.f2.utils.utils import extract_valid_urls, gen_random_str, timestamp_2_str


def test_options_come_from_kwargs() -> None:
    words = {"path": "here", "naming": "{desc}", "folderize": False, "max_retries": 0,
             "max_tasks": 3, "cookie": "", "mode": "post"}  # fmt: skip
    assert arguments.read_options(words) == {
        "F2_PATH": "here", "F2_NAMING": "{desc}", "F2_FOLDERIZE": "0", "F2_RETRIES": "0",
        "F2_MEDIA_CONCURRENCY": "3",
    }  # fmt: skip
    assert arguments.choose_media({"music": True, "desc": False}) == "video,image,live_photo,music"


def test_what_has_no_meaning_is_a_warning_once(caplog: pytest.LogCaptureFixture) -> None:
    arguments.warn_once.cache_clear()
    words = {"languages": "zh_CN", "colour": "red", "headers": {"User-Agent": "x"}}
    with caplog.at_level(logging.WARNING):
        DouyinHandler(words)
        DouyinHandler(words)
    said = [record.message.partition(" ")[0] for record in caplog.records]
    assert said == ["languages", "colour", "headers"]


@pytest.mark.parametrize(
    ("words", "cookie"),
    [({"cookie": "a=1"}, "a=1"), ({"cookie": "YOUR_COOKIE_HERE"}, None), ({"cookie": ""}, None),
     ({"headers": {"Cookie": "b=2"}}, "b=2"), ({}, None)],
)  # fmt: skip
def test_cookies(words: dict[str, object], cookie: str | None) -> None:
    assert arguments.read_cookie(words) == cookie


def test_timeout_is_that_of_one_answer(tmp_path: Path) -> None:
    words = {"path": str(tmp_path), "timeout": 7, "cookie": "sessionid=1"}
    session = arguments.open_session("douyin", words)
    assert session.timeout == 7
    assert session.identity.is_logged_in
    with pytest.raises(InputError, match="F2_RETRIES=many"):
        arguments.open_session("douyin", {"max_retries": "many"})


@pytest.mark.parametrize(
    ("kind", "params", "line"),
    [
        (model.UserProfile, {}, r"UserProfile\(sec_user_id=…\)"),
        (model.PostDetail, {"aweme_id": "1", "colour": 1}, r"PostDetail\(colour=…\)"),
        (model.UserFollowing, {"count": 3}, "want a user_id or a sec_user_id"),
    ],
)
def test_bad_parameters_of_models(kind: type[model.Model], params: dict, line: str) -> None:
    with pytest.raises(InputError, match=line):
        kind(**params)


def test_configuration_of_f2_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert ConfigManager("conf/app.yaml").get_config("douyin") == {}
    Path("app.yaml").write_text("douyin: {path: there}\n")
    assert ConfigManager("app.yaml").get_config("douyin") == {"path": "there"}
    with pytest.raises(InputError, match="cannot be read"):
        ConfigManager("missing.yaml")


async def test_rows_of_a_database(tmp_path: Path) -> None:
    async with AsyncVideoDB(tmp_path / "v.db") as db:
        await db.batch_insert_videos([{"aweme_id": "1", "desc": "a"}, {"aweme_id": "2"}], ["desc"])
        await db.update_video_info("1", desc="b", colour="red")
        await db.update_video_info("3", desc="c")
        await db.add_video_info(aweme_id="1", challenges_title=["x", "y"])
        row = await db.get_video_info("1")
        assert (row["desc"], row["challenges_title"]) == ("b", '["x", "y"]')
        assert await db.get_video_info("3") == {}
        await db.delete_video_info("1")
        assert await db.get_video_info("1") == {}


async def test_choice_of_lists() -> None:
    assert await choose_lists(["a", "b"], ["1", "2"], "2") == 2
    with pytest.raises(InputError, match="want a number from 0 to 2"):
        await choose_lists(["a", "b"], ["1", "2"], "3")


def test_small_functions() -> None:
    assert extract_valid_urls("看 https://a.b/c?d=1 吧") == "https://a.b/c?d=1"
    assert extract_valid_urls(["x https://a y", "https://b https://c"]) == [
        "https://a", "https://b", "https://c"
    ]  # fmt: skip
    assert extract_valid_urls("nothing") is None
    assert len(gen_random_str(126)) == 126
    assert timestamp_2_str(1_714_521_600) == "2024-05-01 08-00-00"


def test_models_have_their_parameters_before_any_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("F2_PATH", str(tmp_path))
    params = model.UserProfile(sec_user_id="MS4wLjABAAAA").model_dump()
    assert params["sec_user_id"] == "MS4wLjABAAAA"
    assert params["aid"] == "6383"
    assert "msToken" not in params
    params = tiktok_model.UserProfile(secUid="MS4wLjABAAAA").model_dump()
    assert (params["secUid"], params["WebIdLastTime"]) == ("MS4wLjABAAAA", "")
    assert list(tmp_path.iterdir()) == []
