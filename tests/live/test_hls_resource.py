"""Test ranges of files and keys of HLS, from playlists to plain bytes."""

import asyncio
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from f2scrapy.errors import ProtocolError
from f2scrapy.live.fragment import StreamError
from f2scrapy.live.hls import PlaylistFollower
from f2scrapy.live.hls_reader import HlsReader, Playlist
from f2scrapy.live.hls_resource import Key, Resource

URL = "https://pull-hls.example/live/stream.m3u8?sign=1"
BASE = "https://pull-hls.example/live/"
TS = b"\x47" + b"t" * 187


def build_playlist(*rows: str, first: int = 7) -> str:
    head = ["#EXTM3U", "#EXT-X-TARGETDURATION:2", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    return "\n".join([*head, *rows, ""])


def build_range(text: str, name: str = "all.ts") -> str:
    return f"#EXT-X-BYTERANGE:{text}\n#EXTINF:2,\n{name}"


def test_a_range_without_an_offset_follows_the_one_before() -> None:
    follower = PlaylistFollower()
    text = build_playlist(build_range("1000@100"), build_range("500"), build_range("5@9", "b.ts"))
    pieces = follower.read_new_pieces(text, URL)
    assert [piece.media for piece in pieces] == [
        Resource(f"{BASE}all.ts", 100, 1000),
        Resource(f"{BASE}all.ts", 1100, 500),
        Resource(f"{BASE}b.ts", 9, 5),
    ]
    assert pieces[1].media.headers["Range"] == "bytes=1100-1599"
    assert all(map(follower.is_listed, pieces))
    after = build_playlist(build_range("500@1100"), build_range("5@9", "b.ts"), first=8)
    assert follower.read_new_pieces(after, URL) == []
    assert follower.restarts == 0
    assert [follower.is_listed(piece) for piece in pieces] == [False, True, True]
    with pytest.raises(StreamError, match="no beginning"):
        follower.read_new_pieces(build_playlist(build_range("7"), first=10), URL)


@pytest.mark.parametrize(("body", "is_whole_file"), [(b"234", False), (b"0123456", True)])
def test_a_server_may_send_the_range_or_the_file(body: bytes, is_whole_file: bool) -> None:
    wanted = Resource("https://x/", 2, 3)
    assert wanted.cut(body, is_whole_file=is_whole_file) == b"234"
    with pytest.raises(StreamError, match="not whole"):
        wanted.cut(body[:2], is_whole_file=is_whole_file)


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ('METHOD=AES-128,URI="k"', Key(f"{BASE}k", bytes(15) + b"\x07")),
        ('METHOD=AES-128,URI="/k",IV=0xFF', Key("https://pull-hls.example/k", bytes(15) + b"\xff")),
        ("METHOD=NONE", None),
    ],
)
def test_keys_of_a_playlist(key: str, found: Key | None) -> None:
    text = build_playlist(f"#EXT-X-KEY:{key}", "#EXTINF:2,\na.ts")
    assert [piece.key for piece in PlaylistFollower().read_new_pieces(text, URL)] == [found]


@pytest.mark.parametrize(
    "key", ['METHOD=SAMPLE-AES,URI="k"', 'METHOD=AES-128,URI="k",KEYFORMAT="x"']
)
def test_other_encryption_is_refused(key: str) -> None:
    with pytest.raises(ProtocolError, match="encrypted"):
        PlaylistFollower().read_new_pieces(
            build_playlist(f"#EXT-X-KEY:{key}", "#EXTINF:2,\na.ts"), URL
        )


def encrypt(data: bytes, key: bytes, iv: bytes) -> bytes:
    left = 16 - len(data) % 16
    encryptor = Cipher(AES(key), CBC(iv)).encryptor()
    return encryptor.update(data + bytes([left]) * left) + encryptor.finalize()


@pytest.mark.parametrize("damage", [b"", b"x"])
async def test_pieces_and_their_initialization_are_decrypted(damage: bytes) -> None:
    key, iv = b"k" * 16, b"i" * 16
    init = b"\0\0\0\x08ftyp"
    files = {"k": key, "i": encrypt(init, key, iv)}
    files |= {name: encrypt(name.encode(), key, iv) + damage for name in "ab"}
    fetched: list[str] = []

    async def fetch(wanted: Resource, limit: int) -> bytes:
        name = wanted.url.rpartition("/")[2]
        fetched.append(name)
        assert limit >= len(files[name])
        return files[name]

    async def fetch_playlist(url: str) -> Playlist:
        return Playlist(url, build_playlist(
            f'#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x{iv.hex()}', '#EXT-X-MAP:URI="i"',
            "#EXTINF:2,\na", "#EXTINF:2,\nb", "#EXT-X-ENDLIST",
        ))  # fmt: skip

    reader = HlsReader("x", fetch_playlist, fetch, stall=5)
    found: list[Any] = []
    async with asyncio.timeout(20):
        async for arrival in reader.read_arrivals(URL, PlaylistFollower()):
            found += arrival.fragments
    plain = [] if damage else [(init, b"a"), (init, b"b")]
    assert [(one.setup.head, one.data) for one in found] == plain
    kept = ["i", "a", "k", "b"]  # the key and the beginning are fetched once
    assert fetched == ([*kept, "k"] if damage else kept)


async def test_a_key_that_is_replaced_in_its_place_is_fetched_again() -> None:
    keys, iv = [b"k" * 16, b"l" * 16], b"i" * 16
    plain = [b"\x47" * 188, b"\x47" * 376]
    bodies = [encrypt(one, key, iv) for one, key in zip(plain, keys, strict=True)]
    fetched: list[str] = []

    async def fetch(wanted: Resource, _limit: int) -> bytes:
        name = wanted.url.rpartition("/")[2]
        fetched.append(name)
        return keys[min(fetched.count("k") - 1, 1)] if name == "k" else bodies[int(name)]

    async def fetch_playlist(url: str) -> Playlist:
        ending = ["#EXT-X-ENDLIST"] if fetched.count("k") > 1 else []
        return Playlist(url, build_playlist(
            f'#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x{iv.hex()}',
            "#EXTINF:1,\n0", "#EXTINF:1,\n1", *ending,
        ))  # fmt: skip

    reader = HlsReader("x", fetch_playlist, fetch, stall=5)
    async with asyncio.timeout(20):
        found = [it async for it in reader.read_arrivals(URL, PlaylistFollower())]
    assert [one.data for it in found for one in it.fragments] == plain


async def test_an_initialization_that_is_replaced_in_its_place_is_fetched_again() -> None:
    fetched: list[str] = []

    async def fetch(wanted: Resource, _limit: int) -> bytes:
        name = wanted.url.rpartition("/")[2]
        fetched.append(name)
        return b"\0\0\0\x08%s" % (name.encode() if name != "i" else b"ini%d" % fetched.count("i"))

    async def fetch_playlist(url: str) -> Playlist:
        return Playlist(url, build_playlist(
            '#EXT-X-MAP:URI="i"', "#EXTINF:1,\n0", "#EXTINF:1,\n1", "#EXT-X-DISCONTINUITY",
            "#EXTINF:1,\n2", "#EXT-X-ENDLIST",
        ))  # fmt: skip

    reader = HlsReader("x", fetch_playlist, fetch, stall=5)
    async with asyncio.timeout(20):
        found = [it async for it in reader.read_arrivals(URL, PlaylistFollower())]
    heads = [one.setup.head[4:] for it in found for one in it.fragments]
    assert heads == [b"ini1", b"ini1", b"ini2"]
    assert fetched == ["i", "0", "1", "i", "2"]


@pytest.mark.parametrize(
    ("bodies", "kept"),
    [
        ([b"\x47a", b"\x47a", b"\x47a", b"\x47b"], [0, 3]),
        ([b"\x47a", b"\x47b", b"\x47a", b"\x47b"], [0, 1, 2, 3]),
        ([b"\xff\xf1\x50\x80"] * 4, [0, 1, 2, 3]),  # silence without times
    ],
)
async def test_a_piece_that_comes_again_under_another_name_is_no_new_one(
    bodies: list[bytes], kept: list[int]
) -> None:
    bodies = [body * 188 for body in bodies]

    async def fetch(wanted: Resource, _limit: int) -> bytes:
        return bodies[int(wanted.url.rpartition("/")[2])]

    async def fetch_playlist(url: str) -> Playlist:
        rows = [f"#EXTINF:1,\n{number}" for number in range(4)]
        return Playlist(url, build_playlist(*rows, "#EXT-X-ENDLIST"))

    reader, follower = HlsReader("x", fetch_playlist, fetch, stall=5), PlaylistFollower()
    follower._next_number = 7  # from the first piece on
    async with asyncio.timeout(20):
        found = [it async for it in reader.read_arrivals(URL, follower)]
    fragments = [one for it in found for one in it.fragments]
    assert [one.time_ms // 1000 for one in fragments] == kept
    assert fragments[-1].setup.continues(fragments[0].setup) is (kept == [0, 1, 2, 3])


def test_a_range_may_follow_a_piece_that_is_listed_no_longer() -> None:
    rows = [build_range(text, "a.ts?s=1") for text in ("10@7", "20", "30")]
    follower = PlaylistFollower()
    follower.read_new_pieces(build_playlist(*rows[:2]), URL)
    later = build_playlist(*rows[1:], first=8).replace("s=1", "s=2")
    [piece] = follower.read_new_pieces(later, URL)
    assert (piece.media.start, piece.media.length) == (37, 30)
