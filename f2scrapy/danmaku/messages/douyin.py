"""Define rules for messages of Douyin only."""

from typing import Any

from f2scrapy.danmaku.messages import people, room, shop, stage
from f2scrapy.danmaku.messages.event import Other
from f2scrapy.danmaku.messages.reading import (
    Rule,
    build_user,
    extract_header,
    make_header_rules,
    render_text,
)
from f2scrapy.danmaku.messages.shared import build_givers, extract_armies
from f2scrapy.danmaku.proto import douyin_pb2 as proto
from f2scrapy.danmaku.proto.shared_pb2 import Bare


def _extract_emoji(message: proto.EmojiChatMessage) -> dict[str, Any]:
    content = message.default_content or render_text(message.emoji_content)
    return {"content": content, "emoji_id": str(message.emoji_id or "")}


def _extract_light_gift(message: proto.LightGiftMessage) -> dict[str, Any]:
    info, gift = message.gift_info, message.gift_struct
    return {
        "gift_id": info.gift_id or gift.id,
        "gift_name": gift.name,
        "diamond_count": info.diamond_count or gift.diamond_count,
    }


def _extract_match(message: proto.MatchAgainstScoreMessage) -> dict[str, Any]:
    names = ("left_name", "left_goal", "right_name", "right_goal")
    return {name: getattr(message.against, name) for name in names}


def _extract_ecom_fansclub(message: proto.EcomFansClubMessage) -> dict[str, Any]:
    return {"user_id": message.user_info.user_id, "level": message.user_info.level}


def _extract_room_rank(message: proto.RoomRankMessage) -> dict[str, Any]:
    places = enumerate(message.ranks, 1)
    return {
        "ranks": tuple(
            room.Ranked(rank=rank, score=place.score_str, user=build_user(place.user))
            for rank, place in places
        ),
        "seats": tuple(
            room.Ranked(
                rank=seat.rank,
                score=str(seat.score),
                exact_score=str(seat.score),
                delta=seat.delta,
                user=build_user(seat.user),
            )
            for seat in message.seats
        ),
    }


def _extract_ranklist_hour(message: proto.RanklistHourEntranceMessage) -> dict[str, Any]:
    lists = (*message.info.global_infos, *message.info.vertical_infos)
    pages = (page for info in lists for detail in info.details for page in detail.pages)
    return {"lines": tuple(dict.fromkeys(page.content for page in pages if page.content))}


def _extract_hot_room(message: proto.HotRoomMessage) -> dict[str, Any]:
    return {"bit_map": message.info.bit_map}


def _extract_notify(message: proto.NotifyEffectMessage) -> dict[str, Any]:
    return {"content": render_text(message.content) or render_text(message.common.display_text)}


def _extract_common_text(message: proto.CommonTextMessage) -> dict[str, Any]:
    return {"content": render_text(message.common.display_text) or message.common.describe}


def _extract_shopping(message: proto.LiveShoppingMessage) -> dict[str, Any]:
    # Older definitions have the promotion at number 4; newer ones at 3, with targets at 4.
    older = message.target_uid[0] if message.target_uid else 0
    product = message.updated_product
    return {
        "promotion_id": message.promotion_id or older,
        "title": product.title,
        "price": str(product.price or ""),
    }


def _extract_product_change(message: proto.ProductChangeMessage) -> dict[str, Any]:
    return {"promotion_ids": tuple(each.promotion_id for each in message.update_product_info)}


def _extract_armies(message: proto.LinkmicArmiesMessage) -> dict[str, Any]:
    teams = (*message.team_a, *message.team_b)
    return extract_armies({team.anchor_id: team.armies for team in teams})


def _extract_team_task(message: proto.BattleTeamTaskMessage) -> dict[str, Any]:
    # A number in most definitions, a text in F2's: each parser passes over the other's field.
    task = proto.TeamTask.FromString(message.team_task)
    text = proto.TeamTaskInText.FromString(message.team_task)
    return {
        "battle_id": text.battle_id or str(task.battle_id or ""),
        "trigger_user_id": text.trigger_user_id or str(task.trigger_user_id or ""),
        "battle_type": task.battle_type,
        "content": message.team_task_json,
    }


def _extract_finish(message: proto.LinkMicBattleFinishMethod) -> dict[str, Any]:
    armies = (
        stage.Army(
            host_id=str(host.anchor_id),
            user_id=str(army.user_id),
            nickname=army.nickname,
            score=army.score,
        )
        for host in message.armies
        for army in host.armies
    )
    return {
        "battle_id": message.settings.battle_id,
        "duration": message.settings.duration,
        "scores": {str(each.user_id): each.score for each in message.scores},
        "results": {
            str(each.user_id): "won" if each.rank == 1 else "lost"
            for each in message.scores
            if each.rank
        },
        **build_givers(armies),
    }


_FINISH = Rule(proto.LinkMicBattleFinishMethod, stage.Battle, _extract_finish)
_ARMIES = Rule(proto.LinkmicArmiesMessage, stage.Armies, _extract_armies)

TABLE = {
    "WebcastEmojiChatMessage": Rule(proto.EmojiChatMessage, people.EmojiChat, _extract_emoji),
    "WebcastScreenChatMessage": Rule(
        proto.ScreenChatMessage, people.ScreenChat, clock="event_time"
    ),
    "WebcastPrivilegeScreenChatMessage": Rule(proto.PrivilegeScreenChatMessage, people.ScreenChat),
    "WebcastHotChatMessage": Rule(proto.HotChatMessage, people.HotChat),
    "WebcastLightGiftMessage": Rule(proto.LightGiftMessage, people.LightGift, _extract_light_gift),
    "WebcastGiftSortMessage": Rule(proto.GiftSortMessage, room.GiftSort),
    "WebcastUpdateFanTicketMessage": Rule(proto.UpdateFanTicketMessage, room.FanTicket),
    "WebcastCommonTextMessage": Rule(
        proto.CommonTextMessage, room.CommonText, _extract_common_text
    ),
    "WebcastMatchAgainstScoreMessage": Rule(
        proto.MatchAgainstScoreMessage, stage.MatchScore, _extract_match
    ),
    "WebcastEcomFansClubMessage": Rule(
        proto.EcomFansClubMessage, people.EcomFansclub, _extract_ecom_fansclub
    ),
    "WebcastRoomStatsMessage": Rule(proto.RoomStatsMessage, room.RoomStats),
    "WebcastRoomRankMessage": Rule(proto.RoomRankMessage, room.RoomRank, _extract_room_rank),
    "WebcastRanklistHourEntranceMessage": Rule(
        proto.RanklistHourEntranceMessage, room.RanklistHour, _extract_ranklist_hour
    ),
    "WebcastHotRoomMessage": Rule(proto.HotRoomMessage, room.HotRoom, _extract_hot_room),
    "WebcastNotifyEffectMessage": Rule(
        proto.NotifyEffectMessage, room.NotifyEffect, _extract_notify
    ),
    "WebcastRoomDataSyncMessage": Rule(proto.RoomDataSyncMessage, room.DataSync),
    "WebcastLiveShoppingMessage": Rule(
        proto.LiveShoppingMessage, shop.LiveShopping, _extract_shopping
    ),
    "WebcastProductChangeMessage": Rule(
        proto.ProductChangeMessage, shop.ProductChange, _extract_product_change
    ),
    "WebcastLiveEcomGeneralMessage": Rule(proto.LiveEcomGeneralMessage, shop.LiveEcom),
    "WebcastLinkMicArmiesMethod": _ARMIES,
    "WebcastLinkmicArmiesMessage": _ARMIES,
    "WebcastLinkmicArmiesMethod": _ARMIES,
    "WebcastLinkMicBattleFinishMethod": _FINISH,
    "WebcastLinkmicBattleFinishMethod": _FINISH,
    "WebcastLinkmicBattleFinishMessage": _FINISH,
    "WebcastAudioChatMessage": Rule(proto.AudioChatMessage, people.AudioChat),
    "WebcastLinkerContributeMessage": Rule(proto.LinkerContributeMessage, stage.Contribute),
    "WebcastProfitInteractionScoreMessage": Rule(
        proto.ProfitInteractionScoreMessage, stage.InteractionScore
    ),
    "WebcastBattleTeamTaskMessage": Rule(
        proto.BattleTeamTaskMessage, stage.TeamTask, _extract_team_task
    ),
    **make_header_rules(
        shop.Lottery,
        Bare,
        (
            "LotteryDrawResultEventMessage",
            "LotteryEventMessage",
            "LotteryEventNewMessage",
            "LuckyBoxEndMessage",
            "LuckyBoxMessage",
            "LuckyBoxRewardMessage",
            "LuckyBoxTempStatusMessage",
        ),
        extract_header,
    ),
    **make_header_rules(Other, proto.PreviewCjRpMessage, ("PreviewCjRpMessage",), extract_header),
    # Recorded 2026, listed by other definitions of that year, or listed by F2 without code.
    **make_header_rules(
        Other,
        Bare,
        (
            "ActivityEmojiGroupsMessage",
            "AnchorLinkmicSilenceMessage",
            "AssetEffectUtilMessage",
            "AssetMessage",
            "AudioBGImgMessage",
            "AudioBgImgMessage",
            "BackupSEIMessage",
            "BackupSeiMessage",
            "BattleAuxiliaryMessage",
            "BattleEffectContainerMessage",
            "BattleEndPunishMessage",
            "BattlePowerContainerMessage",
            "BattleRankSeasonMessage",
            "BattleStatusMessage",
            "BattleStealDragonMessage",
            "BattleUpdatePropCardTaskMessage",
            "BindingGiftMessage",
            "ChatLikeMessage",
            "CommonDotMessage",
            "CommonToastMessage",
            "DecorationModifyMethod",
            "DecorationUpdateMessage",
            "ExhibitionChatMessage",
            "GiftEffectGameMessage",
            "GiftPlayEventMessage",
            "GiftUpdateMessage",
            "HighlightComment",
            "HighlightCommentMessage",
            "InteractEffectMessage",
            "ItemShareMessage",
            "LinkMicBattleMethod",
            "LinkSettingNotifyMessage",
            "LinkmicPlayModeUpdateScoreMessage",
            "LinkmicBattleMethod",
            "LinkmicPlaymodeMessage",
            "LinkmicProfitMessage",
            "LowPcuGuideMessage",
            "PrizeNoticeMessage",
            "ProfitGameStatusMessage",
            "RankListAwardMessage",
            "RanklistAwardMessage",
            "ResidentGuestMessage",
            "RoomCommentTopicMessage",
            "RoomIndicatorMessage",
            "RoomNotifyMessage",
            "SandwichBorderMessage",
            "TaskCenterEntranceMessage",
            "ToastMessage",
            "TopEffectMessage",
            "UserPrivilegeChangeMessage",
        ),
        extract_header,
    ),
}
