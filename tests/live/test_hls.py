"""HLS: what of a playlist is new, what of it is missing, where a stream is entered."""

from contextlib import suppress

import pytest

from f2scrapy.errors import ProtocolError
from f2scrapy.live.clock import Clock
from f2scrapy.live.fragment import Broken
from f2scrapy.live.hls import EDGE, Follower, Piece

URL = "https://pull-hls.example/live/stream.m3u8?sign=1"


def playlist(first: int, count: int, *more: str, marks: dict[int, str] | None = None) -> str:
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:2", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    for number in range(first, first + count):
        lines += [*filter(None, [(marks or {}).get(number)]), "#EXTINF:2.0,", f"{number}.ts"]
    return "\n".join([*lines, *more, ""])


def numbers(pieces: list[Piece]) -> list[str]:
    return [piece.url.rpartition("/")[2] for piece in pieces]


def test_each_piece_is_taken_once_from_near_the_end_on() -> None:
    follower = Follower()
    assert numbers(follower.take(playlist(10, 6), URL)) == ["13.ts", "14.ts", "15.ts"]
    assert follower.take(playlist(10, 6), URL) == []
    assert follower.pause == 1.0, "half a piece where nothing is new"
    [piece] = follower.take(playlist(11, 6), URL)
    assert (piece.url, piece.time_ms) == ("https://pull-hls.example/live/16.ts", EDGE * 2000)
    assert (follower.pause, follower.ended) == (2.0, False)


def test_a_hole_is_a_later_time_and_another_generation() -> None:
    follower = Follower()
    before = follower.take(playlist(10, 3), URL)[-1]
    after = follower.take(playlist(15, 1), URL)[0]
    assert after.time_ms - before.time_ms == 3 * 2000
    assert after.generation != before.generation


def test_discontinuities_part_and_so_does_a_lost_piece() -> None:
    follower = Follower()
    marked = playlist(10, 3, marks={12: "#EXT-X-DISCONTINUITY"})
    one, two, three = follower.take(marked, URL)
    assert one.generation == two.generation != three.generation
    assert follower.take(marked, URL) == []
    whole, behind = (three.unit(b"", b"\x47", losses).setup for losses in (0, 1))
    assert not behind.continues(whole)


def test_numbers_that_begin_anew_are_a_new_stream() -> None:
    follower = Follower()
    old = follower.take(playlist(5000, 3), URL)[-1]
    new = follower.take(playlist(1, 5), URL)
    assert numbers(new) == ["3.ts", "4.ts", "5.ts"]
    assert new[0].generation != old.generation


def test_numbers_that_begin_anew_nearby_are_seen_by_their_names_and_have_a_clock_of_their_own() -> (
    None
):
    follower, clock = Follower(), Clock()
    old = follower.take(playlist(5, 5), URL)[-1]
    clock.see(old.time_ms, 1000.0)
    assert follower.take(playlist(5, 5).replace(".ts", ".ts?sign=2"), URL) == []
    new = follower.take(playlist(4, 5).replace("\n", "\nb").replace("\nb#", "\n#"), URL)
    assert [piece.url.rpartition("/")[2] for piece in new] == ["b6.ts", "b7.ts", "b8.ts"]
    assert (new[0].generation != old.generation, follower.restarts) == (True, 1)
    clock.see(new[0].time_ms, 1500.0)
    assert (clock.wall(old.time_ms), clock.wall(new[0].time_ms)) == (1000, 1500)


def test_what_was_missed_is_as_long_as_the_pieces_are() -> None:
    follower = Follower()
    follower.take(playlist(10, 3), URL)
    short = playlist(23, 3).replace("EXTINF:2.0", "EXTINF:1.5")
    assert follower.take(short, URL)[0].time_ms == 3 * 2000 + 10 * 1500


def test_an_older_playlist_from_another_edge_is_not_a_new_stream() -> None:
    follower = Follower()
    follower.take(playlist(10, 6), URL)
    assert follower.take(playlist(8, 6), URL) == []
    assert numbers(follower.take(playlist(12, 5), URL)) == ["16.ts"]


def test_the_end_the_dates_and_fmp4() -> None:
    follower = Follower()
    date = "#EXT-X-PROGRAM-DATE-TIME:2026-11-21T20:00:00.500Z"
    text = playlist(1, 2, "#EXT-X-ENDLIST", marks={1: f'#EXT-X-MAP:URI="init.mp4"\n{date}'})
    first, second = follower.take(text, URL)
    assert follower.ended
    assert first.date is not None
    assert (first.date.second, first.date.microsecond) == (0, 500_000)
    assert second.init_url == "https://pull-hls.example/live/init.mp4"
    unit = second.unit(b"init", b"moof")
    assert (unit.setup.suffix, unit.setup.head, unit.data) == (".mp4", b"init", b"moof")
    assert not unit.setup.continues(second.unit(b"other", b"moof").setup)


def test_a_torn_packet_is_cut() -> None:
    [piece] = Follower().take(playlist(1, 1), URL)
    assert len(piece.unit(b"", b"\x47" * 400).data) == 376
    assert piece.unit(b"", b"ID3\x04rest").setup.suffix == ".aac"


def test_the_best_of_several_streams() -> None:
    text = (
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100\nlow.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=900\nhigh.m3u8\n"
    )
    assert Follower().variant(text, URL) == "https://pull-hls.example/live/high.m3u8"
    assert Follower().variant(playlist(1, 1), URL) == ""


def test_the_best_of_those_whose_sound_comes_with_them() -> None:
    sound = '#EXT-X-MEDIA:TYPE=AUDIO,NAME="x",GROUP-ID='
    text = f'#EXTM3U\n{sound}"within"\n{sound}"apart",URI="sound.m3u8"\n'
    apart = '#EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO="apart"\nhigh.m3u8\n'
    within = '#EXT-X-STREAM-INF:BANDWIDTH=500,AUDIO="within"\nfair.m3u8\n'
    assert Follower().variant(text + apart + within, URL).endswith("/fair.m3u8")
    with pytest.raises(ProtocolError, match="EXT-X-MEDIA"):
        Follower().variant(text + apart, URL)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (playlist(1, 1, marks={1: '#EXT-X-KEY:METHOD=AES-128,URI="k"'}), "encrypted"),
        (playlist(1, 1, marks={1: "#EXT-X-BYTERANGE:100@0"}), "BYTERANGE"),
        (playlist(1, 1, marks={1: '#EXT-X-MAP:URI="a.mp4",BYTERANGE="9@0"'}), "BYTERANGE"),
    ],
)
def test_what_cannot_be_recorded_is_refused(text: str, why: str) -> None:
    with pytest.raises(ProtocolError, match=why):
        Follower().take(text, URL)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<html>", "no playlist"),
        ("", "no playlist"),
        ("#EXTM3U\n#EXTINF:nan,\na.ts\n", "how long"),
        ("#EXTM3U\n#EXTINF:inf,\na.ts\n", "how long"),
        ("#EXTM3U\n#EXT-X-TARGETDURATION:nan\n#EXTINF:1,\na.ts\n", "cannot be read"),
        ("#EXTM3U\n#EXT-X-PRELOAD-HINT:TYPE=PART\n#EXTINF:1,\na.ts\n", "cannot be read"),
    ],
)
def test_what_may_be_well_the_next_time_breaks_off(text: str, why: str) -> None:
    follower = Follower()
    with pytest.raises(Broken, match=why):
        follower.take(text, URL)
    assert len(follower.take(playlist(1, 2), URL)) == 2


def test_a_playlist_torn_anywhere_costs_no_piece_and_no_time() -> None:
    whole = playlist(4, 4)
    for end in range(len("#EXTM3U\n"), len(whole)):
        follower = Follower()
        taken = [*follower.take(playlist(1, 4), URL)]
        with suppress(Broken):
            taken += follower.take(whole[:end], URL)
        taken += follower.take(whole, URL)
        taken += follower.take(playlist(5, 4), URL)
        assert numbers(taken) == [f"{n}.ts" for n in range(2, 9)], whole[:end]
        ends = [piece.time_ms + piece.length_ms for piece in taken]
        assert ends[:-1] == [piece.time_ms for piece in taken][1:]
        assert follower.restarts == 0


def test_the_first_list_may_be_torn() -> None:
    follower = Follower()
    taken = follower.take(playlist(1, 4)[:-3], URL) + follower.take(playlist(2, 4), URL)
    assert len({piece.url for piece in taken}) == len(taken) == 5
    assert follower.restarts == 0


def test_lists_without_a_last_line_end_are_whole() -> None:
    follower = Follower()
    taken = follower.take(playlist(1, 3).rstrip(), URL)
    for number in (2, 3):
        taken += follower.take(playlist(number, 3).rstrip(), URL)
    assert len({piece.url for piece in taken}) == len(taken) == 5


def test_no_wait_is_endless() -> None:
    follower = Follower()
    for seconds in ("99999999", "-5"):
        head = f"#EXTM3U\n#EXT-X-TARGETDURATION:{seconds}\n"
        follower.take(f"{head}#EXTINF:1,\na.ts\n", URL)
        assert 0 < follower.pause <= 10
