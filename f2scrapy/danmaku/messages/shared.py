"""Define rules for messages that both platforms send under one name."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from google.protobuf.message import DecodeError

from f2scrapy.danmaku.messages import people, room, stage
from f2scrapy.danmaku.messages.reading import Rule, build_user, get_address, render_text
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


_IDENTITIES = (
    ("is_anchor", "anchor"),
    ("is_moderator_of_anchor", "moderator"),
    ("is_subscriber_of_anchor", "subscriber"),
    ("is_mutual_following_with_anchor", "friend"),
    ("is_follower_of_anchor", "follower"),
    ("is_gift_giver_of_anchor", "gift_giver"),
)


def list_identities(identity: proto.UserIdentity) -> tuple[str, ...]:
    """Return the words for a user's relation to the host."""
    return tuple(word for name, word in _IDENTITIES if getattr(identity, name))


def build_emotes(emotes: Iterable[proto.Emote]) -> tuple[people.Emote, ...]:
    """Return the emotes of a message that consists of them."""
    return tuple(
        people.Emote(index=index, emote_id=each.emote_id, url=get_address(each.image))
        for index, each in enumerate(emotes)
    )


def _read_emotes(found: Iterable[bytes]) -> Iterator[people.Emote]:
    """Return the emotes in a text; Douyin has messages of another kind at their number."""
    for data in found:
        with suppress(DecodeError):
            each = proto.EmoteInText.FromString(data)
            if each.emote.emote_id:
                url = get_address(each.emote.image)
                yield people.Emote(index=each.index, emote_id=each.emote.emote_id, url=url)


def _extract_chat(message: proto.ChatMessage) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if message.HasField("user_identity"):
        values["identity"] = list_identities(message.user_identity)
    if message.emotes:
        values["emotes"] = tuple(_read_emotes(message.emotes))
    if message.HasField("at_user") or message.mention_users:
        users = [message.at_user] if message.HasField("at_user") else []
        found = map(build_user, (*users, *message.mention_users))
        values["mentions"] = tuple({user.identity: user for user in found}.values())
    return values


def _extract_social(message: proto.SocialMessage) -> dict[str, Any]:
    return {"action": _SOCIAL.get(message.action, f"action {message.action}")}


def _build_ranked(place: proto.Contributor) -> room.Ranked:
    score = place.exactly_score or place.score_description or str(place.score or "")
    exact = place.exactly_score or str(place.score or "")
    return room.Ranked(
        rank=place.rank,
        score=score,
        exact_score=exact,
        delta=place.delta,
        user=build_user(place.user),
    )


def _extract_room_user_seq(message: proto.RoomUserSeqMessage) -> dict[str, Any]:
    return {
        "ranks": tuple(_build_ranked(place) for place in message.ranks),
        "seats": tuple(_build_ranked(place) for place in message.seats),
    }


def _extract_room(message: proto.RoomMessage) -> dict[str, Any]:
    return {"content": message.content.strip() or render_text(message.common.display_text)}


def _extract_link_mic(message: proto.LinkMicMethod) -> dict[str, Any]:
    return {"scores": {str(each.user_id): each.score for each in message.user_scores}}


TABLE = {
    "WebcastChatMessage": Rule(proto.ChatMessage, people.Chat, _extract_chat, clock="event_time"),
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
    """Return the scores of the hosts, and their givers."""
    hosts = sorted(teams.items())
    return {
        "scores": {str(host): team.score for host, team in hosts if team.score},
        **build_givers(
            stage.Army(
                host_id=str(host),
                user_id=str(army.user_id),
                nickname=army.nickname,
                score=army.score,
            )
            for host, team in hosts
            for army in team.armies
        ),
    }


def build_givers(armies: Iterable[stage.Army]) -> dict[str, Any]:
    """Return givers one by one, and their scores by name; two of one name are two."""
    found = tuple(armies)
    givers: dict[str, dict[str, int]] = {}
    for army in found:
        scores = givers.setdefault(army.host_id, {})
        name = army.nickname or army.user_id
        scores[f"{name} ({army.user_id})" if name in scores else name] = army.score
    return {"armies": found, "givers": givers}
