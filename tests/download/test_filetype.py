"""Test media types by first bytes, and the end of files by their structure."""

from io import BytesIO

import pytest

from f2scrapy.download.filetype import (
    can_serve_as,
    describe_content,
    detect_media_type,
    get_suffix,
    is_complete,
    is_truncated,
)
from f2scrapy.download.mp4 import find_samples_end
from tests.support.films import FTYP, make_box, make_film, make_segmented_film
from tests.support.transport_origin import make_video

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20) + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"
GIF = b"GIF89a" + bytes(20) + b";"
WEBP = b"RIFF\x14\x00\x00\x00WEBPVP8 " + bytes(12)


def make_iso_head(brand: bytes, others: bytes = b"") -> bytes:
    return (16 + len(others)).to_bytes(4, "big") + b"ftyp" + brand + bytes(4) + others


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (make_iso_head(b"isom"), ".mp4"),
        (make_iso_head(b"mp42"), ".mp4"),
        (make_iso_head(b"qt  "), ".mov"),
        (make_iso_head(b"M4A "), ".m4a"),
        (make_iso_head(b"heic"), ".heic"),
        (make_iso_head(b"mif1", b"heic"), ".heic"),
        (make_iso_head(b"avif"), ".avif"),
        (make_iso_head(b"mif1", b"avif"), ".avif"),
        (b"\x1a\x45\xdf\xa3webm", ".webm"),
        (b"FLV\x01\x05", ".flv"),
        (PNG, ".png"),
        (JPEG, ".jpeg"),
        (GIF, ".gif"),
        (WEBP, ".webp"),
        (b"ID3\x04\x00", ".mp3"),
        (b"\xff\xfb\x90\x64", ".mp3"),
        (b"\xff\xf3\x48\xc4", ".mp3"),
        (b"\xff\xf1\x50\x80", ".aac"),
        (b"OggS\x00", ".ogg"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", ".wav"),
    ],
)
def test_first_bytes_give_the_media_type(head, expected):
    assert get_suffix(detect_media_type(head)) == expected


@pytest.mark.parametrize(
    "head",
    [b"", b"\xff", b"<html>", b'{"a":1}', b"\x1f\x8b\x08", b"\xff\xff\xff\xff", "\ufeffx".encode()],
)
def test_other_bytes_are_no_media(head):
    assert detect_media_type(head) == ""


def test_kinds_are_not_interchangeable():
    assert can_serve_as("video/mp4", "video")
    assert can_serve_as("audio/mpeg", "audio")
    assert can_serve_as("video/mp4", "audio"), "audio in an MP4 with a brand of video"
    assert not can_serve_as("audio/mp4", "video")
    assert not can_serve_as("image/jpeg", "video")
    assert not can_serve_as("", "image")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\r\n <!DOCTYPE html>", "HTML"),
        (b"\xef\xbb\xbf{}", "JSON"),
        (b"\x1f\x8b\x08", "no known kind"),
        (WEBP, "image/webp"),
    ],
)
def test_unexpected_content_is_described(head, words):
    assert words in describe_content(head)


@pytest.mark.parametrize("whole", [make_video(5000), PNG, JPEG, GIF, WEBP])
def test_file_with_its_end_is_complete(whole):
    assert is_complete(BytesIO(whole))
    assert not is_complete(BytesIO(whole[:-1]))


@pytest.mark.parametrize("length", [0, 1, 7])
def test_boxes_without_a_valid_length_show_no_end(length):
    assert not is_complete(
        BytesIO(make_iso_head(b"isom") + length.to_bytes(4, "big") + b"mdat" + bytes(20))
    )


def test_audio_shows_no_end():
    assert not is_complete(BytesIO(b"ID3\x04" + bytes(100)))


MP4 = make_iso_head(b"mp42") + b"\x00\x00\x01\x00mdat" + bytes(248)


@pytest.mark.parametrize("whole", [MP4, WEBP, JPEG, PNG, GIF])
def test_file_without_its_end_is_truncated(whole: bytes) -> None:
    assert not is_truncated(BytesIO(whole))
    assert is_truncated(BytesIO(whole[:-4]))


@pytest.mark.parametrize("whole", [JPEG, PNG, WEBP, GIF])
def test_bytes_behind_the_end_of_a_picture_do_not_matter(whole: bytes) -> None:
    assert not is_truncated(BytesIO(whole + b"appended by a phone"))


@pytest.mark.parametrize("other", [b"ID3" + bytes(50), b"", b"<html>"])
def test_file_without_end_mark_is_not_truncated(other: bytes) -> None:
    assert not is_truncated(BytesIO(other))


CHUNKS = ([b"a" * 300, b"b" * 20], [b"c" * 500], [b"d" * 40, b"e" * 60, b"f"])
SAME = ([b"a" * 70, b"b" * 70], [b"c" * 70])
FILMS = [
    make_film(*CHUNKS),
    make_film(*CHUNKS, moov_last=True),
    make_film(*CHUNKS, is_long=True),
    make_film(*SAME, one_size=70),
    make_segmented_film(b"a" * 300, b"b" * 20, b"c" * 100),
]


@pytest.mark.parametrize("whole", FILMS)
def test_film_that_is_cut_anywhere_is_not_complete(whole: bytes) -> None:
    """Between two boxes, too, where the structure of the rest is that of a whole file."""
    assert is_complete(BytesIO(whole))
    assert not is_truncated(BytesIO(whole))
    assert [size for size in range(len(whole)) if is_complete(BytesIO(whole[:size]))] == []


@pytest.mark.parametrize("whole", FILMS)
def test_film_whose_tables_lead_beyond_it_is_truncated(whole: bytes) -> None:
    last = whole.rfind(b"moof" if b"moof" in whole else b"mdat") - 4
    assert is_truncated(BytesIO(whole[:last])) is (whole.find(b"moov") < last)


@pytest.mark.parametrize(
    "tables",
    [
        make_box(b"stco", b"\xff" * 800),
        make_box(b"stsz", b"\xff" * 12) + make_box(b"stco", b"\0" * 8 + b"\xff" * 9),
        make_box(b"stsz", b"\0\0\0\0\0\0\0\1" + b"\xff" * 4)
        + make_box(b"stsc", b"\0" * 8 + b"\0\0\0\1" + b"\xff" * 8)
        + make_box(b"stco", b"\0" * 8),
        make_box(b"stsc", b"\xff" * 700) + make_box(b"co64", b""),
    ],
)
def test_tables_that_make_no_sense_name_no_end(tables: bytes) -> None:
    inner = make_box(b"trak", make_box(b"mdia", make_box(b"minf", make_box(b"stbl", tables))))
    film = FTYP + make_box(b"moov", inner) + make_box(b"mdat", bytes(50))
    assert find_samples_end(BytesIO(film), len(film)) == 0
    assert is_complete(BytesIO(film))


def test_index_without_rows_names_no_end_beyond_the_file() -> None:
    film = FTYP + make_box(b"moov") + make_box(b"sidx") + make_box(b"mdat", bytes(50))
    assert is_complete(BytesIO(film))
