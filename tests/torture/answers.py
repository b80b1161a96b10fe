"""Hostile answers: only errors with words, of bounded length, without secrets, in bounded time."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

from f2scrapy.api.secret_values import SecretValues
from f2scrapy.api.verdict import Verdict, classify_response
from f2scrapy.errors import F2Error, Outcome
from f2scrapy.model.endpoint import convert_errors
from tests.torture.samples import ODD, Sample, bend, load_samples
from tests.torture.tally import Tally

SECRETS = {"sessionid": "5e55101d0a1b2c3d", "ttwid": "1%7CtTwIdVaLuE%7C17", "msToken": "mS-tOkEn=="}
HEADER = "; ".join(f"{name}={value}" for name, value in SECRETS.items())
MAX_SECONDS = 3.0  # of the CPU; a square would need minutes
MAX_WORDS = 2100  # characters
LONG = (
    "<",
    "http://",
    "token=",
    "cookie: ",
    '<script id="RENDER_DATA">',
    "?a=",
    "\\",
    '{"a":',
    "[",
    "\u0300\u0316",
    "&#9",
    '{"has_more":"',
    "1",
)


def make_json(chance: random.Random, sample: Sample) -> bytes:
    return json.dumps(bend(chance, sample.answer, chance.randrange(1, 6))).encode()


def make_torn(chance: random.Random, sample: Sample) -> bytes:
    body = json.dumps(sample.answer).encode()
    at = chance.randrange(len(body))
    return (
        body[:at] + chance.choice((b"", b"\0", b"\xff\xfe", chance.randbytes(50))) + body[at + 9 :]
    )


def make_long(chance: random.Random, sample: Sample) -> bytes:
    text = chance.choice(LONG) * chance.choice((1000, 20_000))
    if chance.random() < 0.5:
        return text.encode(errors="surrogatepass")
    answer = bend(chance, sample.answer, 1)
    answer[
        chance.choice(
            (
                "status_code",
                "statusCode",
                "status_msg",
                "has_more",
                "hasMore",
                "max_cursor",
                "cursor",
            )
        )
    ] = text
    return json.dumps(answer).encode()


def make_echo(chance: random.Random, sample: Sample) -> bytes:
    """Repeat the request's headers in a page, a message or a field."""
    del sample
    pad = "a" * chance.randrange(4100)
    forms = (
        f"<p>{pad}</p>\nCookie: {HEADER}\n",
        f"<{pad}>{HEADER}",
        f"{pad[:100]} {HEADER}",
        json.dumps({"status_code": 2154, "status_msg": f"bad {HEADER}"}),
        json.dumps({"statusCode": 10101, "statusMsg": f"{pad[:80]}{SECRETS['sessionid']}"}),
        json.dumps(
            {"status_code": 0, "aweme_detail": None, "filter_detail": {"detail_msg": HEADER}}
        ),
        json.dumps({"status_code": HEADER, "has_more": HEADER, "aweme_list": [HEADER]}),
    )
    return chance.choice(forms).encode()


def make_odd(chance: random.Random, sample: Sample) -> bytes:
    del sample
    return chance.choice(
        (
            b"",
            b"null",
            b"0",
            b"[]",
            b'"x"',
            b"{}",
            b"[" * 50_000,
            b'{"a":' * 50_000,
            b"\xef\xbb\xbf{}",
            json.dumps(chance.choice(ODD)).encode(),
            gzip.compress(b"{}"),
            chance.randbytes(3000),
            b"<html>" + chance.randbytes(3000),
            b'{"status_code":' + b"9" * 5000 + b"}",
        )
    )


KINDS: tuple[Callable[[random.Random, Sample], bytes], ...] = (
    make_json,
    make_json,
    make_torn,
    make_long,
    make_echo,
    make_echo,
    make_odd,
)


def use(sample: Sample, verdict: Verdict) -> str:
    """Read an answer as a crawl does; return the words of its error, if any."""
    if verdict.answer is None:
        return verdict.detail
    try:
        with convert_errors():
            for row in sample.endpoint.read_rows(verdict.answer):
                read_row(sample, row)
            sample.endpoint.read_total(verdict.answer)
            if not sample.endpoint.is_last_page(verdict.answer):
                sample.endpoint.next_page(verdict.answer)
    except F2Error as error:
        return str(error)
    return ""


def read_row(sample: Sample, row: object) -> None:
    with convert_errors():
        item = sample.item.from_row(row)
        item.list_media()
        item.model_dump_json()


def run_one(seed: int, samples: list[Sample], tally: Tally) -> None:
    chance = random.Random(seed)
    sample, make = chance.choice(samples), chance.choice(KINDS)
    body = make(chance, sample)
    status = 200 if make is make_json else chance.choice((200, 200, 302, 401, 403, 429, 500, 503))
    location = chance.choice(
        ("", f"https://x.example/login?{HEADER}", body[:500].decode("latin-1"))
    )
    began = time.process_time()
    try:
        verdict = classify_response(status, location, body, sample.endpoint)
        words = use(sample, verdict)
        try:
            sample.endpoint.read_site_page(body.decode(errors="replace"))
        except F2Error as error:
            words += str(error)
    except Exception as error:  # noqa: BLE001 - which errors come is what is tried
        tally.violate(seed, f"{make.__name__}: {type(error).__name__}: {str(error)[:100]}")
        return
    tally.note(str(verdict.outcome))
    if (verdict.outcome is Outcome.OK) != (verdict.answer is not None):
        tally.violate(seed, f"{verdict.outcome} with and without an answer")
    if len(words) > 3 * MAX_WORDS or len(verdict.detail) > MAX_WORDS:
        tally.violate(seed, f"{len(words)} characters of words")
    if leaked := [name for name, value in SECRETS.items() if value[:8] in verdict.detail]:
        tally.violate(seed, f"{leaked} in {verdict.detail!r}")
    if (seconds := time.process_time() - began) > MAX_SECONDS:
        tally.violate(seed, f"{make.__name__}: {seconds:.1f} s")


def run(count: int, folder: Path, first_seed: int = 0) -> Tally:
    """Read `count` answers."""
    tally = Tally("answers: bent, torn, endless, with our own cookies in them")
    samples, known = load_samples(folder), SecretValues()
    for name, value in SECRETS.items():
        known.add(name, value)
    for seed in range(first_seed, first_seed + count):
        run_one(seed, samples, tally)
        tally.runs += 1
    return tally
