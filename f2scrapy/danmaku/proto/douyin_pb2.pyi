from f2scrapy.danmaku.proto import base_pb2 as _base_pb2
from f2scrapy.danmaku.proto import shared_pb2 as _shared_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EmojiChatMessage(_message.Message):
    __slots__ = ("common", "user", "emoji_id", "emoji_content", "default_content")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    EMOJI_ID_FIELD_NUMBER: _ClassVar[int]
    EMOJI_CONTENT_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_CONTENT_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    emoji_id: int
    emoji_content: _base_pb2.Text
    default_content: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., emoji_id: _Optional[int] = ..., emoji_content: _Optional[_Union[_base_pb2.Text, _Mapping]] = ..., default_content: _Optional[str] = ...) -> None: ...

class ScreenChatMessage(_message.Message):
    __slots__ = ("common", "user", "screen_chat_type", "content", "priority", "event_time")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    SCREEN_CHAT_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    screen_chat_type: int
    content: str
    priority: int
    event_time: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., screen_chat_type: _Optional[int] = ..., content: _Optional[str] = ..., priority: _Optional[int] = ..., event_time: _Optional[int] = ...) -> None: ...

class PrivilegeScreenChatMessage(_message.Message):
    __slots__ = ("common", "user", "content")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    content: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., content: _Optional[str] = ...) -> None: ...

class AudioChatMessage(_message.Message):
    __slots__ = ("common", "user", "content", "audio_url", "audio_duration")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    AUDIO_URL_FIELD_NUMBER: _ClassVar[int]
    AUDIO_DURATION_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    content: str
    audio_url: str
    audio_duration: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., content: _Optional[str] = ..., audio_url: _Optional[str] = ..., audio_duration: _Optional[int] = ...) -> None: ...

class HotChatMessage(_message.Message):
    __slots__ = ("common", "title", "content", "num", "duration")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    NUM_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    title: str
    content: str
    num: int
    duration: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., title: _Optional[str] = ..., content: _Optional[str] = ..., num: _Optional[int] = ..., duration: _Optional[int] = ...) -> None: ...

class PreviewCjRpMessage(_message.Message):
    __slots__ = ("common",)
    COMMON_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ...) -> None: ...

class LightGiftMessage(_message.Message):
    __slots__ = ("common", "group_count", "repeat_count", "combo_count", "to_user_id", "gift_info", "count", "gift_struct")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    GROUP_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPEAT_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMBO_COUNT_FIELD_NUMBER: _ClassVar[int]
    TO_USER_ID_FIELD_NUMBER: _ClassVar[int]
    GIFT_INFO_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    GIFT_STRUCT_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    group_count: int
    repeat_count: int
    combo_count: int
    to_user_id: int
    gift_info: GiftInfo
    count: int
    gift_struct: _shared_pb2.GiftStruct
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., group_count: _Optional[int] = ..., repeat_count: _Optional[int] = ..., combo_count: _Optional[int] = ..., to_user_id: _Optional[int] = ..., gift_info: _Optional[_Union[GiftInfo, _Mapping]] = ..., count: _Optional[int] = ..., gift_struct: _Optional[_Union[_shared_pb2.GiftStruct, _Mapping]] = ...) -> None: ...

class GiftInfo(_message.Message):
    __slots__ = ("gift_id", "diamond_count")
    GIFT_ID_FIELD_NUMBER: _ClassVar[int]
    DIAMOND_COUNT_FIELD_NUMBER: _ClassVar[int]
    gift_id: int
    diamond_count: int
    def __init__(self, gift_id: _Optional[int] = ..., diamond_count: _Optional[int] = ...) -> None: ...

class GiftSortMessage(_message.Message):
    __slots__ = ("common", "message_type")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_TYPE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    message_type: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., message_type: _Optional[int] = ...) -> None: ...

class UpdateFanTicketMessage(_message.Message):
    __slots__ = ("common", "room_fan_ticket_count_text", "room_fan_ticket_count", "force_update")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    ROOM_FAN_TICKET_COUNT_TEXT_FIELD_NUMBER: _ClassVar[int]
    ROOM_FAN_TICKET_COUNT_FIELD_NUMBER: _ClassVar[int]
    FORCE_UPDATE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    room_fan_ticket_count_text: str
    room_fan_ticket_count: int
    force_update: bool
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., room_fan_ticket_count_text: _Optional[str] = ..., room_fan_ticket_count: _Optional[int] = ..., force_update: _Optional[bool] = ...) -> None: ...

class CommonTextMessage(_message.Message):
    __slots__ = ("common", "user", "scene")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    scene: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., scene: _Optional[str] = ...) -> None: ...

class MatchAgainstScoreMessage(_message.Message):
    __slots__ = ("common", "against", "match_status", "display_status", "match_id")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    AGAINST_FIELD_NUMBER: _ClassVar[int]
    MATCH_STATUS_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_STATUS_FIELD_NUMBER: _ClassVar[int]
    MATCH_ID_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    against: Against
    match_status: int
    display_status: int
    match_id: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., against: _Optional[_Union[Against, _Mapping]] = ..., match_status: _Optional[int] = ..., display_status: _Optional[int] = ..., match_id: _Optional[int] = ...) -> None: ...

class Against(_message.Message):
    __slots__ = ("left_name", "left_goal", "right_name", "right_goal", "timestamp")
    LEFT_NAME_FIELD_NUMBER: _ClassVar[int]
    LEFT_GOAL_FIELD_NUMBER: _ClassVar[int]
    RIGHT_NAME_FIELD_NUMBER: _ClassVar[int]
    RIGHT_GOAL_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    left_name: str
    left_goal: str
    right_name: str
    right_goal: str
    timestamp: int
    def __init__(self, left_name: _Optional[str] = ..., left_goal: _Optional[str] = ..., right_name: _Optional[str] = ..., right_goal: _Optional[str] = ..., timestamp: _Optional[int] = ...) -> None: ...

class EcomFansClubMessage(_message.Message):
    __slots__ = ("common", "action", "user_info")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    USER_INFO_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    action: int
    user_info: EcomFan
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., action: _Optional[int] = ..., user_info: _Optional[_Union[EcomFan, _Mapping]] = ...) -> None: ...

class EcomFan(_message.Message):
    __slots__ = ("user_id", "level")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    user_id: int
    level: int
    def __init__(self, user_id: _Optional[int] = ..., level: _Optional[int] = ...) -> None: ...

class RoomStatsMessage(_message.Message):
    __slots__ = ("common", "display_short", "display_middle", "display_long", "display_value", "total", "display_type")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_SHORT_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_MIDDLE_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_LONG_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_VALUE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TYPE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    display_short: str
    display_middle: str
    display_long: str
    display_value: int
    total: int
    display_type: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., display_short: _Optional[str] = ..., display_middle: _Optional[str] = ..., display_long: _Optional[str] = ..., display_value: _Optional[int] = ..., total: _Optional[int] = ..., display_type: _Optional[int] = ...) -> None: ...

class RoomRankMessage(_message.Message):
    __slots__ = ("common", "ranks", "seats")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    RANKS_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    ranks: _containers.RepeatedCompositeFieldContainer[RoomRank]
    seats: _containers.RepeatedCompositeFieldContainer[RankSeat]
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., ranks: _Optional[_Iterable[_Union[RoomRank, _Mapping]]] = ..., seats: _Optional[_Iterable[_Union[RankSeat, _Mapping]]] = ...) -> None: ...

class RankSeat(_message.Message):
    __slots__ = ("user", "score", "rank", "delta")
    USER_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    user: _base_pb2.User
    score: int
    rank: int
    delta: int
    def __init__(self, user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., score: _Optional[int] = ..., rank: _Optional[int] = ..., delta: _Optional[int] = ...) -> None: ...

class RoomRank(_message.Message):
    __slots__ = ("user", "score_str", "profile_hidden")
    USER_FIELD_NUMBER: _ClassVar[int]
    SCORE_STR_FIELD_NUMBER: _ClassVar[int]
    PROFILE_HIDDEN_FIELD_NUMBER: _ClassVar[int]
    user: _base_pb2.User
    score_str: str
    profile_hidden: bool
    def __init__(self, user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., score_str: _Optional[str] = ..., profile_hidden: _Optional[bool] = ...) -> None: ...

class RanklistHourEntranceMessage(_message.Message):
    __slots__ = ("common", "info")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    INFO_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    info: RanklistHourEntrance
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., info: _Optional[_Union[RanklistHourEntrance, _Mapping]] = ...) -> None: ...

class RanklistHourEntrance(_message.Message):
    __slots__ = ("global_infos", "default_global_infos", "vertical_infos", "default_vertical_infos")
    GLOBAL_INFOS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_GLOBAL_INFOS_FIELD_NUMBER: _ClassVar[int]
    VERTICAL_INFOS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_VERTICAL_INFOS_FIELD_NUMBER: _ClassVar[int]
    global_infos: _containers.RepeatedCompositeFieldContainer[RanklistInfo]
    default_global_infos: _containers.RepeatedCompositeFieldContainer[RanklistInfo]
    vertical_infos: _containers.RepeatedCompositeFieldContainer[RanklistInfo]
    default_vertical_infos: _containers.RepeatedCompositeFieldContainer[RanklistInfo]
    def __init__(self, global_infos: _Optional[_Iterable[_Union[RanklistInfo, _Mapping]]] = ..., default_global_infos: _Optional[_Iterable[_Union[RanklistInfo, _Mapping]]] = ..., vertical_infos: _Optional[_Iterable[_Union[RanklistInfo, _Mapping]]] = ..., default_vertical_infos: _Optional[_Iterable[_Union[RanklistInfo, _Mapping]]] = ...) -> None: ...

class RanklistInfo(_message.Message):
    __slots__ = ("details",)
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    details: _containers.RepeatedCompositeFieldContainer[RanklistDetail]
    def __init__(self, details: _Optional[_Iterable[_Union[RanklistDetail, _Mapping]]] = ...) -> None: ...

class RanklistDetail(_message.Message):
    __slots__ = ("pages", "ranklist_type", "title")
    PAGES_FIELD_NUMBER: _ClassVar[int]
    RANKLIST_TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    pages: _containers.RepeatedCompositeFieldContainer[RanklistPage]
    ranklist_type: int
    title: str
    def __init__(self, pages: _Optional[_Iterable[_Union[RanklistPage, _Mapping]]] = ..., ranklist_type: _Optional[int] = ..., title: _Optional[str] = ...) -> None: ...

class RanklistPage(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: str
    def __init__(self, content: _Optional[str] = ...) -> None: ...

class HotRoomMessage(_message.Message):
    __slots__ = ("common", "info")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    INFO_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    info: HotRoomInfo
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., info: _Optional[_Union[HotRoomInfo, _Mapping]] = ...) -> None: ...

class HotRoomInfo(_message.Message):
    __slots__ = ("bit_map",)
    BIT_MAP_FIELD_NUMBER: _ClassVar[int]
    bit_map: int
    def __init__(self, bit_map: _Optional[int] = ...) -> None: ...

class NotifyEffectMessage(_message.Message):
    __slots__ = ("common", "content")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    content: _base_pb2.Text
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., content: _Optional[_Union[_base_pb2.Text, _Mapping]] = ...) -> None: ...

class RoomDataSyncMessage(_message.Message):
    __slots__ = ("common", "sync_room_id", "sync_key", "version", "payload")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    SYNC_ROOM_ID_FIELD_NUMBER: _ClassVar[int]
    SYNC_KEY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    sync_room_id: int
    sync_key: str
    version: int
    payload: bytes
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., sync_room_id: _Optional[int] = ..., sync_key: _Optional[str] = ..., version: _Optional[int] = ..., payload: _Optional[bytes] = ...) -> None: ...

class LiveShoppingMessage(_message.Message):
    __slots__ = ("common", "msg_type", "promotion_id", "target_uid", "ecom_notice", "updated_product_ids", "update_type", "updated_product", "sold_out", "promotions_num", "lottery_info", "win_lottery_info", "update_toast")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    MSG_TYPE_FIELD_NUMBER: _ClassVar[int]
    PROMOTION_ID_FIELD_NUMBER: _ClassVar[int]
    TARGET_UID_FIELD_NUMBER: _ClassVar[int]
    ECOM_NOTICE_FIELD_NUMBER: _ClassVar[int]
    UPDATED_PRODUCT_IDS_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TYPE_FIELD_NUMBER: _ClassVar[int]
    UPDATED_PRODUCT_FIELD_NUMBER: _ClassVar[int]
    SOLD_OUT_FIELD_NUMBER: _ClassVar[int]
    PROMOTIONS_NUM_FIELD_NUMBER: _ClassVar[int]
    LOTTERY_INFO_FIELD_NUMBER: _ClassVar[int]
    WIN_LOTTERY_INFO_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TOAST_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    msg_type: int
    promotion_id: int
    target_uid: _containers.RepeatedScalarFieldContainer[int]
    ecom_notice: str
    updated_product_ids: _containers.RepeatedScalarFieldContainer[int]
    update_type: int
    updated_product: UpdatedProduct
    sold_out: bool
    promotions_num: int
    lottery_info: ShoppingLottery
    win_lottery_info: ShoppingWin
    update_toast: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., msg_type: _Optional[int] = ..., promotion_id: _Optional[int] = ..., target_uid: _Optional[_Iterable[int]] = ..., ecom_notice: _Optional[str] = ..., updated_product_ids: _Optional[_Iterable[int]] = ..., update_type: _Optional[int] = ..., updated_product: _Optional[_Union[UpdatedProduct, _Mapping]] = ..., sold_out: _Optional[bool] = ..., promotions_num: _Optional[int] = ..., lottery_info: _Optional[_Union[ShoppingLottery, _Mapping]] = ..., win_lottery_info: _Optional[_Union[ShoppingWin, _Mapping]] = ..., update_toast: _Optional[str] = ...) -> None: ...

class UpdatedProduct(_message.Message):
    __slots__ = ("price", "title", "status")
    PRICE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    price: int
    title: str
    status: int
    def __init__(self, price: _Optional[int] = ..., title: _Optional[str] = ..., status: _Optional[int] = ...) -> None: ...

class ShoppingLottery(_message.Message):
    __slots__ = ("lottery_type", "activity_id", "open_time")
    LOTTERY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_TIME_FIELD_NUMBER: _ClassVar[int]
    lottery_type: int
    activity_id: str
    open_time: int
    def __init__(self, lottery_type: _Optional[int] = ..., activity_id: _Optional[str] = ..., open_time: _Optional[int] = ...) -> None: ...

class ShoppingWin(_message.Message):
    __slots__ = ("title", "name", "activity_id", "is_win")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_ID_FIELD_NUMBER: _ClassVar[int]
    IS_WIN_FIELD_NUMBER: _ClassVar[int]
    title: str
    name: str
    activity_id: str
    is_win: bool
    def __init__(self, title: _Optional[str] = ..., name: _Optional[str] = ..., activity_id: _Optional[str] = ..., is_win: _Optional[bool] = ...) -> None: ...

class ProductChangeMessage(_message.Message):
    __slots__ = ("common", "update_timestamp", "update_toast", "update_product_info", "total")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TOAST_FIELD_NUMBER: _ClassVar[int]
    UPDATE_PRODUCT_INFO_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    update_timestamp: int
    update_toast: str
    update_product_info: _containers.RepeatedCompositeFieldContainer[ProductInfo]
    total: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., update_timestamp: _Optional[int] = ..., update_toast: _Optional[str] = ..., update_product_info: _Optional[_Iterable[_Union[ProductInfo, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class ProductInfo(_message.Message):
    __slots__ = ("promotion_id", "index", "explain_type")
    PROMOTION_ID_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    EXPLAIN_TYPE_FIELD_NUMBER: _ClassVar[int]
    promotion_id: int
    index: int
    explain_type: int
    def __init__(self, promotion_id: _Optional[int] = ..., index: _Optional[int] = ..., explain_type: _Optional[int] = ...) -> None: ...

class LiveEcomGeneralMessage(_message.Message):
    __slots__ = ("common", "content_type", "content_format", "logic_clock", "data", "target_room_id")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FORMAT_FIELD_NUMBER: _ClassVar[int]
    LOGIC_CLOCK_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    TARGET_ROOM_ID_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    content_type: str
    content_format: str
    logic_clock: int
    data: bytes
    target_room_id: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., content_type: _Optional[str] = ..., content_format: _Optional[str] = ..., logic_clock: _Optional[int] = ..., data: _Optional[bytes] = ..., target_room_id: _Optional[int] = ...) -> None: ...

class LinkmicArmiesMessage(_message.Message):
    __slots__ = ("common", "team_a", "team_b", "display_title")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    TEAM_A_FIELD_NUMBER: _ClassVar[int]
    TEAM_B_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TITLE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    team_a: _containers.RepeatedCompositeFieldContainer[ArmyTeam]
    team_b: _containers.RepeatedCompositeFieldContainer[ArmyTeam]
    display_title: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., team_a: _Optional[_Iterable[_Union[ArmyTeam, _Mapping]]] = ..., team_b: _Optional[_Iterable[_Union[ArmyTeam, _Mapping]]] = ..., display_title: _Optional[str] = ...) -> None: ...

class ArmyTeam(_message.Message):
    __slots__ = ("anchor_id", "armies")
    ANCHOR_ID_FIELD_NUMBER: _ClassVar[int]
    ARMIES_FIELD_NUMBER: _ClassVar[int]
    anchor_id: int
    armies: _shared_pb2.Armies
    def __init__(self, anchor_id: _Optional[int] = ..., armies: _Optional[_Union[_shared_pb2.Armies, _Mapping]] = ...) -> None: ...

class LinkerContributeMessage(_message.Message):
    __slots__ = ("common", "user_id", "total_score", "micro_time_stamp", "scene", "total_score_real_str", "total_score_str")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SCORE_FIELD_NUMBER: _ClassVar[int]
    MICRO_TIME_STAMP_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SCORE_REAL_STR_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SCORE_STR_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user_id: int
    total_score: int
    micro_time_stamp: int
    scene: int
    total_score_real_str: str
    total_score_str: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user_id: _Optional[int] = ..., total_score: _Optional[int] = ..., micro_time_stamp: _Optional[int] = ..., scene: _Optional[int] = ..., total_score_real_str: _Optional[str] = ..., total_score_str: _Optional[str] = ...) -> None: ...

class ProfitInteractionScoreMessage(_message.Message):
    __slots__ = ("common", "interaction_score_status", "channel_id", "start_time")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    INTERACTION_SCORE_STATUS_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    interaction_score_status: int
    channel_id: int
    start_time: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., interaction_score_status: _Optional[int] = ..., channel_id: _Optional[int] = ..., start_time: _Optional[int] = ...) -> None: ...

class BattleTeamTaskMessage(_message.Message):
    __slots__ = ("common", "team_task", "team_task_json")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    TEAM_TASK_FIELD_NUMBER: _ClassVar[int]
    TEAM_TASK_JSON_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    team_task: bytes
    team_task_json: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., team_task: _Optional[bytes] = ..., team_task_json: _Optional[str] = ...) -> None: ...

class TeamTask(_message.Message):
    __slots__ = ("battle_id", "trigger_user_id", "battle_type")
    BATTLE_ID_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_USER_ID_FIELD_NUMBER: _ClassVar[int]
    BATTLE_TYPE_FIELD_NUMBER: _ClassVar[int]
    battle_id: int
    trigger_user_id: int
    battle_type: int
    def __init__(self, battle_id: _Optional[int] = ..., trigger_user_id: _Optional[int] = ..., battle_type: _Optional[int] = ...) -> None: ...

class TeamTaskInText(_message.Message):
    __slots__ = ("battle_id", "trigger_user_id")
    BATTLE_ID_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_USER_ID_FIELD_NUMBER: _ClassVar[int]
    battle_id: str
    trigger_user_id: str
    def __init__(self, battle_id: _Optional[str] = ..., trigger_user_id: _Optional[str] = ...) -> None: ...

class LinkMicBattleFinishMethod(_message.Message):
    __slots__ = ("common", "settings", "armies", "scores")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    ARMIES_FIELD_NUMBER: _ClassVar[int]
    SCORES_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    settings: FinishedBattle
    armies: _containers.RepeatedCompositeFieldContainer[ArmyOfHost]
    scores: _containers.RepeatedCompositeFieldContainer[FinalScore]
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., settings: _Optional[_Union[FinishedBattle, _Mapping]] = ..., armies: _Optional[_Iterable[_Union[ArmyOfHost, _Mapping]]] = ..., scores: _Optional[_Iterable[_Union[FinalScore, _Mapping]]] = ...) -> None: ...

class FinishedBattle(_message.Message):
    __slots__ = ("battle_id", "duration")
    BATTLE_ID_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    battle_id: int
    duration: int
    def __init__(self, battle_id: _Optional[int] = ..., duration: _Optional[int] = ...) -> None: ...

class ArmyOfHost(_message.Message):
    __slots__ = ("anchor_id", "armies")
    ANCHOR_ID_FIELD_NUMBER: _ClassVar[int]
    ARMIES_FIELD_NUMBER: _ClassVar[int]
    anchor_id: int
    armies: _containers.RepeatedCompositeFieldContainer[FinalArmy]
    def __init__(self, anchor_id: _Optional[int] = ..., armies: _Optional[_Iterable[_Union[FinalArmy, _Mapping]]] = ...) -> None: ...

class FinalArmy(_message.Message):
    __slots__ = ("user_id", "nickname", "score")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NICKNAME_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    user_id: int
    nickname: str
    score: int
    def __init__(self, user_id: _Optional[int] = ..., nickname: _Optional[str] = ..., score: _Optional[int] = ...) -> None: ...

class FinalScore(_message.Message):
    __slots__ = ("score", "user_id", "rank")
    SCORE_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    score: int
    user_id: int
    rank: int
    def __init__(self, score: _Optional[int] = ..., user_id: _Optional[int] = ..., rank: _Optional[int] = ...) -> None: ...
