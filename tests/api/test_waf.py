"""The "Please wait" page: both forms are read, the smallest number is found, others are left."""

import json
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest

from f2scrapy.api import waf

PREFIX = b"\x00prefix\xff"


def encode(value: object) -> str:
    return b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()


def make_task(number: int = 73, **more: object) -> str:
    digest = sha256(PREFIX + str(number).encode()).digest()
    task = {"a": b64encode(PREFIX).decode(), "b": 7, "c": b64encode(digest).decode()}
    return encode({"v": task, "s": "ü", **more})


def make_page(
    task: str, more: str = "", wci: str = '<p id="wci" class="_wafchallengeid">'
) -> bytes:
    return (
        f'<!DOCTYPE html><title>Please wait...</title><script src="/waf-aiso/1"></script>'
        f'<p id="cs" class="{task}"></p>{wci}</p>{more}'
    ).encode()


TASK = make_task()
SECOND = '<p id="rci" class="waforiginalreid"></p><p id="rs" class="abc.1-2"></p>'
FORMS = {
    "elements": make_page(TASK),
    "class first": make_page(TASK).replace(
        f'id="cs" class="{TASK}"'.encode(), f"class='{TASK}'\n id=cs".encode()
    ),
    "no padding": make_page(TASK.rstrip("=")),
    "no name": make_page(TASK, wci="<p>"),
    "mark of bytes": b"\xef\xbb\xbf" + make_page(TASK),
    "upper case": make_page(TASK).replace(b'<p id="cs" class', b'<P ID="cs" CLASS'),
    "entities": make_page(TASK.replace("=", "&#61;")),
    "script, upper case": f'<html>SlardarWAF<SCRIPT>window.cs="{TASK}"</SCRIPT>'.encode(),
    "script, JSON": f'<html>SlardarWAF<script>var t={{"cs":"{TASK}"}}</script>'.encode(),
    "script, apostrophes": f"<html>SlardarWAF<script>let t={{'cs': '{TASK}'}}</script>".encode(),
    "script, backticks": f"<html>SlardarWAF<script>cs = `{TASK}`</script>".encode(),
    "script": f'<html>SlardarWAF<script>var a=1,cs="{TASK}";</script>'.encode(),
    "script, spaces": f"\n<html>_wafchallengeid<script>let cs = '{TASK}'</script>".encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_both_forms_are_solved(form: str) -> None:
    challenge = waf.find_challenge(FORMS[form])
    assert challenge is not None
    cookies = waf.solve(challenge)
    assert cookies is not None
    [(name, value)] = cookies.items()
    assert name == "_wafchallengeid"
    text = b64decode(value).decode()
    assert text == b64decode(TASK).decode()[:-1] + ',"d":"NzM="}', "as it came, with the number"


def test_the_second_cookie_goes_along() -> None:
    challenge = waf.find_challenge(make_page(TASK, SECOND))
    assert challenge is not None
    cookies = waf.solve(challenge)
    assert cookies is not None
    assert cookies.keys() == {"_wafchallengeid", "waforiginalreid"}
    assert cookies["waforiginalreid"] == "abc.1-2"


@pytest.mark.parametrize("number", [0, 1, waf.MAX_HASHES])
def test_every_number_up_to_the_limit_is_tried(number: int) -> None:
    challenge = waf.find_challenge(make_page(make_task(number)))
    assert challenge is not None
    cookies = waf.solve(challenge)
    assert cookies is not None
    assert (
        json.loads(b64decode(cookies["_wafchallengeid"]))["d"] == b64encode(b"%d" % number).decode()
    )


def test_a_number_beyond_it_is_not() -> None:
    challenge = waf.find_challenge(make_page(make_task(waf.MAX_HASHES + 1)))
    assert challenge is not None
    assert waf.solve(challenge) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>TikTok - Make Your Day</html>",
        b'{"status_code": 0, "desc": "SlardarWAF _wafchallengeid"}',
        make_page(TASK) + b" " * 40_000,  # a page with data
    ],
)
def test_other_pages_have_no_mark(body: bytes) -> None:
    assert not waf.has_mark(body)
    assert waf.find_challenge(body) is None


@pytest.mark.parametrize(
    "task",
    ["", "!", encode([]), encode({"v": None}), encode({"v": {"a": 1, "c": "x"}}), encode({"v": {}}),
     encode({"v": {"a": "YQ==", "c": "YQ=="}}), b64encode(b"[" * 9999).decode(), "/w=="],
)  # fmt: skip
def test_a_page_that_cannot_be_read_is_still_known(task: str) -> None:
    assert waf.has_mark(make_page(task))
    assert waf.find_challenge(make_page(task)) is None


@pytest.mark.parametrize("name", ["a b", "a;b=c", "", "ü", "x" * 99, "a\r\nSet-Cookie: b"])
def test_names_and_values_that_are_no_cookie_are_not_sent(name: str) -> None:
    second = f'<p id="rci" class="{name}"></p><p id="rs" class="{name} ;"></p>'
    page = make_page(TASK, second, wci=f'<p id="wci" class="{name}">')
    challenge = waf.find_challenge(page)
    assert challenge is not None
    assert (challenge.cookie, challenge.extra) == ("_wafchallengeid", {})
