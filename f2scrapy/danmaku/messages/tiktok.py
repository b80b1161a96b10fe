"""Define rules for messages of TikTok only."""

from typing import Any

from f2scrapy.danmaku.messages import people, room, shop, stage
from f2scrapy.danmaku.messages.event import Other, User
from f2scrapy.danmaku.messages.reading import Rule, build_user, make_header_rules, render_text
from f2scrapy.danmaku.messages.shared import extract_armies
from f2scrapy.danmaku.proto import tiktok_pb2 as proto
from f2scrapy.danmaku.proto.shared_pb2 import Bare


def _extract_emote(message: proto.EmoteChatMessage) -> dict[str, Any]:
    ids = ",".join(emote.emote_id for emote in message.emotes)
    return {"content": f"[{ids}]", "emoji_id": ids}


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
    user = build_user(source.user) if source.user.id else None
    return {"content": render_text(message.content), "user": user}


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
        "description": message.goal.description,
        "progress": sum(part.progress for part in parts),
        "target": sum(part.target for part in parts),
        "contributor": message.contributor_display_id,
    }


def _extract_poll(message: proto.PollMessage) -> dict[str, Any]:
    contents = (message.start_content, message.update_content, message.end_content)
    options = (option for content in contents for option in content.options)
    return {"votes": {option.content: option.votes for option in options}}


def _extract_envelope(message: proto.EnvelopeMessage) -> dict[str, Any]:
    info = message.envelope_info
    names = ("envelope_id", "diamond_count", "people_count", "unpack_at")
    return {"sender": info.send_user_name} | {name: getattr(info, name) for name in names}


def _extract_pin(message: proto.RoomPinMessage) -> dict[str, Any]:
    pinned = message.chat_message.content or message.gift_message.common.describe
    return {"content": pinned, "user": build_user(message.operator)}


def _extract_battle_armies(message: proto.LinkMicArmies) -> dict[str, Any]:
    return extract_armies(message.armies)


def _extract_battle(message: proto.LinkMicBattle) -> dict[str, Any]:
    results = message.battle_results.items()
    ended = {str(user_id): result.score for user_id, result in results}
    running = {str(each.anchor_id): each.armies.score for each in message.armies}
    return {"duration": message.battle_setting.duration, "scores": running | ended}


def _extract_fan_ticket(message: proto.LinkMicFanTicketMethod) -> dict[str, Any]:
    notice = message.fan_ticket_room_notice
    return {
        "total_linkmic_fan_ticket": notice.total_linkmic_fan_ticket,
        "scores": {str(each.user_id): each.fan_ticket for each in notice.user_fan_tickets},
    }


def _extract_link_layer(message: proto.LinkLayerMessage) -> dict[str, Any]:
    return {"linker_id": message.channel_id}


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
    # Recorded 2023, or listed by F2 without code.
    **make_header_rules(
        Other,
        Bare,
        (
            "AccessRecallMessage",
            "AnchorToolModificationMessage",
            "BALeadGenMessage",
            "BottomMessage",
            "CapsuleMessage",
            "DonationStickerModifyMethod",
            "EcShortItemRefreshMessage",
            "EcTaskRegisterMessage",
            "EnvelopePortalMessage",
            "GiftBroadcastMessage",
            "GiftCollectionUpdateMessage",
            "GoodyBagMessage",
            "HashtagMessage",
            "HourlyRankRewardMessage",
            "InRoomBannerRefreshMessage",
            "LinkMicAnchorGuideMessage",
            "LinkMicBattleItemCard",
            "LinkMicBattlePunishFinish",
            "LinkScreenChangeMessage",
            "LinkmicBattleNoticeMessage",
            "LinkmicBattleTaskMessage",
            "MarqueeAnnouncementMessage",
            "OecLiveManagerMessage",
            "PaidContentLiveShoppingMessage",
            "PartnershipCardChangeMessage",
            "PartnershipDownloadCountMessage",
            "PartnershipDropsUpdateMessage",
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
            "SubPinEventMessage",
            "SubTimerStickerMessage",
            "SubWaveMessage",
            "SubscriptionGuideMessage",
            "UserFanTicket",
            "WeeklyRankRewardMessage",
        ),
    ),
}
