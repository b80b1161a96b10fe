"""Each promise of the README on rooms, chat and scrapyd has a test; its sentence stands there.

Promises on crawls are tried in `tests/spiders/test_promises.py`.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
README = re.sub(r"\s+", " ", (TESTS.parent / "README.md").read_text("utf-8"))

PROMISES = {
    # Recording live rooms
    "records rooms that are live until they end and adds them to the archive, the output file and":
        "spiders/test_live_recording.py::test_rooms_are_recorded_side_by_side_until_they_are_over",
    "waits for rooms to go live, and for their next broadcast. Lines added to `@rooms.txt` are":
        "live/test_main.py::test_a_watch_list_that_grows",
    "saves the chat as a journal next to the video;":
        "live/test_main.py::test_clock_lines_of_a_journal",
    "also writes subtitles of":
        "live/test_subtitles.py::test_each_segment_has_its_messages",
    "A status line for each room shows its host, state, time, size, rate, viewers":
        "live/test_status.py::test_a_terminal_has_a_line_for_each_room",
    "the log has such a line every minute.":
        "live/test_status.py::test_lines_go_to_the_log_without_a_terminal",
    "HLS may be under AES-128, in ranges of files, or have its sound apart":
        "live/test_hls_muxer.py::test_sound_that_is_apart_is_joined",
    "After a crash the recorded part is playable":
        "live/test_main.py::test_a_stopped_or_killed_run_leaves_files_that_play",
    "the next recording of any room repairs and finishes it, including the conversion to MP4.":
        "live/test_main.py::test_a_killed_run_is_finished_after_the_room_is_over",
    "the next one: after a drop, a change of resolution, a split,":
        "live/test_recorder.py::test_a_drop_and_a_switch_split_segments_without_loss",
    "missing parts before, between and after the segments":
        "live/test_recorder.py::test_the_last_gap_lasts_until_the_room_is_over",
    "The best available stream is recorded and its quality is saved; if it differs from":
        "live/test_recorder.py::test_an_unavailable_stream_is_replaced_by_the_next_best",
    "only complete tags and packets are written":
        "live/test_flv.py::test_a_torn_tag_is_not_returned",
    "In these cases the next address is tried.":
        "live/test_recorder.py::test_an_undecodable_stream_is_replaced_by_the_next_best",
    "asks the room again and tries its addresses at least every five seconds.":
        "live/test_recorder.py::test_connections_are_retried_more_often_than_the_room_is_fetched",
    "Addresses are renewed before they expire.":
        "live/test_recorder.py::test_addresses_are_renewed_before_they_expire",
    "The recording stops before the disk is full.":
        "live/test_recorder.py::test_a_full_disk_ends_the_recording_with_a_reason",
    "give up a room that is live but sends no picture and no sound for this many seconds":
        "live/test_liveness.py::test_a_stream_without_media_is_given_up",
    "a recording lacks a second or more, in this run or since the one before | `NETWORK` | 4":
        "live/test_liveness.py::test_pictures_and_then_metadata_are_no_whole_recording",
    # Live chat
    "Dropped connections are resumed, duplicates removed, possible gaps listed":
        "danmaku/test_load.py::test_lost_messages_are_listed_without_replay",
    "gift combos counted once (a combo of 40 is 40 gifts)":
        "danmaku/test_gifts.py::test_totals_are_exact_when_frames_are_shuffled_and_repeated",
    "Ctrl-C stops it. Everything received is saved":
        "danmaku/test_main.py::test_control_c_ends_the_run_with_all_events",
    "every event complete, one per line, with the time it arrived":
        "danmaku/test_sinks_files.py::test_journal_holds_room_and_events",
    "`given` and `coins` can be summed":
        "danmaku/test_sinks_files.py::test_sums_of_gifts_are_right_over_several_runs",
    "`.csv` for spreadsheets (formulas disabled)":
        "danmaku/test_sinks_files.py::test_csv_executes_nothing_and_keeps_its_rows",
    "with its end message, or 10 seconds after its last new count":
        "danmaku/test_gifts.py::test_a_combo_ends_ten_seconds_after_its_last_new_count",
    "Users of a room that hides its users share an id; their names keep them apart.":
        "danmaku/test_cases.py::test_users_that_a_room_hides_stay_apart",
    "Douyin shows guests no gifts (reports of 2026): the log and the summary say so.":
        "danmaku/test_main.py::test_guests_are_shown_no_gifts_and_read_so",
    "A later run of the same broadcast continues the same files":
        "danmaku/test_main.py::test_a_second_run_goes_on_in_the_same_files",
    "makes a new journal with all the fields that the installed version can read.":
        "danmaku/test_reread.py::test_fields_of_later_versions_come_from_the_messages",
    "An unknown room (HTTP 404) or kind (HTTP 400) is refused":
        "danmaku/test_sinks_relay.py::test_an_unknown_room_or_kind_is_refused",
    "so browsers need `?token=…`; other programs need it only if you set one.":
        "danmaku/test_sinks_relay.py::test_clients_without_token_are_refused",
    "Cookies never go to stream hosts.":
        "live/test_main.py::test_two_rooms_to_their_end_with_notifications",
    # scrapyd
    "`scrapyd` runs f2scrapy like any Scrapy project.":
        "test_package.py::test_an_egg_runs_the_main_job",
}  # fmt: skip


@pytest.mark.parametrize("sentence", PROMISES)
def test_readme_promises_it(sentence: str) -> None:
    assert sentence in README


@pytest.mark.parametrize("place", sorted(set(PROMISES.values())))
def test_promise_has_its_test(place: str) -> None:
    name, _, test = place.partition("::")
    tree = ast.parse((TESTS / name).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert test in {node.name for node in tree.body if isinstance(node, kinds)}
