"""Configuration, tokens, signatures, ids, names and folders."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from f2scrapy.errors import InputError
from f2scrapy.f2.apps.douyin import api as douyin_api
from f2scrapy.f2.apps.douyin import model as douyin_models
from f2scrapy.f2.apps.douyin import utils as douyin_utils
from f2scrapy.f2.apps.douyin.algorithm.webcast_signature import DouyinWebcastSignature
from f2scrapy.f2.apps.tiktok import model as tiktok_models
from f2scrapy.f2.apps.tiktok import utils as tiktok_utils
from f2scrapy.signing import xbogus
from f2scrapy.signing.webcast import compute_stub, verify
from tests.f2.rows.table import AGENT, ROWS, Caller, row


@row("D-U1", "S-7")
async def call_configuration(caller: Caller) -> None:
    manager = douyin_utils.ClientConfManager
    assert manager.client()["browser"]["version"]
    assert manager.user_agent() == manager.headers()["User-Agent"]
    assert "{" not in manager.user_agent()
    assert manager.conf_version()
    assert manager.referer() == "https://www.douyin.com/"
    assert manager.msToken()["url"].startswith("https://")
    assert manager.ttwid()["url"] != manager.webid()["url"]
    assert manager.wss()
    assert manager.proxies() == {"http://": None, "https://": None}
    assert tiktok_utils.ClientConfManager.odin_tt()["url"]


TOKENS = {
    "D-U2": (douyin_utils.TokenManager.gen_real_msToken, r"[\w+-]{100,}=*"),
    "D-U3": (douyin_utils.TokenManager.gen_false_msToken, r"[\w+-]{182}=="),
    "D-U4": (douyin_utils.TokenManager.gen_ttwid, r"\S{20,}"),
    "D-U5": (douyin_utils.TokenManager.gen_webid, r"\d{19}"),
    "D-U6": (douyin_utils.VerifyFpManager.gen_verify_fp, r"verify_\w+"),
    "D-U7": (douyin_utils.VerifyFpManager.gen_s_v_web_id, r"verify_\w+"),
    "T-U1": (tiktok_utils.TokenManager.gen_real_msToken, r"[\w+-]{100,}=*"),
    "T-U2": (tiktok_utils.TokenManager.gen_false_msToken, r"[\w+-]{146}=="),
    "T-U3": (tiktok_utils.TokenManager.gen_ttwid, r"\S{20,}"),
    "T-U4": (tiktok_utils.TokenManager.gen_odin_tt, r"\S{10,}"),
}  # fmt: skip


def add_token(row_id: str, make: Callable[[], str], form: str) -> None:
    async def call(caller: Caller) -> None:
        first, second = make(), make()  # synchronous, within a running loop
        assert re.fullmatch(form, first)
        assert first != second or row_id == "D-U5", "another guest each time"

    ROWS[row_id] = call


for row_id, (make, form) in TOKENS.items():
    add_token(row_id, make, form)

QUERY = "aweme_id=7196239141472980280&aid=1128&version_name=23.5.0&device_platform=android"


def check_x_bogus(signed: str, query: str, agent: str) -> None:
    assert signed.startswith(f"{query}&X-Bogus=")
    xbogus.verify(dict(parse_qsl(signed))["X-Bogus"], query.encode(), b"", agent)


@row("D-U8", "D-U9")
async def sign_socket(caller: Caller) -> None:
    signer = DouyinWebcastSignature(AGENT)
    first, second = (
        signer.get_signature("7383573503129258802", "7383588170770138661") for _ in "ab"
    )
    assert (len(first), first != second) == (16, True)
    params = douyin_models.LiveWebcast(
        room_id="7383573503129258802", user_unique_id="1", cursor="c", internal_ext="e"
    ).model_dump()
    url = douyin_utils.WebcastSignatureManager.model_2_endpoint(
        user_agent=AGENT, base_endpoint=douyin_api.DouyinAPIEndpoints.LIVE_IM_WSS, params=params
    )
    values = dict(parse_qsl(urlsplit(url).query))
    verify(values.pop("signature"), compute_stub(values))


@row("D-U10", "D-U12", "T-U5")
async def sign_texts(caller: Caller) -> None:
    manager = douyin_utils.XBogusManager
    for signed in (
        manager.str_2_endpoint(AGENT, QUERY),
        manager.str_2_endpoint(AGENT, endpoint=QUERY),
    ):
        assert re.fullmatch(re.escape(QUERY) + r"&X-Bogus=[\w+/=-]{28}", signed)
    assert manager.str_2_endpoint(QUERY) != tiktok_utils.XBogusManager.str_2_endpoint(QUERY) + "x"
    a_bogus = douyin_utils.ABogusManager.str_2_endpoint(AGENT, QUERY, "GET")
    assert re.fullmatch(re.escape(QUERY) + r"&a_bogus=\S{160,}", a_bogus)
    assert douyin_utils.ABogusManager.str_2_endpoint(AGENT, endpoint=QUERY, request="GET")


@row("D-U11", "D-U13", "T-U6")
async def sign_models(caller: Caller) -> None:
    params = douyin_models.UserProfile(sec_user_id=caller.demo.sec_user_id).model_dump()
    base = douyin_api.DouyinAPIEndpoints.USER_DETAIL
    for manager, name in (
        (douyin_utils.XBogusManager, "X-Bogus"),
        (douyin_utils.ABogusManager, "a_bogus"),
    ):
        url = manager.model_2_endpoint(AGENT, base_endpoint=base, params=params)
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        assert url.startswith(f"{base}?")
        assert query.pop(name)
        assert query == params
        with pytest.raises(TypeError):
            manager.model_2_endpoint(AGENT, base, "aid=1")  # type: ignore[arg-type]
    tiktok = tiktok_models.UserProfile(secUid=caller.demo.sec_user_id).model_dump()
    url = tiktok_utils.XBogusManager.model_2_endpoint(
        "https://www.tiktok.com/api/user/detail/", tiktok
    )
    assert dict(parse_qsl(urlsplit(url).query))["secUid"] == caller.demo.sec_user_id


@row("D-U14", "D-U15", "D-U16", "D-U17", "D-U18", "D-U19", "D-U20", "D-U21", "X-6", "S-5")
async def find_ids(caller: Caller) -> None:
    utils, secret = douyin_utils, caller.demo.sec_user_id
    users = [f"https://www.douyin.com/user/{secret}?x=1", "看 https://v.douyin.com/u-demo/ 吧"]
    assert await utils.SecUserIdFetcher.get_sec_user_id(users[0]) == secret
    assert await utils.SecUserIdFetcher.get_all_sec_user_id(users) == [secret, secret]
    works = [f"https://www.douyin.com/{kind}/7298145681699622182" for kind in ("video", "note")]
    assert await utils.AwemeIdFetcher.get_aweme_id(works[0]) == "7298145681699622182"
    assert await utils.AwemeIdFetcher.get_all_aweme_id(works) == ["7298145681699622182"] * 2
    mix = "https://www.douyin.com/collection/7360898383181809676"
    assert await utils.MixIdFetcher.get_mix_id(mix) == "7360898383181809676"
    assert await utils.MixIdFetcher.get_all_mix_id([mix]) == ["7360898383181809676"]
    rooms = ["https://live.douyin.com/775841227732",
             "https://webcast.amemv.com/douyin/webcast/reflow/7318296342189919011?x=1"]  # fmt: skip
    ids = ["775841227732", "7318296342189919011"]
    assert await utils.WebCastIdFetcher.get_webcast_id(rooms[0]) == ids[0]
    assert await utils.WebCastIdFetcher.get_all_webcast_id(rooms) == ids
    assert await utils.WebCastIdFetcher.get_room_id(rooms[1]) == ids[1]
    assert await utils.WebCastIdFetcher.get_all_room_id(rooms[1:]) == ids[1:]
    with pytest.raises(TypeError):
        await utils.AwemeIdFetcher.get_all_aweme_id("no list")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        await utils.AwemeIdFetcher.get_aweme_id("hello")


@row("T-U7", "T-U8", "T-U9", "T-U10", "T-U11", "T-U12", "T-U13", "T-U14")
async def find_tiktok_ids(caller: Caller) -> None:
    utils, secret, name = tiktok_utils, caller.demo.sec_user_id, caller.demo.unique_id
    user, work = (
        f"https://www.tiktok.com/@{name}",
        f"https://www.tiktok.com/@{name}/video/{caller.work.aweme_id}",
    )
    assert await utils.SecUserIdFetcher.get_secuid(user) == secret
    assert await utils.SecUserIdFetcher.get_all_secuid([user, work]) == [secret, secret]
    assert await utils.SecUserIdFetcher.get_all_secUid([user]) == [secret]
    assert await utils.SecUserIdFetcher.get_uniqueid(user) == name
    assert await utils.SecUserIdFetcher.get_all_uniqueid([user, work]) == [name, name]
    assert await utils.AwemeIdFetcher.get_aweme_id(work) == str(caller.work.aweme_id)
    assert await utils.AwemeIdFetcher.get_all_aweme_id([work]) == [str(caller.work.aweme_id)]
    mix = f"{user}/playlist/list-7100000000000000001"
    assert await utils.MixIdFetcher.get_mix_id(mix) == "7100000000000000001"


@row("X-12")
async def make_devices(caller: Caller) -> None:
    one = await tiktok_utils.DeviceIdManager.gen_device_id(full_cookie=True)
    assert re.fullmatch(r"\d{19}", one["deviceId"])
    assert "ttwid=" in one["cookie"]
    three = await tiktok_utils.DeviceIdManager.gen_device_ids(3)
    assert len(set(three["deviceId"])) == len(three["cookie"]) == 3


@row("D-U22", "T-U15", "S-4")
async def name_files(caller: Caller) -> None:
    work = (await caller.douyin().fetch_one_video(str(caller.work.aweme_id)))._to_dict()
    for utils in (douyin_utils, tiktok_utils):
        name = utils.format_file_name("{create}_{desc}_{aweme_id}", work)
        assert name.startswith(work["create_time"])
        assert name.endswith(work["aweme_id"])
        own = utils.format_file_name("{aweme_id}_{location}", work, {"location": "New York"})
        assert own == f"{work['aweme_id']}_New York"
        assert len(utils.format_file_name("{desc}", {"desc": "海" * 300}, {}, 100).encode()) <= 100
        with pytest.raises(InputError, match="colour is not known"):
            utils.format_file_name("{colour}", work)


def add_folders(row_ids: str, utils: Any, platform: str) -> None:
    async def call(caller: Caller) -> None:
        words = {"path": str(caller.folder / row_ids[:5]), "mode": "post"}
        made = utils.create_user_folder(words, "New: Name")
        assert made == (caller.folder / row_ids[:5] / platform / "post/New_ Name").resolve()
        assert made.is_dir()
        assert utils.create_user_folder(words, "New: Name") == made
        (made / "v.mp4").touch()
        renamed = utils.rename_user_folder(made, "Other")
        assert [one.name for one in renamed.iterdir()] == ["v.mp4"]
        assert not made.exists()
        again = utils.create_or_rename_user_folder(words, {"nickname": "Other"}, "Third")
        assert [one.name for one in again.iterdir()] == ["v.mp4"]
        assert utils.create_or_rename_user_folder(words, {}, "Third") == again

    for row_id in row_ids.split():
        ROWS[row_id] = call


add_folders("D-U23 D-U24 D-U25", douyin_utils, "douyin")
add_folders("T-U16 T-U17 T-U18", tiktok_utils, "tiktok")


@row("D-U26")
async def draw_code(caller: Caller) -> None:
    assert "▀" in douyin_utils.show_qrcode("https://www.douyin.com/", False)
    assert Path(douyin_utils.show_qrcode("https://www.douyin.com/", show_image=True)).is_file()  # noqa: ASYNC240


@row("D-U27")
async def convert_lyrics(caller: Caller) -> None:
    lines = [{"text": "a", "timeId": "5.700"}, {"text": "b", "timeId": "61.32"}]
    assert douyin_utils.json_2_lrc(lines) == "[00:05.700] a\n[01:01.320] b"
