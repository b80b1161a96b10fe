"""Test which pieces of a playlist are new or missing, and where reading begins."""

from contextlib import suppress

import pytest

from f2scrapy.live.clock import Clock
from f2scrapy.live.fragment import StreamError
from f2scrapy.live.hls import EDGE, Piece, PlaylistFollower
from f2scrapy.live.hls_resource import Resource

URL = "https://pull-hls.example/live/stream.m3u8?sign=1"


def build_playlist(first: int, count: int, *more: str, marks: dict[int, str] | None = None) -> str:
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:2", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    for number in range(first, first + count):
        lines += [*filter(None, [(marks or {}).get(number)]), "#EXTINF:2.0,", f"{number}.ts"]
    return "\n".join([*lines, *more, ""])


def list_names(pieces: list[Piece]) -> list[str]:
    return [piece.url.rpartition("/")[2] for piece in pieces]


def test_each_piece_is_read_once_from_the_live_edge() -> None:
    follower = PlaylistFollower()
    assert list_names(follower.read_new_pieces(build_playlist(10, 6), URL)) == [
        "13.ts",
        "14.ts",
        "15.ts",
    ]
    assert follower.read_new_pieces(build_playlist(10, 6), URL) == []
    assert follower.pause == 1.0, "half a piece if nothing is new"
    [piece] = follower.read_new_pieces(build_playlist(11, 6), URL)
    assert (piece.url, piece.time_ms) == ("https://pull-hls.example/live/16.ts", EDGE * 2000)
    assert (follower.pause, follower.has_ended) == (2.0, False)


def test_a_gap_is_a_later_time_and_another_generation() -> None:
    follower = PlaylistFollower()
    before = follower.read_new_pieces(build_playlist(10, 3), URL)[-1]
    after = follower.read_new_pieces(build_playlist(15, 1), URL)[0]
    assert after.time_ms - before.time_ms == 3 * 2000
    assert after.generation != before.generation


def test_discontinuities_and_lost_pieces_split() -> None:
    follower = PlaylistFollower()
    marked = build_playlist(10, 3, marks={12: "#EXT-X-DISCONTINUITY"})
    one, two, three = follower.read_new_pieces(marked, URL)
    assert one.generation == two.generation != three.generation
    assert follower.read_new_pieces(marked, URL) == []
    whole, behind = (
        three.build_fragment(b"", b"\x47", lost_pieces).setup for lost_pieces in (0, 1)
    )
    assert not behind.continues(whole)


def test_restarted_numbers_are_a_new_stream() -> None:
    follower = PlaylistFollower()
    old = follower.read_new_pieces(build_playlist(5000, 3), URL)[-1]
    new = follower.read_new_pieces(build_playlist(1, 5), URL)
    assert list_names(new) == ["3.ts", "4.ts", "5.ts"]
    assert new[0].generation != old.generation


def test_restarted_numbers_nearby_are_detected_by_name_and_have_their_own_clock() -> None:
    follower, clock = PlaylistFollower(), Clock()
    old = follower.read_new_pieces(build_playlist(5, 5), URL)[-1]
    clock.observe(old.time_ms, 1000.0)
    assert follower.read_new_pieces(build_playlist(5, 5).replace(".ts", ".ts?sign=2"), URL) == []
    new = follower.read_new_pieces(
        build_playlist(4, 5).replace("\n", "\nb").replace("\nb#", "\n#"), URL
    )
    assert [piece.url.rpartition("/")[2] for piece in new] == ["b6.ts", "b7.ts", "b8.ts"]
    assert (new[0].generation != old.generation, follower.restarts) == (True, 1)
    clock.observe(new[0].time_ms, 1500.0)
    assert (clock.to_wall_time(old.time_ms), clock.to_wall_time(new[0].time_ms)) == (1000, 1500)


def test_pieces_since_a_restart_are_read_from_the_first_one() -> None:
    follower = PlaylistFollower()
    follower.read_new_pieces(build_playlist(5000, 5), URL, 100.0)
    new = follower.read_new_pieces(build_playlist(1, 9), URL, 110.0)
    assert list_names(new) == [f"{n}.ts" for n in range(2, 10)], "10 s have passed"


def test_pieces_that_were_listed_before_a_restart_are_not_read_twice() -> None:
    follower = PlaylistFollower()
    follower.read_new_pieces(build_playlist(5000, 5), URL, 100.0)
    renumbered = build_playlist(5003, 4).replace("SEQUENCE:5003", "SEQUENCE:0")
    assert list_names(follower.read_new_pieces(renumbered, URL, 104.0)) == ["5005.ts", "5006.ts"]


@pytest.mark.parametrize(
    "numbers",
    [
        [None] * 5,  # no EXT-X-MEDIA-SEQUENCE
        [0] * 5,  # it stays
        [7, 8, None, None, None],  # it vanishes
        [7, 8, 9, 0, 1],  # the server restarts
        [0, 5, 10, 15, 20],  # it counts all pieces of each playlist
        [1_796_000_000, 1_796_000_002, 1_796_000_004, 1_796_000_006, 1_796_000_008],  # seconds
    ],
)
def test_pieces_are_read_once_if_their_numbers_are_wrong(numbers: list[int | None]) -> None:
    follower, found = PlaylistFollower(), []
    for turn, number in enumerate(numbers):
        own = f"#EXT-X-MEDIA-SEQUENCE:{100 + turn}"
        sent = "" if number is None else f"#EXT-X-MEDIA-SEQUENCE:{number}"
        text = build_playlist(100 + turn, 5).replace(own, sent)
        found += follower.read_new_pieces(text, URL, 500.0 + 2 * turn)
    assert list_names(found) == [f"{number}.ts" for number in range(102, 109)]
    assert [piece.time_ms for piece in found] == [2000 * turn for turn in range(7)]
    assert {piece.generation for piece in found} == {0}


def test_names_that_are_used_again_are_other_pieces() -> None:
    follower = PlaylistFollower()
    follower.read_new_pieces(build_playlist(10, 3), URL, 500.0)
    again = build_playlist(10, 3).replace("SEQUENCE:10", "SEQUENCE:18")
    [first, *rest] = follower.read_new_pieces(again, URL, 516.0)
    assert (list_names([first, *rest]), first.time_ms) == (["10.ts", "11.ts", "12.ts"], 16_000)
    assert first.generation


def test_the_key_of_a_piece_has_the_number_of_its_playlist() -> None:
    follower, key = PlaylistFollower(), '#EXT-X-KEY:METHOD=AES-128,URI="key"\n#EXTINF'
    follower.read_new_pieces(build_playlist(10, 3), URL, 500.0)
    renumbered = build_playlist(11, 3).replace("SEQUENCE:11", "SEQUENCE:40")
    [piece] = follower.read_new_pieces(renumbered.replace("#EXTINF", key, 1), URL, 502.0)
    assert piece.key
    assert int.from_bytes(piece.key.iv, "big") == 42, "RFC 8216, 5.2"


def test_missed_time_is_estimated_from_the_pieces() -> None:
    follower = PlaylistFollower()
    follower.read_new_pieces(build_playlist(10, 3), URL)
    short = build_playlist(23, 3).replace("EXTINF:2.0", "EXTINF:1.5")
    assert follower.read_new_pieces(short, URL)[0].time_ms == 3 * 2000 + 10 * 1500


@pytest.mark.parametrize(
    ("number", "passed", "missed_s"),
    [
        (23, 26.0, 20.0),  # as many pieces as have time
        (1_796_000_000, 3.0, 0.0),  # the numbers are the time of day from now on
        (1_796_000_000, 30.0, 24.0),  # the same, after a broken connection
    ],
)
def test_missed_time_is_no_longer_than_the_time_that_passed(
    number: int, passed: float, missed_s: float
) -> None:
    follower = PlaylistFollower()
    follower.read_new_pieces(build_playlist(10, 3), URL, 500.0)
    after = follower.read_new_pieces(build_playlist(number, 3), URL, 500.0 + passed)
    assert after[0].time_ms == 3 * 2000 + missed_s * 1000


def test_an_older_playlist_from_another_edge_is_not_a_new_stream() -> None:
    follower = PlaylistFollower()
    follower.read_new_pieces(build_playlist(10, 6), URL)
    assert follower.read_new_pieces(build_playlist(8, 6), URL) == []
    assert list_names(follower.read_new_pieces(build_playlist(12, 5), URL)) == ["16.ts"]


def test_end_dates_and_fmp4() -> None:
    follower = PlaylistFollower()
    date = "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T20:00:00.500Z"
    text = build_playlist(1, 2, "#EXT-X-ENDLIST", marks={1: f'#EXT-X-MAP:URI="init.mp4"\n{date}'})
    first, second = follower.read_new_pieces(text, URL)
    assert follower.has_ended
    assert first.date is not None
    assert (first.date.second, first.date.microsecond) == (0, 500_000)
    assert second.init == Resource("https://pull-hls.example/live/init.mp4")
    build_fragment = second.build_fragment(b"init", b"moof")
    assert (build_fragment.setup.suffix, build_fragment.setup.head, build_fragment.data) == (
        ".mp4",
        b"init",
        b"moof",
    )
    assert not build_fragment.setup.continues(second.build_fragment(b"other", b"moof").setup)


def test_a_torn_packet_is_cut() -> None:
    [piece] = PlaylistFollower().read_new_pieces(build_playlist(1, 1), URL)
    assert len(piece.build_fragment(b"", b"\x47" * 400).data) == 376
    assert piece.build_fragment(b"", b"ID3\x04rest").setup.suffix == ".aac"


def test_best_of_several_streams() -> None:
    text = (
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100\nlow.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=900\nhigh.m3u8\n"
    )
    best = PlaylistFollower().choose_variant(text, URL)
    assert best == ("https://pull-hls.example/live/high.m3u8", "")
    assert PlaylistFollower().choose_variant(build_playlist(1, 1), URL) is None


def test_best_stream_with_its_own_audio() -> None:
    sound = '#EXT-X-MEDIA:TYPE=AUDIO,NAME="x",GROUP-ID='
    text = f'#EXTM3U\n{sound}"within"\n{sound}"apart",URI="sound.m3u8"\n'
    apart = '#EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO="apart"\nhigh.m3u8\n'
    within = '#EXT-X-STREAM-INF:BANDWIDTH=500,AUDIO="within"\nfair.m3u8\n'
    base = "https://pull-hls.example/live"
    both = PlaylistFollower().choose_variant(text + apart + within, URL)
    assert both == (f"{base}/fair.m3u8", "")
    alone = PlaylistFollower().choose_variant(text + apart, URL)
    assert alone == (f"{base}/high.m3u8", f"{base}/sound.m3u8")


def test_a_beginning_may_be_a_range() -> None:
    text = build_playlist(1, 1, marks={1: '#EXT-X-MAP:URI="a.mp4",BYTERANGE="9"'})
    [piece] = PlaylistFollower().read_new_pieces(text, URL)
    assert piece.init == Resource("https://pull-hls.example/live/a.mp4", 0, 9)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html>", "not a playlist"),
        ("", "not a playlist"),
        ("#EXTM3U\n#EXTINF:nan,\na.ts\n", "duration"),
        ("#EXTM3U\n#EXTINF:inf,\na.ts\n", "duration"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:nan\n#EXTINF:1,\na.ts\n", "cannot be read"),
        ("#EXTM3U\n#EXT-X-PRELOAD-HINT:TYPE=PART\n#EXTINF:1,\na.ts\n", "cannot be read"),
        ("#EXTM3U\n#EXTINF:1,\nhttp://[/a.ts\n", "cannot be read"),
        ('#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0xg\n#EXTINF:1,\na.ts\n', "cannot be read"),
        ('#EXTM3U\n#EXT-X-MAP:URI="http://["\n#EXTINF:1,\na.ts\n', "cannot be read"),
    ],
)
def test_a_broken_playlist_can_be_fetched_again(text: str, reason: str) -> None:
    follower = PlaylistFollower()
    with pytest.raises(StreamError, match=reason):
        follower.read_new_pieces(text, URL)
    assert len(follower.read_new_pieces(build_playlist(1, 2), URL)) == 2


def test_a_playlist_torn_anywhere_costs_no_piece_and_no_time() -> None:
    whole = build_playlist(4, 4)
    for end in range(len("#EXTM3U\n"), len(whole)):
        follower = PlaylistFollower()
        pieces = [*follower.read_new_pieces(build_playlist(1, 4), URL)]
        with suppress(StreamError):
            pieces += follower.read_new_pieces(whole[:end], URL)
        pieces += follower.read_new_pieces(whole, URL)
        pieces += follower.read_new_pieces(build_playlist(5, 4), URL)
        assert list_names(pieces) == [f"{n}.ts" for n in range(2, 9)], whole[:end]
        ends = [piece.time_ms + piece.duration_ms for piece in pieces]
        assert ends[:-1] == [piece.time_ms for piece in pieces][1:]
        assert follower.restarts == 0


def test_the_first_playlist_may_be_torn() -> None:
    follower = PlaylistFollower()
    pieces = follower.read_new_pieces(build_playlist(1, 4)[:-3], URL) + follower.read_new_pieces(
        build_playlist(2, 4), URL
    )
    assert len({piece.url for piece in pieces}) == len(pieces) == 5
    assert follower.restarts == 0


def test_playlists_without_a_final_newline_are_complete() -> None:
    follower = PlaylistFollower()
    pieces = follower.read_new_pieces(build_playlist(1, 3).rstrip(), URL)
    for number in (2, 3):
        pieces += follower.read_new_pieces(build_playlist(number, 3).rstrip(), URL)
    assert len({piece.url for piece in pieces}) == len(pieces) == 5


def test_the_pause_is_limited() -> None:
    follower = PlaylistFollower()
    for seconds in ("99999999", "-5"):
        head = f"#EXTM3U\n#EXT-X-TARGETDURATION:{seconds}\n"
        follower.read_new_pieces(f"{head}#EXTINF:1,\na.ts\n", URL)
        assert 0 < follower.pause <= 10


def test_a_master_playlist_with_a_broken_address_can_be_fetched_again() -> None:
    text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://[/a.m3u8\n"
    with pytest.raises(StreamError, match="cannot be read"):
        PlaylistFollower().choose_variant(text, URL)
