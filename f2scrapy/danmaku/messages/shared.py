"""Define rules for messages that both platforms send under one name."""

from collections.abc import Mapping
from typing import Any

from f2scrapy.danmaku.messages import people, room, stage
from f2scrapy.danmaku.messages.reading import Rule, build_user, render_text
from f2scrapy.danmaku.proto import shared_pb2 as proto

_SOCIAL = {1: "follow", 3: "share"}


def _extract_gift(message: proto.GiftMessage) -> dict[str, Any]:
    gift, to = message.gift, message.to_user
    return {
        "gift_id": message.gift_id or gift.id,
        "gift_name": gift.name,
        "diamond_count": gift.diamond_count,
        "combo": gift.combo or gift.type == 1,
        "repeat_end": message.repeat_end == 1,
        "to_user": build_user(to) if to.id or to.id_str else None,
        "describe": message.common.describe,
    }


def _extract_social(message: proto.SocialMessage) -> dict[str, Any]:
    return {"action": _SOCIAL.get(message.action, f"action {message.action}")}


def _build_ranked(place: proto.Contributor) -> room.Ranked:
    score = place.exactly_score or place.score_description or str(place.score or "")
    return room.Ranked(rank=place.rank, score=score, user=build_user(place.user))


def _extract_room_user_seq(message: proto.RoomUserSeqMessage) -> dict[str, Any]:
    return {"ranks": tuple(_build_ranked(place) for place in message.ranks)}


def _extract_room(message: proto.RoomMessage) -> dict[str, Any]:
    return {"content": message.content.strip() or render_text(message.common.display_text)}


def _extract_link_mic(message: proto.LinkMicMethod) -> dict[str, Any]:
    return {"scores": {str(each.user_id): each.score for each in message.user_scores}}


TABLE = {
    "WebcastChatMessage": Rule(proto.ChatMessage, people.Chat, clock="event_time"),
    "WebcastGiftMessage": Rule(proto.GiftMessage, people.Gift, _extract_gift, clock="send_time"),
    "WebcastLikeMessage": Rule(proto.LikeMessage, people.Like),
    "WebcastMemberMessage": Rule(proto.MemberMessage, people.Member),
    "WebcastSocialMessage": Rule(proto.SocialMessage, people.Social, _extract_social),
    "WebcastFansclubMessage": Rule(proto.FansclubMessage, people.Fansclub),
    "WebcastRoomUserSeqMessage": Rule(
        proto.RoomUserSeqMessage, room.RoomUserSeq, _extract_room_user_seq
    ),
    "WebcastControlMessage": Rule(proto.ControlMessage, room.Control),
    "WebcastRoomMessage": Rule(proto.RoomMessage, room.RoomNotice, _extract_room),
    "WebcastInRoomBannerMessage": Rule(proto.InRoomBannerMessage, room.Banner),
    "WebcastRoomStreamAdaptationMessage": Rule(
        proto.RoomStreamAdaptationMessage, room.StreamAdaptation
    ),
    "WebcastLinkMessage": Rule(proto.LinkMessage, stage.Link),
    "WebcastLinkMicMethod": Rule(proto.LinkMicMethod, stage.LinkMic, _extract_link_mic),
}


def extract_armies(teams: Mapping[int, proto.Armies]) -> dict[str, Any]:
    """Return the scores of the hosts, and the scores of their givers by name."""
    hosts = sorted(teams.items())
    return {
        "scores": {str(host): team.score for host, team in hosts if team.score},
        "givers": {
            str(host): {army.nickname or str(army.user_id): army.score for army in team.armies}
            for host, team in hosts
        },
    }
