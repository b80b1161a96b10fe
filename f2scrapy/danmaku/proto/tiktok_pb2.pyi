from f2scrapy.danmaku.proto import base_pb2 as _base_pb2
from f2scrapy.danmaku.proto import shared_pb2 as _shared_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EmoteChatMessage(_message.Message):
    __slots__ = ("common", "user", "emotes", "user_identity")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    EMOTES_FIELD_NUMBER: _ClassVar[int]
    USER_IDENTITY_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    emotes: _containers.RepeatedCompositeFieldContainer[_shared_pb2.Emote]
    user_identity: _shared_pb2.UserIdentity
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., emotes: _Optional[_Iterable[_Union[_shared_pb2.Emote, _Mapping]]] = ..., user_identity: _Optional[_Union[_shared_pb2.UserIdentity, _Mapping]] = ...) -> None: ...

class CaptionMessage(_message.Message):
    __slots__ = ("common", "timestamp_ms", "duration_ms", "captions")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_MS_FIELD_NUMBER: _ClassVar[int]
    DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    CAPTIONS_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    timestamp_ms: int
    duration_ms: int
    captions: _containers.RepeatedCompositeFieldContainer[CaptionContent]
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., timestamp_ms: _Optional[int] = ..., duration_ms: _Optional[int] = ..., captions: _Optional[_Iterable[_Union[CaptionContent, _Mapping]]] = ...) -> None: ...

class CaptionContent(_message.Message):
    __slots__ = ("lang", "content")
    LANG_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    lang: str
    content: str
    def __init__(self, lang: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class QuestionNewMessage(_message.Message):
    __slots__ = ("common", "details")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    details: Question
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., details: _Optional[_Union[Question, _Mapping]] = ...) -> None: ...

class Question(_message.Message):
    __slots__ = ("question_id", "content", "create_time", "user")
    QUESTION_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    question_id: int
    content: str
    create_time: int
    user: _base_pb2.User
    def __init__(self, question_id: _Optional[int] = ..., content: _Optional[str] = ..., create_time: _Optional[int] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ...) -> None: ...

class BarrageMessage(_message.Message):
    __slots__ = ("common", "msg_type", "content", "duration", "scene", "sub_type", "common_barrage_content", "user", "user_grade", "fans_level")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    MSG_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    SUB_TYPE_FIELD_NUMBER: _ClassVar[int]
    COMMON_BARRAGE_CONTENT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    USER_GRADE_FIELD_NUMBER: _ClassVar[int]
    FANS_LEVEL_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    msg_type: int
    content: _base_pb2.Text
    duration: int
    scene: str
    sub_type: str
    common_barrage_content: _base_pb2.Text
    user: _base_pb2.User
    user_grade: BarrageUser
    fans_level: BarrageUser
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., msg_type: _Optional[int] = ..., content: _Optional[_Union[_base_pb2.Text, _Mapping]] = ..., duration: _Optional[int] = ..., scene: _Optional[str] = ..., sub_type: _Optional[str] = ..., common_barrage_content: _Optional[_Union[_base_pb2.Text, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., user_grade: _Optional[_Union[BarrageUser, _Mapping]] = ..., fans_level: _Optional[_Union[BarrageUser, _Mapping]] = ...) -> None: ...

class BarrageUser(_message.Message):
    __slots__ = ("current_grade", "user")
    CURRENT_GRADE_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    current_grade: int
    user: _base_pb2.User
    def __init__(self, current_grade: _Optional[int] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ...) -> None: ...

class RankUpdateMessage(_message.Message):
    __slots__ = ("common", "updates", "group_type")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    UPDATES_FIELD_NUMBER: _ClassVar[int]
    GROUP_TYPE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    updates: _containers.RepeatedCompositeFieldContainer[RankUpdate]
    group_type: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., updates: _Optional[_Iterable[_Union[RankUpdate, _Mapping]]] = ..., group_type: _Optional[int] = ...) -> None: ...

class RankUpdate(_message.Message):
    __slots__ = ("rank_type", "owner_rank", "default_content")
    RANK_TYPE_FIELD_NUMBER: _ClassVar[int]
    OWNER_RANK_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_CONTENT_FIELD_NUMBER: _ClassVar[int]
    rank_type: int
    owner_rank: int
    default_content: _base_pb2.Text
    def __init__(self, rank_type: _Optional[int] = ..., owner_rank: _Optional[int] = ..., default_content: _Optional[_Union[_base_pb2.Text, _Mapping]] = ...) -> None: ...

class RankTextMessage(_message.Message):
    __slots__ = ("common", "scene", "owner_idx_before_update", "owner_idx_after_update", "self_get_badge_msg", "other_get_badge_msg", "cur_user_id")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    OWNER_IDX_BEFORE_UPDATE_FIELD_NUMBER: _ClassVar[int]
    OWNER_IDX_AFTER_UPDATE_FIELD_NUMBER: _ClassVar[int]
    SELF_GET_BADGE_MSG_FIELD_NUMBER: _ClassVar[int]
    OTHER_GET_BADGE_MSG_FIELD_NUMBER: _ClassVar[int]
    CUR_USER_ID_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    scene: int
    owner_idx_before_update: int
    owner_idx_after_update: int
    self_get_badge_msg: _base_pb2.Text
    other_get_badge_msg: _base_pb2.Text
    cur_user_id: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., scene: _Optional[int] = ..., owner_idx_before_update: _Optional[int] = ..., owner_idx_after_update: _Optional[int] = ..., self_get_badge_msg: _Optional[_Union[_base_pb2.Text, _Mapping]] = ..., other_get_badge_msg: _Optional[_Union[_base_pb2.Text, _Mapping]] = ..., cur_user_id: _Optional[int] = ...) -> None: ...

class HourlyRankMessage(_message.Message):
    __slots__ = ("common", "data")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    data: HourlyRank
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., data: _Optional[_Union[HourlyRank, _Mapping]] = ...) -> None: ...

class HourlyRank(_message.Message):
    __slots__ = ("rank_type", "content")
    RANK_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    rank_type: int
    content: _base_pb2.Text
    def __init__(self, rank_type: _Optional[int] = ..., content: _Optional[_Union[_base_pb2.Text, _Mapping]] = ...) -> None: ...

class GoalUpdateMessage(_message.Message):
    __slots__ = ("common", "goal", "contributor_id", "contributor_display_id", "contribute_subgoal", "contribute_count", "contribute_score")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    GOAL_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTOR_ID_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTOR_DISPLAY_ID_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTE_SUBGOAL_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTE_SCORE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    goal: Goal
    contributor_id: int
    contributor_display_id: str
    contribute_subgoal: SubGoal
    contribute_count: int
    contribute_score: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., goal: _Optional[_Union[Goal, _Mapping]] = ..., contributor_id: _Optional[int] = ..., contributor_display_id: _Optional[str] = ..., contribute_subgoal: _Optional[_Union[SubGoal, _Mapping]] = ..., contribute_count: _Optional[int] = ..., contribute_score: _Optional[int] = ...) -> None: ...

class Goal(_message.Message):
    __slots__ = ("id", "type", "status", "sub_goals", "description", "start_time", "expire_time", "contributors")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SUB_GOALS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTORS_FIELD_NUMBER: _ClassVar[int]
    id: int
    type: int
    status: int
    sub_goals: _containers.RepeatedCompositeFieldContainer[SubGoal]
    description: str
    start_time: int
    expire_time: int
    contributors: _containers.RepeatedCompositeFieldContainer[GoalContributor]
    def __init__(self, id: _Optional[int] = ..., type: _Optional[int] = ..., status: _Optional[int] = ..., sub_goals: _Optional[_Iterable[_Union[SubGoal, _Mapping]]] = ..., description: _Optional[str] = ..., start_time: _Optional[int] = ..., expire_time: _Optional[int] = ..., contributors: _Optional[_Iterable[_Union[GoalContributor, _Mapping]]] = ...) -> None: ...

class SubGoal(_message.Message):
    __slots__ = ("type", "id", "progress", "target", "gift")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    GIFT_FIELD_NUMBER: _ClassVar[int]
    type: int
    id: int
    progress: int
    target: int
    gift: SubGoalGift
    def __init__(self, type: _Optional[int] = ..., id: _Optional[int] = ..., progress: _Optional[int] = ..., target: _Optional[int] = ..., gift: _Optional[_Union[SubGoalGift, _Mapping]] = ...) -> None: ...

class SubGoalGift(_message.Message):
    __slots__ = ("name", "icon", "diamond_count")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ICON_FIELD_NUMBER: _ClassVar[int]
    DIAMOND_COUNT_FIELD_NUMBER: _ClassVar[int]
    name: str
    icon: _base_pb2.Image
    diamond_count: int
    def __init__(self, name: _Optional[str] = ..., icon: _Optional[_Union[_base_pb2.Image, _Mapping]] = ..., diamond_count: _Optional[int] = ...) -> None: ...

class GoalContributor(_message.Message):
    __slots__ = ("user_id", "avatar", "display_id", "score")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    AVATAR_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    user_id: int
    avatar: _base_pb2.Image
    display_id: str
    score: int
    def __init__(self, user_id: _Optional[int] = ..., avatar: _Optional[_Union[_base_pb2.Image, _Mapping]] = ..., display_id: _Optional[str] = ..., score: _Optional[int] = ...) -> None: ...

class LiveIntroMessage(_message.Message):
    __slots__ = ("common", "intro_room_id", "content", "user", "language")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    INTRO_ROOM_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    intro_room_id: int
    content: str
    user: _base_pb2.User
    language: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., intro_room_id: _Optional[int] = ..., content: _Optional[str] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., language: _Optional[str] = ...) -> None: ...

class EnvelopeMessage(_message.Message):
    __slots__ = ("common", "envelope_info", "display")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_INFO_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    envelope_info: EnvelopeInfo
    display: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., envelope_info: _Optional[_Union[EnvelopeInfo, _Mapping]] = ..., display: _Optional[int] = ...) -> None: ...

class EnvelopeInfo(_message.Message):
    __slots__ = ("envelope_id", "business_type", "envelope_idc", "send_user_name", "diamond_count", "people_count", "unpack_at", "send_user_id", "send_user_avatar", "vote_count", "super_fan_count")
    ENVELOPE_ID_FIELD_NUMBER: _ClassVar[int]
    BUSINESS_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_IDC_FIELD_NUMBER: _ClassVar[int]
    SEND_USER_NAME_FIELD_NUMBER: _ClassVar[int]
    DIAMOND_COUNT_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNPACK_AT_FIELD_NUMBER: _ClassVar[int]
    SEND_USER_ID_FIELD_NUMBER: _ClassVar[int]
    SEND_USER_AVATAR_FIELD_NUMBER: _ClassVar[int]
    VOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    SUPER_FAN_COUNT_FIELD_NUMBER: _ClassVar[int]
    envelope_id: str
    business_type: int
    envelope_idc: str
    send_user_name: str
    diamond_count: int
    people_count: int
    unpack_at: int
    send_user_id: str
    send_user_avatar: _base_pb2.Image
    vote_count: int
    super_fan_count: int
    def __init__(self, envelope_id: _Optional[str] = ..., business_type: _Optional[int] = ..., envelope_idc: _Optional[str] = ..., send_user_name: _Optional[str] = ..., diamond_count: _Optional[int] = ..., people_count: _Optional[int] = ..., unpack_at: _Optional[int] = ..., send_user_id: _Optional[str] = ..., send_user_avatar: _Optional[_Union[_base_pb2.Image, _Mapping]] = ..., vote_count: _Optional[int] = ..., super_fan_count: _Optional[int] = ...) -> None: ...

class PollMessage(_message.Message):
    __slots__ = ("common", "message_type", "poll_id", "start_content", "end_content", "update_content", "poll_kind", "poll_basic_info")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_TYPE_FIELD_NUMBER: _ClassVar[int]
    POLL_ID_FIELD_NUMBER: _ClassVar[int]
    START_CONTENT_FIELD_NUMBER: _ClassVar[int]
    END_CONTENT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_CONTENT_FIELD_NUMBER: _ClassVar[int]
    POLL_KIND_FIELD_NUMBER: _ClassVar[int]
    POLL_BASIC_INFO_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    message_type: int
    poll_id: int
    start_content: PollStart
    end_content: PollVotes
    update_content: PollVotes
    poll_kind: int
    poll_basic_info: PollBasics
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., message_type: _Optional[int] = ..., poll_id: _Optional[int] = ..., start_content: _Optional[_Union[PollStart, _Mapping]] = ..., end_content: _Optional[_Union[PollVotes, _Mapping]] = ..., update_content: _Optional[_Union[PollVotes, _Mapping]] = ..., poll_kind: _Optional[int] = ..., poll_basic_info: _Optional[_Union[PollBasics, _Mapping]] = ...) -> None: ...

class PollBasics(_message.Message):
    __slots__ = ("title", "user_cnt")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    USER_CNT_FIELD_NUMBER: _ClassVar[int]
    title: str
    user_cnt: int
    def __init__(self, title: _Optional[str] = ..., user_cnt: _Optional[int] = ...) -> None: ...

class PollStart(_message.Message):
    __slots__ = ("start_time", "end_time", "options", "title", "operator")
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    start_time: int
    end_time: int
    options: _containers.RepeatedCompositeFieldContainer[PollOption]
    title: str
    operator: _base_pb2.User
    def __init__(self, start_time: _Optional[int] = ..., end_time: _Optional[int] = ..., options: _Optional[_Iterable[_Union[PollOption, _Mapping]]] = ..., title: _Optional[str] = ..., operator: _Optional[_Union[_base_pb2.User, _Mapping]] = ...) -> None: ...

class PollVotes(_message.Message):
    __slots__ = ("options", "operator")
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    options: _containers.RepeatedCompositeFieldContainer[PollOption]
    operator: _base_pb2.User
    def __init__(self, options: _Optional[_Iterable[_Union[PollOption, _Mapping]]] = ..., operator: _Optional[_Union[_base_pb2.User, _Mapping]] = ...) -> None: ...

class PollOption(_message.Message):
    __slots__ = ("votes", "content", "index", "voters")
    VOTES_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    VOTERS_FIELD_NUMBER: _ClassVar[int]
    votes: int
    content: str
    index: int
    voters: _containers.RepeatedCompositeFieldContainer[Voter]
    def __init__(self, votes: _Optional[int] = ..., content: _Optional[str] = ..., index: _Optional[int] = ..., voters: _Optional[_Iterable[_Union[Voter, _Mapping]]] = ...) -> None: ...

class Voter(_message.Message):
    __slots__ = ("user_id", "nickname", "avatar", "vote_count")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NICKNAME_FIELD_NUMBER: _ClassVar[int]
    AVATAR_FIELD_NUMBER: _ClassVar[int]
    VOTE_COUNT_FIELD_NUMBER: _ClassVar[int]
    user_id: int
    nickname: str
    avatar: _base_pb2.Image
    vote_count: int
    def __init__(self, user_id: _Optional[int] = ..., nickname: _Optional[str] = ..., avatar: _Optional[_Union[_base_pb2.Image, _Mapping]] = ..., vote_count: _Optional[int] = ...) -> None: ...

class RoomPinMessage(_message.Message):
    __slots__ = ("common", "chat_message", "social_message", "gift_message", "member_message", "like_message", "pinned_method", "pin_time", "operator", "action", "display_duration", "pin_id")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    CHAT_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SOCIAL_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    GIFT_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    MEMBER_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    LIKE_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PINNED_METHOD_FIELD_NUMBER: _ClassVar[int]
    PIN_TIME_FIELD_NUMBER: _ClassVar[int]
    OPERATOR_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_DURATION_FIELD_NUMBER: _ClassVar[int]
    PIN_ID_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    chat_message: _shared_pb2.ChatMessage
    social_message: _shared_pb2.SocialMessage
    gift_message: _shared_pb2.GiftMessage
    member_message: _shared_pb2.MemberMessage
    like_message: _shared_pb2.LikeMessage
    pinned_method: str
    pin_time: int
    operator: _base_pb2.User
    action: int
    display_duration: int
    pin_id: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., chat_message: _Optional[_Union[_shared_pb2.ChatMessage, _Mapping]] = ..., social_message: _Optional[_Union[_shared_pb2.SocialMessage, _Mapping]] = ..., gift_message: _Optional[_Union[_shared_pb2.GiftMessage, _Mapping]] = ..., member_message: _Optional[_Union[_shared_pb2.MemberMessage, _Mapping]] = ..., like_message: _Optional[_Union[_shared_pb2.LikeMessage, _Mapping]] = ..., pinned_method: _Optional[str] = ..., pin_time: _Optional[int] = ..., operator: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., action: _Optional[int] = ..., display_duration: _Optional[int] = ..., pin_id: _Optional[int] = ...) -> None: ...

class ImDeleteMessage(_message.Message):
    __slots__ = ("common", "delete_msg_ids", "delete_user_ids")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    DELETE_MSG_IDS_FIELD_NUMBER: _ClassVar[int]
    DELETE_USER_IDS_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    delete_msg_ids: _containers.RepeatedScalarFieldContainer[int]
    delete_user_ids: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., delete_msg_ids: _Optional[_Iterable[int]] = ..., delete_user_ids: _Optional[_Iterable[int]] = ...) -> None: ...

class UnauthorizedMemberMessage(_message.Message):
    __slots__ = ("common", "action", "nickname", "enter_text")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    NICKNAME_FIELD_NUMBER: _ClassVar[int]
    ENTER_TEXT_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    action: int
    nickname: str
    enter_text: _base_pb2.Text
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., action: _Optional[int] = ..., nickname: _Optional[str] = ..., enter_text: _Optional[_Union[_base_pb2.Text, _Mapping]] = ...) -> None: ...

class MsgDetectMessage(_message.Message):
    __slots__ = ("common", "detect_type", "trigger_by", "from_region")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    DETECT_TYPE_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_BY_FIELD_NUMBER: _ClassVar[int]
    FROM_REGION_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    detect_type: int
    trigger_by: int
    from_region: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., detect_type: _Optional[int] = ..., trigger_by: _Optional[int] = ..., from_region: _Optional[str] = ...) -> None: ...

class SubNotifyMessage(_message.Message):
    __slots__ = ("common", "user", "sub_month", "subscribing_status")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    SUB_MONTH_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIBING_STATUS_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    user: _base_pb2.User
    sub_month: int
    subscribing_status: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., user: _Optional[_Union[_base_pb2.User, _Mapping]] = ..., sub_month: _Optional[int] = ..., subscribing_status: _Optional[int] = ...) -> None: ...

class LinkMicArmies(_message.Message):
    __slots__ = ("common", "battle_id", "armies", "channel_id", "from_user_id", "gift_id", "gift_count", "total_diamond_count", "team_armies", "battle_settings")
    class ArmiesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: _shared_pb2.Armies
        def __init__(self, key: _Optional[int] = ..., value: _Optional[_Union[_shared_pb2.Armies, _Mapping]] = ...) -> None: ...
    COMMON_FIELD_NUMBER: _ClassVar[int]
    BATTLE_ID_FIELD_NUMBER: _ClassVar[int]
    ARMIES_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_USER_ID_FIELD_NUMBER: _ClassVar[int]
    GIFT_ID_FIELD_NUMBER: _ClassVar[int]
    GIFT_COUNT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_DIAMOND_COUNT_FIELD_NUMBER: _ClassVar[int]
    TEAM_ARMIES_FIELD_NUMBER: _ClassVar[int]
    BATTLE_SETTINGS_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    battle_id: int
    armies: _containers.MessageMap[int, _shared_pb2.Armies]
    channel_id: int
    from_user_id: int
    gift_id: int
    gift_count: int
    total_diamond_count: int
    team_armies: _containers.RepeatedCompositeFieldContainer[TeamArmies]
    battle_settings: BattleSetting
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., battle_id: _Optional[int] = ..., armies: _Optional[_Mapping[int, _shared_pb2.Armies]] = ..., channel_id: _Optional[int] = ..., from_user_id: _Optional[int] = ..., gift_id: _Optional[int] = ..., gift_count: _Optional[int] = ..., total_diamond_count: _Optional[int] = ..., team_armies: _Optional[_Iterable[_Union[TeamArmies, _Mapping]]] = ..., battle_settings: _Optional[_Union[BattleSetting, _Mapping]] = ...) -> None: ...

class TeamArmies(_message.Message):
    __slots__ = ("team_id", "users", "total_score", "armies")
    TEAM_ID_FIELD_NUMBER: _ClassVar[int]
    USERS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SCORE_FIELD_NUMBER: _ClassVar[int]
    ARMIES_FIELD_NUMBER: _ClassVar[int]
    team_id: int
    users: _containers.RepeatedCompositeFieldContainer[TeamUser]
    total_score: int
    armies: _shared_pb2.Armies
    def __init__(self, team_id: _Optional[int] = ..., users: _Optional[_Iterable[_Union[TeamUser, _Mapping]]] = ..., total_score: _Optional[int] = ..., armies: _Optional[_Union[_shared_pb2.Armies, _Mapping]] = ...) -> None: ...

class TeamUser(_message.Message):
    __slots__ = ("user_id", "score")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    user_id: int
    score: int
    def __init__(self, user_id: _Optional[int] = ..., score: _Optional[int] = ...) -> None: ...

class LinkMicBattle(_message.Message):
    __slots__ = ("common", "battle_id", "battle_setting", "action", "battle_results", "armies", "anchors_info", "team_members", "team_battle_results", "team_armies")
    class BattleResultsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: int
        value: BattleResult
        def __init__(self, key: _Optional[int] = ..., value: _Optional[_Union[BattleResult, _Mapping]] = ...) -> None: ...
    COMMON_FIELD_NUMBER: _ClassVar[int]
    BATTLE_ID_FIELD_NUMBER: _ClassVar[int]
    BATTLE_SETTING_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    BATTLE_RESULTS_FIELD_NUMBER: _ClassVar[int]
    ARMIES_FIELD_NUMBER: _ClassVar[int]
    ANCHORS_INFO_FIELD_NUMBER: _ClassVar[int]
    TEAM_MEMBERS_FIELD_NUMBER: _ClassVar[int]
    TEAM_BATTLE_RESULTS_FIELD_NUMBER: _ClassVar[int]
    TEAM_ARMIES_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    battle_id: int
    battle_setting: BattleSetting
    action: int
    battle_results: _containers.MessageMap[int, BattleResult]
    armies: _containers.RepeatedCompositeFieldContainer[HostArmies]
    anchors_info: _containers.RepeatedCompositeFieldContainer[HostInfo]
    team_members: _containers.RepeatedCompositeFieldContainer[TeamMembers]
    team_battle_results: _containers.RepeatedCompositeFieldContainer[TeamResult]
    team_armies: _containers.RepeatedCompositeFieldContainer[TeamArmies]
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., battle_id: _Optional[int] = ..., battle_setting: _Optional[_Union[BattleSetting, _Mapping]] = ..., action: _Optional[int] = ..., battle_results: _Optional[_Mapping[int, BattleResult]] = ..., armies: _Optional[_Iterable[_Union[HostArmies, _Mapping]]] = ..., anchors_info: _Optional[_Iterable[_Union[HostInfo, _Mapping]]] = ..., team_members: _Optional[_Iterable[_Union[TeamMembers, _Mapping]]] = ..., team_battle_results: _Optional[_Iterable[_Union[TeamResult, _Mapping]]] = ..., team_armies: _Optional[_Iterable[_Union[TeamArmies, _Mapping]]] = ...) -> None: ...

class HostInfo(_message.Message):
    __slots__ = ("anchor_id", "value")
    ANCHOR_ID_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    anchor_id: int
    value: HostInfoValue
    def __init__(self, anchor_id: _Optional[int] = ..., value: _Optional[_Union[HostInfoValue, _Mapping]] = ...) -> None: ...

class HostInfoValue(_message.Message):
    __slots__ = ("user",)
    USER_FIELD_NUMBER: _ClassVar[int]
    user: BattleHost
    def __init__(self, user: _Optional[_Union[BattleHost, _Mapping]] = ...) -> None: ...

class BattleHost(_message.Message):
    __slots__ = ("user_id", "nickname", "avatar", "display_id")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    NICKNAME_FIELD_NUMBER: _ClassVar[int]
    AVATAR_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: int
    nickname: str
    avatar: _base_pb2.Image
    display_id: str
    def __init__(self, user_id: _Optional[int] = ..., nickname: _Optional[str] = ..., avatar: _Optional[_Union[_base_pb2.Image, _Mapping]] = ..., display_id: _Optional[str] = ...) -> None: ...

class TeamMembers(_message.Message):
    __slots__ = ("team_id", "user_ids")
    TEAM_ID_FIELD_NUMBER: _ClassVar[int]
    USER_IDS_FIELD_NUMBER: _ClassVar[int]
    team_id: int
    user_ids: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, team_id: _Optional[int] = ..., user_ids: _Optional[_Iterable[int]] = ...) -> None: ...

class TeamResult(_message.Message):
    __slots__ = ("team_id", "users", "result", "total_score")
    TEAM_ID_FIELD_NUMBER: _ClassVar[int]
    USERS_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SCORE_FIELD_NUMBER: _ClassVar[int]
    team_id: int
    users: _containers.RepeatedCompositeFieldContainer[TeamUser]
    result: int
    total_score: int
    def __init__(self, team_id: _Optional[int] = ..., users: _Optional[_Iterable[_Union[TeamUser, _Mapping]]] = ..., result: _Optional[int] = ..., total_score: _Optional[int] = ...) -> None: ...

class BattleSetting(_message.Message):
    __slots__ = ("battle_id", "start_time_ms", "duration", "channel_id", "end_time_ms")
    BATTLE_ID_FIELD_NUMBER: _ClassVar[int]
    START_TIME_MS_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_ID_FIELD_NUMBER: _ClassVar[int]
    END_TIME_MS_FIELD_NUMBER: _ClassVar[int]
    battle_id: int
    start_time_ms: int
    duration: int
    channel_id: int
    end_time_ms: int
    def __init__(self, battle_id: _Optional[int] = ..., start_time_ms: _Optional[int] = ..., duration: _Optional[int] = ..., channel_id: _Optional[int] = ..., end_time_ms: _Optional[int] = ...) -> None: ...

class BattleResult(_message.Message):
    __slots__ = ("user_id", "result", "score")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    user_id: int
    result: int
    score: int
    def __init__(self, user_id: _Optional[int] = ..., result: _Optional[int] = ..., score: _Optional[int] = ...) -> None: ...

class HostArmies(_message.Message):
    __slots__ = ("anchor_id", "armies")
    ANCHOR_ID_FIELD_NUMBER: _ClassVar[int]
    ARMIES_FIELD_NUMBER: _ClassVar[int]
    anchor_id: int
    armies: _shared_pb2.Armies
    def __init__(self, anchor_id: _Optional[int] = ..., armies: _Optional[_Union[_shared_pb2.Armies, _Mapping]] = ...) -> None: ...

class LinkMicFanTicketMethod(_message.Message):
    __slots__ = ("common", "fan_ticket_room_notice")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    FAN_TICKET_ROOM_NOTICE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    fan_ticket_room_notice: FanTicketNotice
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., fan_ticket_room_notice: _Optional[_Union[FanTicketNotice, _Mapping]] = ...) -> None: ...

class FanTicketNotice(_message.Message):
    __slots__ = ("user_fan_tickets", "total_linkmic_fan_ticket")
    USER_FAN_TICKETS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_LINKMIC_FAN_TICKET_FIELD_NUMBER: _ClassVar[int]
    user_fan_tickets: _containers.RepeatedCompositeFieldContainer[UserFanTicket]
    total_linkmic_fan_ticket: int
    def __init__(self, user_fan_tickets: _Optional[_Iterable[_Union[UserFanTicket, _Mapping]]] = ..., total_linkmic_fan_ticket: _Optional[int] = ...) -> None: ...

class UserFanTicket(_message.Message):
    __slots__ = ("user_id", "fan_ticket", "match_total_score", "match_rank")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    FAN_TICKET_FIELD_NUMBER: _ClassVar[int]
    MATCH_TOTAL_SCORE_FIELD_NUMBER: _ClassVar[int]
    MATCH_RANK_FIELD_NUMBER: _ClassVar[int]
    user_id: int
    fan_ticket: int
    match_total_score: int
    match_rank: int
    def __init__(self, user_id: _Optional[int] = ..., fan_ticket: _Optional[int] = ..., match_total_score: _Optional[int] = ..., match_rank: _Optional[int] = ...) -> None: ...

class LinkLayerMessage(_message.Message):
    __slots__ = ("common", "message_type", "channel_id", "scene")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_TYPE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_ID_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    message_type: int
    channel_id: int
    scene: int
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., message_type: _Optional[int] = ..., channel_id: _Optional[int] = ..., scene: _Optional[int] = ...) -> None: ...

class OecLiveShoppingMessage(_message.Message):
    __slots__ = ("common", "msg_type", "shop_data")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    MSG_TYPE_FIELD_NUMBER: _ClassVar[int]
    SHOP_DATA_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    msg_type: int
    shop_data: ShopData
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., msg_type: _Optional[int] = ..., shop_data: _Optional[_Union[ShopData, _Mapping]] = ...) -> None: ...

class ShopData(_message.Message):
    __slots__ = ("title", "price", "shop_url", "product_id", "shop_name")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PRICE_FIELD_NUMBER: _ClassVar[int]
    SHOP_URL_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_ID_FIELD_NUMBER: _ClassVar[int]
    SHOP_NAME_FIELD_NUMBER: _ClassVar[int]
    title: str
    price: str
    shop_url: str
    product_id: int
    shop_name: str
    def __init__(self, title: _Optional[str] = ..., price: _Optional[str] = ..., shop_url: _Optional[str] = ..., product_id: _Optional[int] = ..., shop_name: _Optional[str] = ...) -> None: ...

class NoticeMessage(_message.Message):
    __slots__ = ("common", "content", "display_text", "notice_title", "notice_content")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TEXT_FIELD_NUMBER: _ClassVar[int]
    NOTICE_TITLE_FIELD_NUMBER: _ClassVar[int]
    NOTICE_CONTENT_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    content: str
    display_text: _base_pb2.Text
    notice_title: _base_pb2.Text
    notice_content: _base_pb2.Text
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., content: _Optional[str] = ..., display_text: _Optional[_Union[_base_pb2.Text, _Mapping]] = ..., notice_title: _Optional[_Union[_base_pb2.Text, _Mapping]] = ..., notice_content: _Optional[_Union[_base_pb2.Text, _Mapping]] = ...) -> None: ...

class SystemMessage(_message.Message):
    __slots__ = ("common", "message")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    message: str
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., message: _Optional[str] = ...) -> None: ...

class GameRankNotifyMessage(_message.Message):
    __slots__ = ("common", "notify_text")
    COMMON_FIELD_NUMBER: _ClassVar[int]
    NOTIFY_TEXT_FIELD_NUMBER: _ClassVar[int]
    common: _base_pb2.Common
    notify_text: _base_pb2.Text
    def __init__(self, common: _Optional[_Union[_base_pb2.Common, _Mapping]] = ..., notify_text: _Optional[_Union[_base_pb2.Text, _Mapping]] = ...) -> None: ...

class ImEnterRoomMessage(_message.Message):
    __slots__ = ("room_id", "cursor")
    ROOM_ID_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    room_id: int
    cursor: str
    def __init__(self, room_id: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...
