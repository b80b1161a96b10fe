from f2scrapy.danmaku.proto import base_pb2 as _base_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EnterRoom(_message.Message):
    __slots__ = ("room_id", "live_id", "identity", "filter_welcome_msg")
    ROOM_ID_FIELD_NUMBER: _ClassVar[int]
    LIVE_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    FILTER_WELCOME_MSG_FIELD_NUMBER: _ClassVar[int]
    room_id: int
    live_id: int
    identity: str
    filter_welcome_msg: str
    def __init__(self, room_id: _Optional[int] = ..., live_id: _Optional[int] = ..., identity: _Optional[str] = ..., filter_welcome_msg: _Optional[str] = ...) -> None: ...

class HeaderOnly(_message.Message):
    __slots__ = ("common",)
    COMMON_FIELD_NUMBER: _ClassVar[int]
    common: Header
    def __init__(self, common: _Optional[_Union[Header, _Mapping]] = ...) -> None: ...

class Header(_message.Message):
    __slots__ = ("room_id", "create_time", "display_text", "user")
    ROOM_ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_TEXT_FIELD_NUMBER: _ClassVar[int]
    USER_FIELD_NUMBER: _ClassVar[int]
    room_id: int
    create_time: int
    display_text: _base_pb2.Text
    user: bytes
    def __init__(self, room_id: _Optional[int] = ..., create_time: _Optional[int] = ..., display_text: _Optional[_Union[_base_pb2.Text, _Mapping]] = ..., user: _Optional[bytes] = ...) -> None: ...
