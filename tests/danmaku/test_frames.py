"""Parse frames to messages and acks; torn or oversized frames are errors and lose nothing."""

import gzip
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.danmaku import frames
from f2scrapy.danmaku.frames import Connection, FrameError
from f2scrapy.danmaku.proto.base_pb2 import HeartBeat, Message, PushFrame, Response
from f2scrapy.danmaku.proto.client_pb2 import EnterRoom


def make_response(**fields: object) -> Response:
    chat = Message(method="WebcastChatMessage", msg_id=7)
    return Response(messages=[chat], cursor="c2", internal_ext="ext2", **fields)  # type: ignore[arg-type]


def make_frame(payload: bytes, **fields: object) -> bytes:
    values = {"log_id": 99, "payload_type": "msg"} | fields
    return PushFrame(payload=payload, **values).SerializeToString()  # type: ignore[arg-type]


def make_connection(platform: str = "douyin") -> Connection:
    connection = Connection("123" if platform == "tiktok" else "", "c1", "ext1")
    connection.open(100.0)
    return connection


def test_only_tiktok_is_entered() -> None:
    assert Connection().open(0.0) == ()
    [entrance] = Connection("7600000000000004000").open(0.0)
    frame = PushFrame.FromString(entrance)
    assert (frame.payload_type, frame.payload_encoding) == ("im_enter_room", "pb")
    sent = EnterRoom.FromString(frame.payload)
    assert (sent.room_id, sent.live_id, sent.identity) == (7600000000000004000, 12, "audience")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_messages_come_out_compressed_or_not(pack: object) -> None:
    got = make_connection().receive(make_frame(pack(make_response().SerializeToString())), 101.0)  # type: ignore[operator]
    assert [message.msg_id for message in got.messages] == [7]
    assert got.send == ()
    assert not got.closed


def test_ack_has_log_id_and_internal_ext() -> None:
    got = make_connection().receive(
        make_frame(make_response(need_ack=True).SerializeToString()), 101.0
    )
    sent = PushFrame.FromString(got.send[0])
    assert (sent.payload_type, sent.log_id, sent.payload) == ("ack", 99, b"ext2")


def test_a_response_moves_cursor_and_internal_ext() -> None:
    connection = make_connection()
    connection.receive(make_frame(make_response().SerializeToString()), 101.0)
    assert (connection.cursor, connection.internal_ext) == ("c2", "ext2")
    connection.receive(make_frame(Response().SerializeToString()), 102.0)
    assert (connection.cursor, connection.internal_ext) == ("c2", "ext2")


@pytest.mark.parametrize("cut", [1, 9, 20, -9, -1])
def test_torn_gzip_is_an_error_and_moves_nothing(cut: int) -> None:
    connection = make_connection()
    with pytest.raises(FrameError):
        connection.receive(
            make_frame(gzip.compress(make_response().SerializeToString())[:cut]), 101.0
        )
    assert (connection.cursor, connection.internal_ext, connection.last_frame_at) == (
        "c1",
        "ext1",
        101.0,
    )


def test_damaged_gzip_is_an_error() -> None:
    damaged = bytearray(gzip.compress(bytes(1000)))
    damaged[14] ^= 0xFF
    with pytest.raises(FrameError, match="damaged"):
        frames.inflate(bytes(damaged))


def test_inflated_size_is_capped() -> None:
    with pytest.raises(FrameError, match="more than 16777216 bytes"):
        frames.inflate(gzip.compress(bytes(frames.MAX_INFLATED + 1), 1))
    assert len(frames.inflate(gzip.compress(bytes(5000)), 5000)) == 5000


def test_a_too_large_payload_is_never_in_memory() -> None:
    bomb = gzip.compress(bytes(20_000_000), 1)
    tracemalloc.start()
    with pytest.raises(FrameError):
        frames.inflate(bomb, 1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_raise_anything_else(noise: bytes, inside: bool) -> None:
    connection = make_connection()
    try:
        connection.receive(make_frame(noise) if inside else noise, 101.0)
    except FrameError as error:
        assert "\n" not in str(error)  # noqa: PT017 - it need not be raised


def test_heartbeats_equal_those_of_the_pages() -> None:
    assert frames.build_heartbeat() == b"\x3a\x02hb"
    beat = PushFrame.FromString(frames.build_heartbeat("123", 4))
    inner = HeartBeat.FromString(beat.payload)
    assert (beat.payload_type, beat.payload_encoding) == ("hb", "pb")
    assert (inner.room_id, inner.send_packet_seq_id) == (123, 4)


def test_heartbeats_are_due_every_ten_seconds() -> None:
    connection = make_connection("tiktok")
    assert connection.compute_wait(104.0) == 6.0
    assert connection.take_heartbeat(109.9) == ()
    counts = [connection.take_heartbeat(now) for now in (110.0, 111.0, 120.0)]
    beats = [HeartBeat.FromString(PushFrame.FromString(f).payload) for due in counts for f in due]
    assert [beat.send_packet_seq_id for beat in beats] == [1, 2]


@pytest.mark.parametrize(("interval_ms", "seconds"), [(0, 10.0), (4000, 4.0), (1, 1.0),
                                                     (10**9, 60.0), (-5, 10.0)])  # fmt: skip
def test_platform_sets_the_pace_within_reason(interval_ms: int, seconds: float) -> None:
    connection = make_connection()
    response = make_response(heartbeat_duration=interval_ms)
    connection.receive(make_frame(response.SerializeToString()), 101.0)
    assert connection.heartbeat_every == seconds


@pytest.mark.parametrize(("name", "acks"), [("cursor", 1), ("internal_ext", 0)])
def test_a_cursor_without_end_is_not_kept(name: str, acks: int) -> None:
    connection = make_connection()
    response = make_response(need_ack=True)
    setattr(response, name, "x" * 100_000)
    received = connection.receive(make_frame(response.SerializeToString()), 101.0)
    assert (connection.cursor, connection.internal_ext) == ("c1", "ext1")
    assert (len(received.messages), len(received.send)) == (1, acks)


def test_a_silent_peer_is_dead_and_any_frame_keeps_it_alive() -> None:
    connection = make_connection()
    assert not connection.is_dead(129.9)
    connection.receive(make_frame(b"", payload_type="hb"), 129.9)
    assert not connection.is_dead(130.0)
    assert connection.is_dead(159.9)
    assert connection.compute_wait(200.0) == 0.0


def test_rewind_goes_back_one_frame_with_messages_and_not_twice() -> None:
    connection = make_connection()
    for cursor, *ids, expected in (
        ("c2", 1, "c1"),
        ("c1", "c1"),
        ("c2", 1, 2, "c2"),  # not a second time to the same cursor
        ("c3", 3, "c2"),
        ("c4", 0, 4, "c4"),  # a message without id would come twice
    ):
        response = Response(messages=[Message(msg_id=id_) for id_ in ids], cursor=cursor)
        connection.receive(make_frame(response.SerializeToString()), 101.0)
        connection.rewind()
        assert connection.cursor == expected


def test_close_is_the_last_frame() -> None:
    assert make_connection().receive(make_frame(b"", payload_type="close"), 101.0).closed


def test_recorded_answer_of_im_fetch(shared: Path) -> None:
    name = "reference/recorded/douyin/frames/im_fetch_response_2022_a.bin"
    plain = (shared / name).read_bytes()
    got = make_connection().receive(make_frame(gzip.compress(plain)), 101.0)
    assert len(got.messages) == 27
    assert frames.parse_response(plain).fetch_interval == 1000
