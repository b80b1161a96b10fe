"""Fetch one file over broken connections, a failing disk and kills: is it ever wrong?

Promises: a final name means the whole of one version of the file; what an earlier try left never
gets into another content; once disk and network work, the next try succeeds and leaves nothing
beside the file.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

from f2scrapy.download import ranges
from f2scrapy.download import transfer as transfer_module
from f2scrapy.download.ranges import parse_extent
from f2scrapy.download.spans import Span
from f2scrapy.download.transfer import (
    BrokenContent,
    RangeTransfer,
    SaveTo,
    StalePart,
    Transfer,
    Truncated,
)
from f2scrapy.errors import F2Error
from tests.support.films import make_film, make_segmented_film
from tests.torture.disk import ERRNOS, Disk, Killed, use_disk
from tests.torture.tally import Tally

BLOCK = 4096  # in place of 1 MB, so that small files have many
MIN_RANGE = 1000  # in place of 16 MiB, as above
MAX_TRIES = 6
JPEG, PNG = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"
PAGE = b"<!DOCTYPE html><title>Access denied</title>" + b" " * 500


def make_content(chance: random.Random, kind: str) -> bytes:
    """Return a file with the structure of its kind; no two are alike."""
    body = chance.randbytes(chance.choice((1, 100, BLOCK - 40, BLOCK, 9000, 20_000, 30_000)))
    if kind == "image":
        head, end = chance.choice(((JPEG, b"\xff\xd9"), (PNG, b"IEND\xaeB`\x82")))
        return head + body.replace(end, b"") + end
    if chance.random() < 0.2:
        return make_segmented_film(body, *(b"x" * 9 for _ in range(chance.randrange(3))))
    chunks = [[body], *([chance.randbytes(chance.randrange(1, 300))] for _ in range(2))]
    return make_film(*chunks, is_long=chance.random() < 0.2, moov_last=chance.random() < 0.4)


@dataclass
class Answer:
    """A response: headers, and the body until the connection ends."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_cut: bool = False  # the connection ends within a body of announced length


class Server:
    """Serves one address with changing content, within RFC 9110, and breaks connections."""

    def __init__(self, chance: random.Random, kind: str) -> None:
        self.chance, self.kind = chance, kind
        self.versions = [make_content(chance, kind)]
        self.is_calm = False  # no fault any more
        self.was_hurt = False  # a kill or a bad disk may have left a part without its journal
        self.etag_form = chance.choice(("strong", "weak", "none", "date", "strong", "strong"))
        self.takes_ranges = chance.random() < 0.8
        self.framing = chance.choice(("length", "length", "chunked", "close"))
        # Some continue whatever they have, and do not say of which version (RFC 9110, 15.3.7).
        self.is_careless = chance.random() < 0.15

    @property
    def content(self) -> bytes:
        return self.versions[-1]

    def change(self) -> None:
        """Serve another version from now on; half of them have the length of the one before."""
        new = make_content(self.chance, self.kind)
        if self.chance.random() < 0.5:
            at = self.content.find(b"mdat") + 4
            if at > 3:
                end = at - 8 + int.from_bytes(self.content[at - 8 : at - 4], "big")
                changed = bytes(byte ^ 1 for byte in self.content[at:end])
                new = self.content[:at] + changed + self.content[end:]
        self.versions.append(new)

    def answer(self, start: int, if_range: str, stop: int = 0) -> Answer:
        """Return the response to a request for the bytes from `start` on; `stop` 0 = to the end.

        From 0 on, some servers send all of the file, others a range that has all of it.
        """
        if not self.is_calm:
            if self.chance.random() < 0.1:
                return Answer(200, {"Content-Length": str(len(PAGE))}, PAGE)
            if self.chance.random() < 0.05:
                return Answer(503, {}, b"")
        headers = self._build_validators()
        validator = headers.get("ETag") or headers.get("Last-Modified", "")
        holds = bool(if_range) and if_range == validator
        if validator and not self.is_calm and self.chance.random() < 0.3:
            holds = True  # a server that does not compare, but says which version it sends
        if self.is_careless and start:
            headers, holds = {}, True
        size, is_first = len(self.content), not (start or stop)
        if not (self.takes_ranges and (holds or (is_first and self.chance.random() < 0.8))):
            return self._send(200, headers, self.content)
        if start >= size:
            return Answer(416, {"Content-Range": f"bytes */{size}"}, b"")
        stop = min(stop or size, size)
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        return self._send(206, headers, self.content[start:stop])

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> Answer:
        framing = "length" if status == 206 else self.framing
        if framing == "length":
            headers["Content-Length"] = str(len(body))
        elif framing == "chunked":
            headers["Transfer-Encoding"] = "chunked"
        if self.is_calm or self.chance.random() < 0.4:
            return Answer(status, headers, body)
        cut = body[: self._choose_cut(body)]
        return Answer(status, headers, cut, is_cut=framing != "close")

    def _choose_cut(self, body: bytes) -> int:
        """Return a place in the body; often one between two boxes, where a cut shows least."""
        places = [found.start() for found in re.finditer(b"moov|moof|mdat", body[4:])]
        if places and self.chance.random() < 0.3:
            return self.chance.choice(places)
        return self.chance.randrange(len(body) + 1)

    def _build_validators(self) -> dict[str, str]:
        number = len(self.versions)
        match self.etag_form:
            case "strong":
                return {"ETag": f'"{number}"'}
            case "weak":
                return {"ETag": f'W/"{number}"'}
            case "date":
                return {"Last-Modified": f"Mon, 0{number % 9 + 1} Jun 2026 00:00:00 GMT",
                        "Date": "Mon, 30 Nov 2026 00:00:00 GMT"}  # fmt: skip
        return {}


def attempt(server: Server, save: SaveTo, chance: random.Random, *, durable: bool) -> Path:
    """Fetch the file once, as the download handler does; return its final path.

    Raises:
        F2Error, OSError, Killed: it was not fetched.
    """
    transfer = Transfer(save, durable=durable, ranges=chance.choice((1, 2, 3, 5)))
    with closing(transfer):
        transfer.part.open()
        try:
            receive(server, transfer, chance, resume=True)
        except StalePart:
            transfer.ranges = 1
            receive(server, transfer, chance, resume=False)
    assert transfer.saved
    return transfer.saved.path


def receive(server: Server, transfer: Transfer, chance: random.Random, *, resume: bool) -> None:
    journal = transfer.part.journal if resume else None
    start = transfer.part.size if journal else 0
    answer = server.answer(start, journal.validator if journal else "")
    extent = parse_extent(answer.status, lambda name: answer.headers.get(name, ""))
    if answer.status == 416 and journal:
        transfer.accept_part(extent)
    elif answer.status in (200, 206):
        transfer.expect_body(extent, start)
        at = 0 if transfer.is_split else feed(transfer, answer, chance)
        if transfer.is_split or transfer.is_divisible:
            feed_ranges(server, transfer, replace(answer, body=answer.body[at:]), chance)
    else:
        raise Truncated(f"HTTP {answer.status}")
    if transfer.has_gaps:
        receive(server, transfer, chance, resume=True)
    else:
        transfer.finish()


def feed(transfer: Transfer, answer: Answer, chance: random.Random) -> int:
    """Feed a body; return the bytes until it goes on in ranges, or all."""
    at = 0
    while at < len(answer.body):
        size = chance.randrange(1, 3000)
        transfer.add_chunk(answer.body[at : at + size])
        at += size
        if transfer.pending >= BLOCK:
            block = transfer.pop_block()
            if transfer.is_divisible:
                transfer.write(block)
                return at
            size = chance.choice((0, 500))  # comes while the block is written
            transfer.add_chunk(answer.body[at : at + size])
            at += size
            transfer.write(block)
    if answer.is_cut:
        raise Truncated("the connection broke")
    return at


def feed_ranges(server: Server, transfer: Transfer, first: Answer, chance: random.Random) -> None:
    """Feed several ranges by turns, as far as the server sends what was requested."""
    transfer.part.split()
    spans = transfer.divide_gaps()
    front = RangeTransfer(transfer, spans[0])
    feeds = [(front, first.body)]
    for span in spans[1 : transfer.ranges]:
        if not server.is_calm and chance.random() < 0.1:
            server.change()
        if body := request_range(server, transfer, span):
            feeds.append((RangeTransfer(transfer, span), body))
        elif span.start == front.stop:  # the first body goes on into it
            front.stop = span.stop
    try:
        take_turns(feeds, chance)
    finally:
        for part, _ in feeds:
            part.close()
    if front.rest:
        raise Truncated("the connection broke")


def request_range(server: Server, transfer: Transfer, span: Span) -> bytes:
    """Return the bytes that come of a range; b"" = none, or not what was requested."""
    journal = transfer.part.journal
    assert journal
    answer = server.answer(span.start, journal.validator, span.stop)
    header = lambda name: answer.headers.get(name, "")  # noqa: E731
    why = ranges.contradict_range(answer.status, header, span, journal.total, journal.validator)
    return b"" if why else answer.body


def take_turns(feeds: list[tuple[RangeTransfer, bytes]], chance: random.Random) -> None:
    open_ = list(feeds)
    while open_:
        place = chance.randrange(len(open_))
        part, body = open_.pop(place)
        size = chance.randrange(1, 3000)
        part.add_chunk(body[:size])
        if part.pending >= BLOCK:
            part.write(*part.pop_block())
        if body[size:] and not part.is_complete:
            open_.append((part, body[size:]))


def make_disk(chance: random.Random) -> Disk:
    share = chance.random()
    match chance.randrange(4):
        case 0 | 1:
            return Disk(kill_at=chance.randrange(1, 15), share=share)
        case 2:
            return Disk(fail_at=chance.randrange(1, 15), fail_for=chance.choice((1, 3, 1000)),
                        error=chance.choice(ERRNOS), share=share)  # fmt: skip
    return Disk(share=share)


def run_one(seed: int, folder: Path, tally: Tally) -> None:
    """Fetch a file: some tries with faults, then one without."""
    chance = random.Random(seed)
    kind = chance.choice(("video", "video", "image"))
    server, key = Server(chance, kind), "a"
    path = Path(folder / f"{seed}.bin")
    for number in range(chance.randrange(1, MAX_TRIES) + 1):
        if number and chance.random() < 0.3:
            server.change()
        if number and chance.random() < 0.1:  # another work of the same name
            key = f"{key}b"
            server.versions = [make_content(chance, kind)]
        save = SaveTo(path, key, kind)
        if try_once(server, save, chance, tally, seed):
            break
    server.is_calm = True
    save = SaveTo(path, f"{key}-last", kind) if path.exists() else SaveTo(path, key, kind)
    with use_disk(Disk()):
        attempt(server, save, chance, durable=False)
    if path.read_bytes() != server.content:
        tally.violate(seed, "the last try gave another content")
    if left := [one.name for one in folder.iterdir() if one != path]:
        tally.violate(seed, f"left beside the file: {left}")
    path.unlink()


def try_once(server: Server, save: SaveTo, chance: random.Random, tally: Tally, seed: int) -> bool:
    """Try with faults; return whether there is a file now, and check it."""
    with use_disk(make_disk(chance)) as disk:
        try:
            attempt(server, save, chance, durable=chance.random() < 0.1)
        except Killed:
            tally.note("kills")
        except (F2Error, OSError) as error:
            tally.note(type(error).__name__)
            if not isinstance(error, F2Error):
                tally.violate(seed, f"an error without words: {error!r}")
    if disk.is_dead and disk.kill_at == 0:
        tally.violate(seed, "killed without a reason")
    path = save.path
    if path.exists() and path.read_bytes() not in server.versions:
        tally.violate(seed, f"a final name without the whole file ({path.stat().st_size} bytes)")
    server.was_hurt = server.was_hurt or disk.is_dead or bool(disk.fail_at)
    check_rest(path, tally, seed, hurt=server.was_hurt)
    return path.exists()


def check_rest(path: Path, tally: Tally, seed: int, *, hurt: bool) -> None:
    """Check that a part stays only where it can be resumed, and what its journal holds."""
    part = path.with_name(f"{path.name}.part")
    journal = path.with_name(f"{path.name}.part.json")
    if part.exists() and not journal.exists() and not hurt:
        tally.violate(seed, "a part stays that no try can resume")
    try:
        names = set(json.loads(journal.read_bytes().partition(b"\n")[0]))
    except (FileNotFoundError, ValueError):
        return
    if names != {"key", "total", "validator"}:
        tally.violate(seed, f"a journal with {names}")


def run(count: int, folder: Path, first_seed: int = 0) -> Tally:
    """Run `count` files below `folder`."""
    tally = Tally("files: cuts, resumed and several ranges, changes, full disks, kills")
    sync: Callable[[int], None] = lambda _descriptor: None  # noqa: E731
    with (
        patch.object(transfer_module, "BLOCK", BLOCK),
        patch.object(transfer_module, "MIN_RANGE", MIN_RANGE),
        patch.object(transfer_module, "RECORD", BLOCK),
        patch("f2scrapy.download.part_file._sync_data", sync),
    ):
        for seed in range(first_seed, first_seed + count):
            own = folder / str(seed % 100)
            own.mkdir(exist_ok=True, parents=True)
            try:
                run_one(seed, own, tally)
            except (BrokenContent, F2Error, OSError, Killed) as error:
                tally.violate(seed, f"the last try failed: {error!r}")
                for left in own.iterdir():
                    left.unlink()
            tally.runs += 1
    return tally
