"""Replays of broadcasts and rankings of their viewers: requests, answers and fields."""

from typing import Any

import pytest

from f2scrapy.errors import ProtocolError
from f2scrapy.model.media import MediaKind
from f2scrapy.platforms.douyin.endpoints.live import LiveRank
from f2scrapy.platforms.douyin.endpoints.replays import ReplayDetail, ReplayList
from f2scrapy.platforms.douyin.items.live import RankedViewer
from f2scrapy.platforms.douyin.items.replays import Replay

TRACKS = [
    {"main": "http://v3.douyinvod.com/480.mp4", "backup": "https://v9.douyinvod.com/480.mp4",
     "definition": "480p", "width": 854, "height": 480},
    {"main": "https://v3.douyinvod.com/sound.mp4", "width": 0, "height": 0},
    {"main": "", "definition": "1080p", "width": 1920, "height": 1080},
]  # fmt: skip
ROW: dict[str, Any] = {
    "episode_id": 7_331_203_341_890_049_000, "episode_id_str": "7331203341890049058", "title": "t",
    "attach_room_id_str": "73", "owner": {"nickname": "n"},
    "episode_extra_basic_info": {"room_start_time": 1_706_960_719},
    "video_info": {"duration": 9980, "unfold_play_info": {"play_urls": TRACKS}},
}  # fmt: skip


def test_parameters() -> None:
    assert ReplayDetail(episode_id="7").encode_query() == "channel=&episode_id=7"
    page = ReplayList(episode_id="7", room_id="8")
    assert page.encode_query() == "channel=&episode_id=7&room_id=8"
    assert page.page_url == "https://www.douyin.com/vsdetail/7"
    rank = LiveRank(room_id="7", anchor_id="8", sec_anchor_id="MS4w")
    assert rank.encode_query() == (
        "room_id=7&anchor_id=8&sec_anchor_id=MS4w&ignoreToast=true&rank_type=30"
        "&update_scene=rank_message"
    )


def test_replay_has_the_files_with_a_picture_and_an_address() -> None:
    replay = Replay.parse_answer(ReplayDetail(episode_id="7"), {"data": {"episode": ROW}})
    assert (replay.key, replay.desc) == ("douyin:replay:7331203341890049058", "t")
    [video] = replay.assets.values()
    assert video.kind is MediaKind.VIDEO
    [only] = video.renditions
    assert (only.urls[0], only.label) == ("https://v3.douyinvod.com/480.mp4", "480p")
    assert len(only.urls) == 2
    assert replay.detail_endpoint() == ReplayList(episode_id=replay.id, room_id="73")


@pytest.mark.parametrize("info", [None, {}, {"unfold_play_info": {"play_urls": [TRACKS[1]]}}])
def test_replay_without_an_address_is_missing(info: Any) -> None:
    replay = Replay.parse(ROW | {"video_info": info, "attach_room_id_str": ""})
    [video] = replay.assets.values()
    assert video.renditions == ()
    assert replay.detail_endpoint() == ReplayDetail(episode_id=replay.id)


def test_one_replay_is_found_among_those_of_its_broadcast() -> None:
    others = [{"info_list": None}, {"info_list": [ROW | {"episode_id_str": "1", "episode_id": 1}]}]
    answer = {"data": {"all_replay": [*others, {"info_list": [ROW]}]}}
    assert ReplayList(episode_id="7331203341890049058", room_id="73").read_rows(answer) == [ROW]
    with pytest.raises(ProtocolError, match="replay 9 is not in it"):
        ReplayList(episode_id="9", room_id="73").read_rows(answer)


def test_viewer_of_a_ranking() -> None:
    user = {"id_str": "9", "sec_uid": "MS4w", "nickname": "n", "display_id": "d",
            "pay_grade": {"level": 30}, "fans_club": {"data": {"level": 12}}}  # fmt: skip
    answer = {"data": {"ranks": [{"rank": 1, "score": 0, "user": user}], "has_more": True}}
    page = LiveRank(room_id="7", anchor_id="8", sec_anchor_id="MS4w")
    [row] = page.read_rows(answer)
    viewer = RankedViewer.parse(row)
    assert (viewer.key, viewer.rank, viewer.score) == ("douyin:live_rank:7/9", 1, 0)
    assert (viewer.unique_id, viewer.pay_level, viewer.fans_club_level) == ("d", 30, 12)
    assert page.is_last_page(answer), "a ranking has one page"
    with pytest.raises(ProtocolError, match="user"):
        RankedViewer.parse({"rank": 2, "user": {"nickname": "hidden"}})
