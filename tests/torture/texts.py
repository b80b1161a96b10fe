"""Fields, feeds, foreign texts and options: odd ones never raise an error without words."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from f2scrapy.api.cookies import parse_cookie_header, read_cookies
from f2scrapy.archive.template import Template
from f2scrapy.config.file import read_defaults, read_user_file
from f2scrapy.config.options import NAMES, parse_options
from f2scrapy.crawl.exporters import CsvExporter, JsonLinesExporter
from f2scrapy.crawl.redact import redact
from f2scrapy.danmaku.frames import Connection
from f2scrapy.danmaku.messages import parse_message
from f2scrapy.danmaku.proto.base_pb2 import Message, PushFrame, Response
from f2scrapy.download.filetype import is_complete
from f2scrapy.download.ranges import parse_extent
from f2scrapy.errors import F2Error, InputError, ProtocolError
from f2scrapy.live.flv import AUDIO, SCRIPT, VIDEO, FlvParser, encode_tag
from f2scrapy.live.hls import PlaylistFollower
from f2scrapy.model.item import Item
from f2scrapy.platforms import get_platform
from f2scrapy.platforms.common.captions import to_srt
from f2scrapy.platforms.douyin import pages as douyin_pages
from f2scrapy.platforms.douyin.lyrics import decode_lrc
from f2scrapy.platforms.tiktok import pages as tiktok_pages
from f2scrapy.text import make_visible
from tests.support.films import make_film
from tests.torture.samples import Sample, bend_row, load_samples
from tests.torture.tally import Tally

TEMPLATE = Template("{create}_{nickname}_{desc:.40}_{aweme_id}")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


# Fields and feeds


def run_fields(count: int, folder: Path, first_seed: int = 0) -> Tally:
    """Bend fields of rows; each is an item, or a ProtocolError that names the field."""
    tally = Tally("fields: null, lists, texts, numbers of any size in any place")
    samples = load_samples(folder)
    for seed in range(first_seed, first_seed + count):
        chance = random.Random(seed)
        sample = chance.choice(samples)
        row = bend_row(chance, chance.choice(sample.rows), chance.choice((1, 1, 1, 3)))
        tally.runs += 1
        try:
            use_item(sample.item.from_row(row), row)
            tally.note("items")
        except ProtocolError as error:
            tally.note("ProtocolError")
            if not str(error) or len(str(error)) > 2100:
                tally.violate(seed, f"an error of {len(str(error))} characters")
        except Exception as error:  # noqa: BLE001 - which errors come is what is tried
            tally.violate(seed, f"{sample.item.__name__}: {type(error).__name__}: {error}")
    return tally


def use_item(item: Item, row: Any) -> None:
    """Use an item as pipelines and exporters do."""
    for media in item.list_media():
        assert media.suffix, media
    TEMPLATE.render(item)
    item.model_dump_json()
    redact(row)
    _ = (item.key, item.folder, item.published, item.is_pinned, item.reply_count)


def run_feeds(count: int, folder: Path, first_seed: int = 0) -> Tally:
    """Write odd items to feeds; each is one row, and no cell is executed."""
    tally = Tally("feeds: rows that are whole, cells that are not executed")
    samples = load_samples(folder)
    for seed in range(first_seed, first_seed + count):
        chance = random.Random(seed)
        sample = chance.choice(samples)
        items = list(islice(make_items(chance, sample), 5))
        tally.runs += 1
        if items:
            check_feeds(items, seed, tally)
    return tally


def make_items(chance: random.Random, sample: Sample) -> Any:
    for _ in range(50):
        try:
            yield sample.item.from_row(bend_row(chance, chance.choice(sample.rows), 3))
        except ProtocolError:
            continue


def check_feeds(items: list[Item], seed: int, tally: Tally) -> None:
    lines, table = BytesIO(), BytesIO()
    json_lines, cells = JsonLinesExporter(lines), CsvExporter(table)
    for item in items:
        json_lines.export_item(item)
        cells.export_item(item)
    cells.finish_exporting()
    rows = [json.loads(line) for line in lines.getvalue().decode().split("\n")[:-1]]
    written = list(csv.reader(StringIO(table.getvalue().decode(), newline="")))
    if (len(rows), len(written)) != (len(items), len(items) + 1):
        tally.violate(seed, f"{len(rows)} lines, {len(written)} rows of {len(items)} items")
    if {len(row) for row in written} != {len(written[0])}:
        tally.violate(seed, "a row with another number of cells")
    bad = [cell for row in written[1:] for cell in row if is_formula(cell)]
    if bad:
        tally.violate(seed, f"a cell that is executed: {bad[0]!r}")


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet executes a cell; a negative number is none."""
    try:
        float(cell)
    except ValueError:
        return cell.startswith(FORMULAS)
    return False


# Texts and bytes of others


def _frame() -> bytes:
    message = Message(method="WebcastChatMessage", msg_id=7, payload=b"\x1a\x04text")
    response = Response(messages=[message], cursor="c", internal_ext="i", need_ack=True, now=5)
    return PushFrame(payload_type="msg", payload=response.SerializeToString()).SerializeToString()


def _read_frame(data: bytes) -> None:
    for message in Connection().receive(data, 1.0).messages:
        parse_message(message).text  # noqa: B018 - it is computed


def _read_flv(data: bytes) -> None:
    parser = FlvParser()
    for at in range(0, len(data), 97):
        for tag in parser.feed(data[at : at + 97]):
            _ = (tag.is_media, tag.encode(0))


def _read_playlist(data: bytes) -> None:
    follower, text = PlaylistFollower(), data.decode(errors="replace")
    url = "https://pull.example/a.m3u8"
    if not follower.choose_variant(text, url):
        for piece in [*follower.read_new_pieces(text, url), *follower.read_new_pieces(text, url)]:
            piece.build_fragment(b"init", b"\x47" * 400)


def _find_links(text: str) -> list[Any]:
    return [get_platform(name).links.find(text) for name in ("douyin", "tiktok")]


def _read_headers(chance: random.Random) -> None:
    heads = [mutate(chance, head).decode("latin-1") for head in HEADS]
    parse_extent(chance.choice((200, 206, 416)), lambda _name: chance.choice(heads))


def _read_cookies(data: bytes, folder: Path) -> None:
    path = folder / "cookies.txt"
    path.write_bytes(data)
    read_cookies(str(path), ["www.douyin.com"])


def _read_yaml(data: bytes, folder: Path) -> None:
    path = folder / "f2scrapy.yaml"
    path.write_bytes(data)
    read_user_file(str(path))


FLV = (
    b"FLV\x01\x05\0\0\0\x09\0\0\0\0"
    + encode_tag(SCRIPT, 0, b"\x02\0\x0aonMetaData" + bytes(9))
    + encode_tag(VIDEO, 0, b"\x17\0\0\0\0\x01d\0\x1f")
    + encode_tag(AUDIO, 0, b"\xaf\0\x12\x10")
    + encode_tag(VIDEO, 40, b"\x17\x01\0\0\0" + bytes(50))
    + encode_tag(VIDEO, 80, b"\x1c" + bytes(9))
)
PLAYLIST = (
    b'#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:5\n#EXT-X-MAP:URI="i.mp4"\n'
    b"#EXT-X-PROGRAM-DATE-TIME:2026-11-21T20:00:00.500Z\n#EXTINF:2.0,\n5.ts?sign=1\n"
    b"#EXTINF:2.0,\n6.ts\n"
)
MASTER = (
    b'#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="a.m3u8"\n'
    b'#EXT-X-STREAM-INF:BANDWIDTH=9,AUDIO="a"\nb.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=5\nc.m3u8\n'
)
VTT = b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500 line:0\n<v A>text &amp; &#9731;</v>\n"
LRC = b'[{"text": "a", "timeId": "1.5"}, {"text": "b", "timeId": 2}]'
PAGE = (
    b'<script id="RENDER_DATA" type="a">%7B%221%22%3A%7B%7D%7D</script>'
    b'<script id="SIGI_STATE">{}</script>'
)
COOKIES = (
    b".douyin.com\tTRUE\t/\tTRUE\t1900000000\tsessionid\tabc\n"
    b"#HttpOnly_.a\tFALSE\t/\tFALSE\t0\tn\tv\n"
)
YAML = (
    b"path: Download\nmedia: [video]\npace: 2\n"
    b"client:\n  douyin:\n    browser: {version: 140.0.0.0}\n"
)
LINK = (
    b"1.23 https://v.douyin.com/iRNBho6u/ "
    b"https://www.tiktok.com/@nasa/video/7300000000000000000?a=b "
)
HEADS = (
    b"bytes 5-9/10",
    b"12345",
    b'"etag"',
    b"Mon, 30 Nov 2026 00:00:00 GMT",
    b"chunked",
    b"bytes */*",
)

FILM = make_film([b"a" * 30, b"b" * 20], [b"c" * 50])
Read = Callable[[bytes, Path], object]
PARSERS: dict[str, tuple[bytes, Read]] = {
    "frame": (_frame(), lambda data, _: _read_frame(data)),
    "flv": (FLV, lambda data, _: _read_flv(data)),
    "playlist": (PLAYLIST, lambda data, _: _read_playlist(data)),
    "master": (MASTER, lambda data, _: _read_playlist(data)),
    "captions": (VTT, lambda data, _: to_srt(data)),
    "lyrics": (LRC, lambda data, _: decode_lrc(data)),
    "douyin page": (PAGE, lambda data, _: douyin_pages.read_render_data(data.decode("latin-1"))),
    "tiktok page": (PAGE, lambda data, _: tiktok_pages.read_page_data(data.decode("latin-1"))),
    "cookies.txt": (COOKIES, _read_cookies),
    "yaml": (YAML, _read_yaml),
    "links": (LINK, lambda data, _: _find_links(data.decode("latin-1"))),
    "cookie header": (
        b"Cookie: a=b; c=d",
        lambda data, _: parse_cookie_header(data.decode("latin-1"), ["a.example"]),
    ),
    "film": (FILM, lambda data, _: is_complete(BytesIO(data))),
    "names": (LINK, lambda data, _: make_visible(data.decode(errors="replace"))),
}
ALPHABET = (
    b"\0",
    b"\xff",
    b"\n",
    b"<",
    b"&#",
    b'"',
    b"{",
    b"[" * 500,
    b"-",
    b"9" * 400,
    b":",
    b"\xe2\x80\xae",
    b"1e999",
    b"NaN",
    b"\xcc\x80" * 40,
    b"\t",
    b"%",
    b"//[",
    b"https://[::1/",
)


def mutate(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.randrange(1, 6)):
        at, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        match chance.randrange(5):
            case 0:
                data = data[:at] + chance.choice(ALPHABET) + data[at:]
            case 1:
                data = data[:at] + data[min(end, at + 9) :]
            case 2:
                data = data[:at] + chance.randbytes(3) + data[at + 3 :]
            case 3:
                data = data[:end] + data[at:end] + data[end:]
            case _:
                data = data[:at]
    return data


def run_parsers(count: int, folder: Path, first_seed: int = 0) -> Tally:
    """Change bytes of what is read; it is read, or an F2Error says why not."""
    tally = Tally("parsers: frames, FLV, HLS, captions, pages, cookies, links, headers")
    for seed in range(first_seed, first_seed + count):
        chance = random.Random(seed)
        name = chance.choice((*PARSERS, "headers"))
        tally.runs += 1
        try:
            if name == "headers":
                _read_headers(chance)
            else:
                data, read = PARSERS[name]
                read(mutate(chance, data), folder)
        except F2Error as error:
            tally.note(type(error).__name__)
        except Exception as error:  # noqa: BLE001 - which errors come is what is tried
            tally.violate(seed, f"{name}: {type(error).__name__}: {str(error)[:150]}")
    return tally


# Options


VALUES = (
    "",
    " ",
    "0",
    "1",
    "-1",
    "1e999",
    "nan",
    "x",
    "s3://bucket/a",
    "\0",
    "~nosuch/x",
    "video,live",
    "a" * 5000,
    "{desc}",
    "{desc",
    "{desc:.99}/..",
    "30min,2GB",
    "http://127.0.0.1:1",
    "http://[::1",
    "origin,h265",
    "height<=720",
    "9" * 400,
    "true",
    "\ud800",
    "../..",
    "[1]",
    "{}",
    "é=…",
)


def run_options(count: int, folder: Path, first_seed: int = 0) -> Tally:
    """Set options to anything; they are used, or one line names the option."""
    del folder
    tally = Tally("options: any text for any option")
    defaults = read_defaults()
    for seed in range(first_seed, first_seed + count):
        chance = random.Random(seed)
        name = chance.choice((*NAMES, "F2_NOSUCH"))
        value = chance.choice(VALUES) + chance.choice(("", "", chance.choice(VALUES)))
        tally.runs += 1
        try:
            parse_options(defaults | {name: value})
        except InputError as error:
            tally.note("InputError")
            if name not in str(error) or "\n" in str(error).replace(value, ""):
                tally.violate(seed, f"{name}={value[:40]!r}: {str(error)[:200]}")
        except Exception as error:  # noqa: BLE001 - which errors come is what is tried
            tally.violate(seed, f"{name}={value[:40]!r}: {type(error).__name__}: {error}")
    return tally
