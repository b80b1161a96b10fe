"""Define rules for messages of TikTok only."""

from collections.abc import Iterable
from typing import Any

from f2scrapy.danmaku.messages import people, room, shop, stage
from f2scrapy.danmaku.messages.event import Other, User
from f2scrapy.danmaku.messages.reading import (
    Rule,
    build_user,
    extract_text,
    get_address,
    make_header_rules,
    render_text,
)
from f2scrapy.danmaku.messages.shared import build_emotes, extract_armies, list_identities
from f2scrapy.danmaku.proto import tiktok_pb2 as proto
from f2scrapy.danmaku.proto.shared_pb2 import Bare


def _extract_emote(message: proto.EmoteChatMessage) -> dict[str, Any]:
    ids = ",".join(emote.emote_id for emote in message.emotes)
    return {
        "content": f"[{ids}]",
        "emoji_id": ids,
        "emotes": build_emotes(message.emotes),
        "identity": list_identities(message.user_identity),
    }


def _extract_caption(message: proto.CaptionMessage) -> dict[str, Any]:
    return {"captions": tuple(f"{each.lang}: {each.content}" for each in message.captions)}


def _extract_question(message: proto.QuestionNewMessage) -> dict[str, Any]:
    question = message.details
    return {
        "content": question.content,
        "question_id": question.question_id,
        "user": build_user(question.user),
    }


def _extract_guest(message: proto.UnauthorizedMemberMessage) -> dict[str, Any]:
    return {"user": User(nickname=message.nickname)}


def _extract_barrage(message: proto.BarrageMessage) -> dict[str, Any]:
    source = message.user_grade if message.HasField("user_grade") else message.fans_level
    user = message.user if message.user.id else source.user
    content = message.content if message.content.key else message.common_barrage_content
    return {
        "content": render_text(message.content) or render_text(message.common_barrage_content),
        "key": content.key,
        "user": build_user(user) if user.id else None,
    }


def _extract_rank_update(message: proto.RankUpdateMessage) -> dict[str, Any]:
    return {"lines": tuple(render_text(update.default_content) for update in message.updates)}


def _extract_rank_text(message: proto.RankTextMessage) -> dict[str, Any]:
    return {
        "lines": (
            render_text(message.other_get_badge_msg) or render_text(message.self_get_badge_msg),
        )
    }


def _extract_hourly_rank(message: proto.HourlyRankMessage) -> dict[str, Any]:
    return {"lines": (render_text(message.data.content),)}


def _extract_goal(message: proto.GoalUpdateMessage) -> dict[str, Any]:
    parts = message.goal.sub_goals
    return {
        "goal_id": message.goal.id,
        "description": message.goal.description,
        "progress": sum(part.progress for part in parts),
        "target": sum(part.target for part in parts),
        "contributor": message.contributor_display_id,
        "contributors": tuple(map(_build_helper, message.goal.contributors)),
        "sub_goals": tuple(map(_build_sub_goal, parts)),
        "start_time": message.goal.start_time,
        "expire_time": message.goal.expire_time,
    }


def _build_helper(each: proto.GoalContributor) -> room.Helper:
    return room.Helper(
        user_id=str(each.user_id),
        unique_id=each.display_id,
        score=each.score,
        avatar=get_address(each.avatar),
    )


def _build_sub_goal(part: proto.SubGoal) -> room.SubGoal:
    return room.SubGoal(
        sub_goal_id=part.id,
        progress=part.progress,
        target=part.target,
        gift_name=part.gift.name,
    )


def _extract_poll(message: proto.PollMessage) -> dict[str, Any]:
    start = message.start_content
    votes = message.end_content if message.HasField("end_content") else message.update_content
    found = {option.index: option for option in (*start.options, *votes.options)}
    operator = start.operator if start.operator.id else votes.operator
    return {
        "title": start.title or message.poll_basic_info.title,
        "votes": {option.content: option.votes for option in found.values()},
        "options": tuple(_build_option(option) for _, option in sorted(found.items())),
        "voter_count": message.poll_basic_info.user_cnt,
        "start_time": start.start_time,
        "end_time": start.end_time,
        "user": build_user(operator) if operator.id else None,
    }


def _build_option(option: proto.PollOption) -> room.PollOption:
    voters = tuple(
        User(
            user_id=str(voter.user_id),
            nickname=voter.nickname,
            avatar=get_address(voter.avatar),
        )
        for voter in option.voters
    )
    return room.PollOption(
        index=option.index, content=option.content, votes=option.votes, voters=voters
    )


def _extract_envelope(message: proto.EnvelopeMessage) -> dict[str, Any]:
    info = message.envelope_info
    names = ("envelope_id", "business_type", "diamond_count", "people_count", "unpack_at")
    sender = User(
        user_id=info.send_user_id,
        nickname=info.send_user_name,
        avatar=get_address(info.send_user_avatar),
    )
    return {
        "sender": info.send_user_name,
        "user": sender if info.send_user_id or info.send_user_name else None,
        "super_fan_count": info.super_fan_count,
    } | {name: getattr(info, name) for name in names}


def _extract_pin(message: proto.RoomPinMessage) -> dict[str, Any]:
    name = next((name for name in _PINNED if message.HasField(name)), "")
    pinned = getattr(message, name) if name else None
    content = message.chat_message.content
    if pinned is not None and not content:
        content = pinned.common.describe or render_text(pinned.common.display_text)
    return {
        "content": content,
        "pinned_user": build_user(pinned.user) if pinned is not None else None,
        "pinned_msg_id": pinned.common.msg_id if pinned is not None else 0,
        "user": build_user(message.operator),
    }


_PINNED = ("chat_message", "gift_message", "social_message", "member_message", "like_message")


def _extract_battle_armies(message: proto.LinkMicArmies) -> dict[str, Any]:
    return extract_armies(message.armies) | {"teams": _build_teams(message.team_armies, ())}


_RESULTS = {0: "won", 1: "lost", 2: "draw"}


def _extract_battle(message: proto.LinkMicBattle) -> dict[str, Any]:
    results = message.battle_results.items()
    ended = {str(user_id): result.score for user_id, result in results}
    found = extract_armies({each.anchor_id: each.armies for each in message.armies})
    running = {str(each.anchor_id): each.armies.score for each in message.armies}
    setting = message.battle_setting
    return found | {
        "duration": setting.duration,
        "start_time_ms": setting.start_time_ms,
        "end_time_ms": setting.end_time_ms,
        "scores": running | ended,
        "results": {str(user_id): _RESULTS.get(each.result, "") for user_id, each in results},
        "hosts": tuple(_build_host(each) for each in message.anchors_info),
        "teams": _build_teams(message.team_armies, message.team_battle_results)
        or tuple(
            stage.Team(team_id=team.team_id, scores={str(user): 0 for user in team.user_ids})
            for team in message.team_members
        ),
    }


def _build_host(info: proto.HostInfo) -> User:
    host = info.value.user
    return User(
        user_id=str(host.user_id or info.anchor_id),
        unique_id=host.display_id,
        nickname=host.nickname,
        avatar=get_address(host.avatar),
    )


def _build_teams(
    running: Iterable[proto.TeamArmies], ended: Iterable[proto.TeamResult]
) -> tuple[stage.Team, ...]:
    """Return the teams of a battle, as they ended if that is known."""
    teams = {team.team_id: _build_team(team, "") for team in running}
    teams |= {team.team_id: _build_team(team, _RESULTS.get(team.result, "")) for team in ended}
    return tuple(teams.values())


def _build_team(team: proto.TeamArmies | proto.TeamResult, result: str) -> stage.Team:
    scores = {str(user.user_id): user.score for user in team.users}
    return stage.Team(team_id=team.team_id, score=team.total_score, result=result, scores=scores)


def _extract_fan_ticket(message: proto.LinkMicFanTicketMethod) -> dict[str, Any]:
    notice = message.fan_ticket_room_notice
    return {
        "total_linkmic_fan_ticket": notice.total_linkmic_fan_ticket,
        "scores": {str(each.user_id): each.fan_ticket for each in notice.user_fan_tickets},
    }


def _extract_link_layer(message: proto.LinkLayerMessage) -> dict[str, Any]:
    return {"linker_id": message.channel_id}


def _extract_notice(message: proto.NoticeMessage) -> dict[str, Any]:
    texts = (message.notice_content, message.display_text, message.notice_title)
    return {"content": message.content or next(filter(None, map(render_text, texts)), "")}


def _extract_system(message: proto.SystemMessage) -> dict[str, Any]:
    return {"content": message.message}


def _extract_game_rank(message: proto.GameRankNotifyMessage) -> dict[str, Any]:
    return {"content": render_text(message.notify_text)}


def _extract_shopping(message: proto.OecLiveShoppingMessage) -> dict[str, Any]:
    data = message.shop_data
    return {"promotion_id": data.product_id, "title": data.title, "price": data.price}


TABLE = {
    "WebcastEmoteChatMessage": Rule(proto.EmoteChatMessage, people.EmojiChat, _extract_emote),
    "WebcastCaptionMessage": Rule(
        proto.CaptionMessage, people.Caption, _extract_caption, clock="timestamp_ms"
    ),
    "WebcastQuestionNewMessage": Rule(proto.QuestionNewMessage, people.Question, _extract_question),
    "WebcastUnauthorizedMemberMessage": Rule(
        proto.UnauthorizedMemberMessage, people.Guest, _extract_guest
    ),
    "WebcastSubNotifyMessage": Rule(proto.SubNotifyMessage, people.Subscription),
    "WebcastBarrageMessage": Rule(proto.BarrageMessage, room.Barrage, _extract_barrage),
    "WebcastRankUpdateMessage": Rule(
        proto.RankUpdateMessage, room.RanklistHour, _extract_rank_update
    ),
    "WebcastRankTextMessage": Rule(proto.RankTextMessage, room.RanklistHour, _extract_rank_text),
    "WebcastHourlyRankMessage": Rule(
        proto.HourlyRankMessage, room.RanklistHour, _extract_hourly_rank
    ),
    "WebcastGoalUpdateMessage": Rule(proto.GoalUpdateMessage, room.Goal, _extract_goal),
    "WebcastLiveIntroMessage": Rule(proto.LiveIntroMessage, room.Intro),
    "WebcastEnvelopeMessage": Rule(proto.EnvelopeMessage, room.Envelope, _extract_envelope),
    "WebcastPollMessage": Rule(proto.PollMessage, room.Poll, _extract_poll),
    "WebcastRoomPinMessage": Rule(proto.RoomPinMessage, room.Pin, _extract_pin, clock="pin_time"),
    "WebcastImDeleteMessage": Rule(proto.ImDeleteMessage, room.Delete),
    "WebcastMsgDetectMessage": Rule(proto.MsgDetectMessage, room.Detect),
    "WebcastLinkMicArmies": Rule(proto.LinkMicArmies, stage.Armies, _extract_battle_armies),
    "WebcastLinkMicBattle": Rule(proto.LinkMicBattle, stage.Battle, _extract_battle),
    "WebcastLinkMicFanTicketMethod": Rule(
        proto.LinkMicFanTicketMethod, stage.LinkMic, _extract_fan_ticket
    ),
    "WebcastLinkLayerMessage": Rule(proto.LinkLayerMessage, stage.Link, _extract_link_layer),
    "WebcastOecLiveShoppingMessage": Rule(
        proto.OecLiveShoppingMessage, shop.LiveShopping, _extract_shopping
    ),
    "WebcastUserFanTicket": Rule(proto.UserFanTicket, stage.UserFanTicket),
    "WebcastNoticeMessage": Rule(proto.NoticeMessage, room.RoomNotice, _extract_notice),
    "WebcastSystemMessage": Rule(proto.SystemMessage, room.RoomNotice, _extract_system),
    "WebcastGameRankNotifyMessage": Rule(
        proto.GameRankNotifyMessage, room.RoomNotice, _extract_game_rank
    ),
    # Without a header: the first field is the room_id.
    **make_header_rules(Other, proto.ImEnterRoomMessage, ("ImEnterRoomMessage",), None),
    # Recorded 2023, in the definitions of TikTokLive 7, or listed by F2 without code.
    **make_header_rules(
        Other,
        Bare,
        (
            "AccessControlMessage",
            "AccessRecallMessage",
            "AnchorToolModificationMessage",
            "BALeadGenMessage",
            "BoostCardMessage",
            "BottomMessage",
            "CapsuleMessage",
            "DonationStickerModifyMethod",
            "EcShortItemRefreshMessage",
            "EcTaskRegisterMessage",
            "EnvelopePortalMessage",
            "GiftBroadcastMessage",
            "GiftCollectionUpdateMessage",
            "GiftDynamicRestrictionMessage",
            "GiftPanelUpdateMessage",
            "GiftPromptMessage",
            "GoodyBagMessage",
            "GuideMessage",
            "HashtagMessage",
            "HourlyRankRewardMessage",
            "InRoomBannerRefreshMessage",
            "LinkMicAnchorGuideMessage",
            "LinkMicBattleItemCard",
            "LinkMicBattlePunishFinish",
            "LinkMicLayoutStateMessage",
            "LinkScreenChangeMessage",
            "LinkStateMessage",
            "LinkmicBattleNoticeMessage",
            "LinkmicBattleTaskMessage",
            "LiveGameIntroMessage",
            "MarqueeAnnouncementMessage",
            "OecLiveManagerMessage",
            "PaidContentLiveShoppingMessage",
            "PartnershipCardChangeMessage",
            "PartnershipDownloadCountMessage",
            "PartnershipDropsUpdateMessage",
            "PartnershipGameOfflineMessage",
            "PartnershipPunishMessage",
            "PerceptionMessage",
            "PictionaryEndMessage",
            "PictionaryExitMessage",
            "PictionaryStartMessage",
            "PictionaryUpdateMessage",
            "QuestionDeleteMessage",
            "QuestionSelectedMessage",
            "QuestionSlideDownMessage",
            "QuestionSwitchMessage",
            "RoomNotifyMessage",
            "RoomStickerMessage",
            "RoomVerifyMessage",
            "SpeakerMessage",
            "SubPinEventMessage",
            "SubTimerStickerMessage",
            "SubWaveMessage",
            "SubscriptionGuideMessage",
            "ViewerPicksUpdateMessage",
            "WeeklyRankRewardMessage",
        ),
        extract_text,
    ),
}
