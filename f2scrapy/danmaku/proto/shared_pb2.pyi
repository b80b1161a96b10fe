from f2scrapy.danmaku.proto import base_pb2 as _base_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Bare(_message.Message):
    __slots__ = ("common",)
    COMMON_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ...) -> None: ...

class ChatMessage(_message.Message):
    __slots__ = ("common", "user", "content", "at_user", "emotes", "content_language", "event_time", "user_identity", "mention_users")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    AT_USER_FIELD_NUMBER: _ClassVar[int]
    EMOTES_FIELD_NUMBER: _ClassVar[int]
    CONTENT_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TIME_FIELD_NUMBER: _ClassVar[int]
    USER_IDENTITY_FIELD_NUMBER: _ClassVar[int]
    MENTION_USERS_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    content: str
    at_user: _base_pb2.User
    emotes: _containers.RepeatedScalarFieldContainer[bytes]
    content_language: str
    event_time: int
    user_identity: UserIdentity
    mention_users: _containers.RepeatedCompositeFieldContainer[_base_pb2.User]
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., content: _Optional[str] = ..., at_user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., emotes: _Optional[_Iterable[bytes]] = ..., content_language: _Optional[str] = ..., event_time: _Optional[int] = ..., user_identity: _Optional[_Union[UserIdentity, _Mapping]] = ..., mention_users: _Optional[_Iterable[_Union[_base_pb2.User, _Mapping]]] = ...) -> None: ...

class EmoteInText(_message.Message):
    __slots__ = ("index", "emote")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    EMOTE_FIELD_NUMBER: _ClassVar[int]
    index: int
    emote: Emote
    def __init__(self, index: _Optional[int] = ..., emote: _Optional[_Union[Emote, _Mapping]] = ...) -> None: ...

class Emote(_message.Message):
    __slots__ = ("emote_id", "image")
    EMOTE_ID_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    emote_id: str
    image: _base_pb2.Image
    def __init__(self, emote_id: _Optional[str] = ..., image: _Optional[_Union[_base_pb2.Image, _Mapping]] = ...) -> None: ...

class UserIdentity(_message.Message):
    __slots__ = ("is_gift_giver_of_anchor", "is_subscriber_of_anchor", "is_mutual_following_with_anchor", "is_follower_of_anchor", "is_moderator_of_anchor", "is_anchor")
    IS_GIFT_GIVER_OF_ANCHOR_FIELD_NUMBER: _ClassVar[int]
    IS_SUBSCRIBER_OF_ANCHOR_FIELD_NUMBER: _ClassVar[int]
    IS_MUTUAL_FOLLOWING_WITH_ANCHOR_FIELD_NUMBER: _ClassVar[int]
    IS_FOLLOWER_OF_ANCHOR_FIELD_NUMBER: _ClassVar[int]
    IS_MODERATOR_OF_ANCHOR_FIELD_NUMBER: _ClassVar[int]
    IS_ANCHOR_FIELD_NUMBER: _ClassVar[int]
    is_gift_giver_of_anchor: bool
    is_subscriber_of_anchor: bool
    is_mutual_following_with_anchor: bool
    is_follower_of_anchor: bool
    is_moderator_of_anchor: bool
    is_anchor: bool
    def __init__(self, is_gift_giver_of_anchor: _Optional[bool] = ..., is_subscriber_of_anchor: _Optional[bool] = ..., is_mutual_following_with_anchor: _Optional[bool] = ..., is_follower_of_anchor: _Optional[bool] = ..., is_moderator_of_anchor: _Optional[bool] = ..., is_anchor: _Optional[bool] = ...) -> None: ...

class GiftMessage(_message.Message):
    __slots__ = ("common", "gift_id", "fan_ticket_count", "group_count", "repeat_count", "combo_count", "user", "to_user", "repeat_end", "group_id", "room_fan_ticket_count", "gift", "log_id", "send_type", "total_count", "send_time")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    GIFT_ID_FIELD_NUMBER: _ClassVar[int]
    FAN_TICKET_COUNT_FIELD_NUMBER: _ClassVar[int]
    GROUP_COUNT_FIELD_NUMBER: _ClassVar[int]
    REPEAT_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMBO_COUNT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    TO_USER_FIELD_NUMBER: _ClassVar[int]
    REPEAT_END_FIELD_NUMBER: _ClassVar[int]
    GROUP_ID_FIELD_NUMBER: _ClassVar[int]
    ROOM_FAN_TICKET_COUNT_FIELD_NUMBER: _ClassVar[int]
    GIFT_FIELD_NUMBER: _ClassVar[int]
    LOG_ID_FIELD_NUMBER: _ClassVar[int]
    SEND_TYPE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    SEND_TIME_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    gift_id: int
    fan_ticket_count: int
    group_count: int
    repeat_count: int
    combo_count: int
    user: _base_pb2.User
    to_user: _base_pb2.User
    repeat_end: int
    group_id: int
    room_fan_ticket_count: int
    gift: GiftStruct
    log_id: str
    send_type: int
    total_count: int
    send_time: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., gift_id: _Optional[int] = ..., fan_ticket_count: _Optional[int] = ..., group_count: _Optional[int] = ..., repeat_count: _Optional[int] = ..., combo_count: _Optional[int] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., to_user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., repeat_end: _Optional[int] = ..., group_id: _Optional[int] = ..., room_fan_ticket_count: _Optional[int] = ..., gift: _Optional[_Union[GiftStruct, _Mapping]] = ..., log_id: _Optional[str] = ..., send_type: _Optional[int] = ..., total_count: _Optional[int] = ..., send_time: _Optional[int] = ...) -> None: ...

class GiftStruct(_message.Message):
    __slots__ = ("describe", "id", "combo", "type", "diamond_count", "name")
    DESCRIBE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    COMBO_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DIAMOND_COUNT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    describe: str
    id: int
    combo: bool
    type: int
    diamond_count: int
    name: str
    def __init__(self, describe: _Optional[str] = ..., id: _Optional[int] = ..., combo: _Optional[bool] = ..., type: _Optional[int] = ..., diamond_count: _Optional[int] = ..., name: _Optional[str] = ...) -> None: ...

class LikeMessage(_message.Message):
    __slots__ = ("common", "count", "total", "user")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    count: int
    total: int
    user: _base_pb2.User
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., count: _Optional[int] = ..., total: _Optional[int] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ...) -> None: ...

class MemberMessage(_message.Message):
    __slots__ = ("common", "user", "member_count", "operator", "is_set_to_admin", "is_top_user", "rank_score", "top_user_no", "enter_type", "action", "action_description", "user_id", "pop_str")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    MEMBER_COUNT_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    IS_SET_TO_ADMIN_FIELD_NUMBER: _ClassVar[int]
    IS_TOP_USER_FIELD_NUMBER: _ClassVar[int]
    RANK_SCORE_FIELD_NUMBER: _ClassVar[int]
    TOP_USER_NO_FIELD_NUMBER: _ClassVar[int]
    ENTER_TYPE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ACTION_DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    POP_STR_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    member_count: int
    operator: _base_pb2.User
    is_set_to_admin: bool
    is_top_user: bool
    rank_score: int
    top_user_no: int
    enter_type: int
    action: int
    action_description: str
    user_id: int
    pop_str: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., member_count: _Optional[int] = ..., operator: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., is_set_to_admin: _Optional[bool] = ..., is_top_user: _Optional[bool] = ..., rank_score: _Optional[int] = ..., top_user_no: _Optional[int] = ..., enter_type: _Optional[int] = ..., action: _Optional[int] = ..., action_description: _Optional[str] = ..., user_id: _Optional[int] = ..., pop_str: _Optional[str] = ...) -> None: ...

class SocialMessage(_message.Message):
    __slots__ = ("common", "user", "share_type", "action", "share_target", "follow_count", "share_count")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    SHARE_TYPE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    SHARE_TARGET_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_COUNT_FIELD_NUMBER: _ClassVar[int]
    SHARE_COUNT_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    share_type: int
    action: int
    share_target: str
    follow_count: int
    share_count: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., share_type: _Optional[int] = ..., action: _Optional[int] = ..., share_target: _Optional[str] = ..., follow_count: _Optional[int] = ..., share_count: _Optional[int] = ...) -> None: ...

class RoomUserSeqMessage(_message.Message):
    __slots__ = ("common", "ranks", "total", "pop_str", "seats", "popularity", "total_user")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    RANKS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    POP_STR_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    POPULARITY_FIELD_NUMBER: _ClassVar[int]
    TOTAL_USER_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    ranks: _containers.RepeatedCompositeFieldContainer[Contributor]
    total: int
    pop_str: str
    seats: _containers.RepeatedCompositeFieldContainer[Contributor]
    popularity: int
    total_user: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., ranks: _Optional[_Iterable[_Union[Contributor, _Mapping]]] = ..., total: _Optional[int] = ..., pop_str: _Optional[str] = ..., seats: _Optional[_Iterable[_Union[Contributor, _Mapping]]] = ..., popularity: _Optional[int] = ..., total_user: _Optional[int] = ...) -> None: ...

class Contributor(_message.Message):
    __slots__ = ("score", "user", "rank", "delta", "is_hidden", "score_description", "exactly_score")
    SCORE_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    DELTA_FIELD_NUMBER: _ClassVar[int]
    IS_HIDDEN_FIELD_NUMBER: _ClassVar[int]
    SCORE_DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    EXACTLY_SCORE_FIELD_NUMBER: _ClassVar[int]
    score: int
    user: _base_pb2.User
    rank: int
    delta: int
    is_hidden: bool
    score_description: str
    exactly_score: str
    def __init__(self, score: _Optional[int] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., rank: _Optional[int] = ..., delta: _Optional[int] = ..., is_hidden: _Optional[bool] = ..., score_description: _Optional[str] = ..., exactly_score: _Optional[str] = ...) -> None: ...

class FansclubMessage(_message.Message):
    __slots__ = ("common", "action", "content", "user")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    action: int
    content: str
    user: _base_pb2.User
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., action: _Optional[int] = ..., content: _Optional[str] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ...) -> None: ...

class ControlMessage(_message.Message):
    __slots__ = ("common", "status", "tips")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TIPS_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    status: int
    tips: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., status: _Optional[int] = ..., tips: _Optional[str] = ...) -> None: ...

class RoomMessage(_message.Message):
    __slots__ = ("common", "content")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    content: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., content: _Optional[str] = ...) -> None: ...

class InRoomBannerMessage(_message.Message):
    __slots__ = ("common", "extra", "position", "action_type")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    EXTRA_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ACTION_TYPE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    extra: str
    position: int
    action_type: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., extra: _Optional[str] = ..., position: _Optional[int] = ..., action_type: _Optional[int] = ...) -> None: ...

class RoomStreamAdaptationMessage(_message.Message):
    __slots__ = ("common", "adaptation_type", "adaptation_height_ratio", "adaptation_body_center_ratio")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    ADAPTATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    ADAPTATION_HEIGHT_RATIO_FIELD_NUMBER: _ClassVar[int]
    ADAPTATION_BODY_CENTER_RATIO_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    adaptation_type: int
    adaptation_height_ratio: float
    adaptation_body_center_ratio: float
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., adaptation_type: _Optional[int] = ..., adaptation_height_ratio: _Optional[float] = ..., adaptation_body_center_ratio: _Optional[float] = ...) -> None: ...

class LinkMessage(_message.Message):
    __slots__ = ("common", "message_type", "linker_id", "scene")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_TYPE_FIELD_NUMBER: _ClassVar[int]
    LINKER_ID_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    message_type: int
    linker_id: int
    scene: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., message_type: _Optional[int] = ..., linker_id: _Optional[int] = ..., scene: _Optional[int] = ...) -> None: ...

class LinkMicMethod(_message.Message):
    __slots__ = ("common", "message_type", "user_id", "fan_ticket", "total_linkmic_fan_ticket", "channel_id", "theme", "start_time", "duration", "user_scores", "match_type", "win", "prompts", "to_user_id", "from_user_id", "tips")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_TYPE_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    FAN_TICKET_FIELD_NUMBER: _ClassVar[int]
    TOTAL_LINKMIC_FAN_TICKET_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_ID_FIELD_NUMBER: _ClassVar[int]
    THEME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    USER_SCORES_FIELD_NUMBER: _ClassVar[int]
    MATCH_TYPE_FIELD_NUMBER: _ClassVar[int]
    WIN_FIELD_NUMBER: _ClassVar[int]
    PROMPTS_FIELD_NUMBER: _ClassVar[int]
    TO_USER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_USER_ID_FIELD_NUMBER: _ClassVar[int]
    TIPS_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    message_type: int
    user_id: int
    fan_ticket: int
    total_linkmic_fan_ticket: int
    channel_id: int
    theme: str
    start_time: int
    duration: int
    user_scores: _containers.RepeatedCompositeFieldContainer[UserScore]
    match_type: int
    win: bool
    prompts: str
    to_user_id: int
    from_user_id: int
    tips: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., message_type: _Optional[int] = ..., user_id: _Optional[int] = ..., fan_ticket: _Optional[int] = ..., total_linkmic_fan_ticket: _Optional[int] = ..., channel_id: _Optional[int] = ..., theme: _Optional[str] = ..., start_time: _Optional[int] = ..., duration: _Optional[int] = ..., user_scores: _Optional[_Iterable[_Union[UserScore, _Mapping]]] = ..., match_type: _Optional[int] = ..., win: _Optional[bool] = ..., prompts: _Optional[str] = ..., to_user_id: _Optional[int] = ..., from_user_id: _Optional[int] = ..., tips: _Optional[str] = ...) -> None: ...

class UserScore(_message.Message):
    __slots__ = ("score", "user_id")
    SCORE_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    score: int
    user_id: int
    def __init__(self, score: _Optional[int] = ..., user_id: _Optional[int] = ...) -> None: ...

class Armies(_message.Message):
    __slots__ = ("armies", "score")
    ARMIES_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    armies: _containers.RepeatedCompositeFieldContainer[Army]
    score: int
    def __init__(self, armies: _Optional[_Iterable[_Union[Army, _Mapping]]] = ..., score: _Optional[int] = ...) -> None: ...

class Army(_message.Message):
    __slots__ = ("user_id", "score", "nickname")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    NICKNAME_FIELD_NUMBER: _ClassVar[int]
    user_id: int
    score: int
    nickname: str
    def __init__(self, user_id: _Optional[int] = ..., score: _Optional[int] = ..., nickname: _Optional[str] = ...) -> None: ...
