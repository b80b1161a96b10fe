"""Texts of others lose the secrets of the identities in use, and what looks like a secret."""

import gc
import json
import logging
from collections.abc import Callable
from urllib.parse import quote

import pytest

from f2scrapy.api.identity_options import build_identity
from f2scrapy.api.secret_values import SecretValues, redact_quote, redact_text, redact_values
from f2scrapy.api.verdict import classify_response
from f2scrapy.config.file import load_options
from f2scrapy.platforms.douyin.endpoints.posts import UserPost
from f2scrapy.programs import LineFormatter, print_redacted
from f2scrapy.text import format_redacted_traceback, redact_shapes

SESSION = "8a1bc0f3de|17/6=+x"
HEADER = f"sessionid={SESSION}; ttwid=1%7CQwErTy; passport_auth=true; odd_name=Zx81yyyy; dy_w=1920"


@pytest.fixture
def known() -> SecretValues:
    values = SecretValues()
    values.add("sessionid", SESSION)
    values.add("ttwid", "1%7CQwErTy")
    values.add("odd_name", "Zx81yyyy")
    for name, value in (("dy_w", "1920"), ("passport_auth", "true"), ("theme", "darkness")):
        values.add(name, value)
    return values


@pytest.mark.parametrize("form", [
    "blocked {}", '<b>{}</b>', "x={}&y", 'a"{}"b', "no {}",
])  # fmt: skip
def test_known_values_go_in_every_form(known: SecretValues, form: str) -> None:
    for value in (SESSION, quote(SESSION), quote(SESSION, safe=""), json.dumps(SESSION)[1:-1],
                  quote(SESSION, safe="").lower(), "1|QwErTy", "1%7CQwErTy",
                  "Zx81yyyy"):  # fmt: skip
        assert known.remove_from(form.format(value)) == form.format("…")


MARKED = 'Ab/c+d=e|f&g"h i'


@pytest.mark.parametrize("encode", [
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: quote(text, safe="|="),
    lambda text: text.replace("/", "\\/").replace('"', '\\\\\\"'),
    lambda text: "".join(c if c.isalnum() else f"\\u{ord(c):04X}" for c in text),
    lambda text: "".join(c if c.isalnum() else f"\\x{ord(c):02x}" for c in text),
    lambda text: "".join(c if c.isalnum() else f"&#{ord(c)};" for c in text),
    lambda text: "".join(c if c.isalnum() else f"&amp;#x{ord(c):X};" for c in text),
    lambda text: text.replace("&", "&amp;").replace('"', "&quot;"),
    lambda text: text.replace(" ", "+"),
    lambda text: text.replace("+", " "),
    lambda text: repr({"cookie": text}),
])  # fmt: skip
def test_known_values_go_however_they_are_encoded(encode: Callable[[str], str]) -> None:
    values = SecretValues()
    values.add("sessionid", MARKED)
    shown = values.remove_from(f"x {encode(MARKED)} y")
    assert "Ab" not in shown
    assert "d" not in shown.replace("{'cookie': '…'}", "…")
    assert (shown[:2], shown[-2:]) == ("x ", " y")
    assert values.is_in(encode(MARKED))


HELD = "8a1bc0f3de17aa6bSECRET9"


@pytest.mark.parametrize("text", [
    '{"name": "sessionid", "value": "HELD"}',
    '[{"domain":".douyin.com","name":"sid_tt","path":"/","secure":true,"value":"HELD"}]',
    r'"{\"name\": \"msToken\", \"value\": \"HELD\"}"',
    "Cookie(version=0, name='sessionid', value='HELD', port=None)",
    ".douyin.com\tTRUE\t/\tTRUE\t0\tsessionid\tHELD",
    "sessionid%253DHELD", "sessionid＝HELD", "SESSIONID：HELD", "x: Bearer HELD", "basic HELD=",
    "bad header b'a=b; sessionid=HELD'", "* h2 [cookie: a=b; uid_tt=HELD]",
])  # fmt: skip
def test_secrets_go_by_their_shape(text: str) -> None:
    assert "HELD" in text
    assert HELD not in redact_shapes(text.replace("HELD", HELD))


def test_the_password_of_a_proxy_is_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("https_proxy", "http://me:pa%2Fss-Word9@proxy.example:8080")
    identity = build_identity(load_options(F2_PATH=str(tmp_path)), "douyin")
    assert redact_text("no route to me:pa/ss-Word9@proxy") == "no route to me:…@proxy"
    assert redact_text("no route to me:pa%2Fss-Word9@proxy") == "no route to me:…@proxy"
    assert identity.secrets.is_in("pa/ss-Word9")


def test_flags_sizes_and_words_stay(known: SecretValues) -> None:
    text = "true: a picture of 1920 x 1080 in darkness"
    assert known.remove_from(text) == text


def test_a_text_that_is_cut_within_a_secret_shows_none_of_it(known: SecretValues) -> None:
    for length in range(5, 40):
        shown = redact_quote("x" * 10 + " " + SESSION + " and more words", length)
        assert not any(SESSION[:n] in shown for n in range(6, len(SESSION)))
        assert len(shown) <= length + 1


def test_values_are_known_as_long_as_their_identity_is_in_use() -> None:
    values = SecretValues()
    values.add("sessionid", "0123abcd4567")
    assert redact_text("a 0123abcd4567 b") == "a … b"
    del values
    gc.collect()
    assert redact_text("a 0123abcd4567 b") == "a 0123abcd4567 b"


def test_rows_and_reports_lose_known_values_and_no_others(known: SecretValues) -> None:
    row = {"a": [f"see {SESSION}", 5, None], SESSION: {"b": True}}
    assert redact_values(row) == {"a": ["see …", 5, None], "…": {"b": True}}
    row = {"desc": "sessionid=of_another", "n": [1.5]}
    assert redact_values(row) is row


def test_an_identity_knows_its_account_and_all_its_tokens(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("F2_COOKIE", HEADER)
    identity = build_identity(load_options(F2_PATH=str(tmp_path)), "douyin")
    identity.store_token("ms_token", "first-token==")
    identity.store_token("ms_token", "second-token==")
    text = f"{SESSION} first-token== second-token%3D%3D 1920"
    assert redact_text(text) == "… … … 1920"
    assert SESSION not in repr(identity.secrets)


@pytest.mark.parametrize(("text", "shown"), [
    ("GET /\nCookie: a=SECRET; b=SECRET\nHost: h", "GET /\nCookie: …\nHost: h"),
    ('{"Set-Cookie": "a=SECRET; b=c", "n": 1}', '{"Set-Cookie": …, "n": 1}'),
    ("headers: {'Cookie': [b'a=SECRET; x']}", "headers: {'Cookie': …"),
    ("Authorization: Bearer SECRET", "Authorization: …"),
    ("sessionid=SECRET, more", "sessionid=…, more"),
    ('{\\"msToken\\":\\"SECRET\\",\\"n\\":1}', '{\\"msToken\\":\\"…\\",\\"n\\":1}'),
    ("at https://h.cn/a?msToken=SECRET&b=1 here", "at https://h.cn/a?… here"),
    ("rtmp://user:SECRET@h.cn/live?sign=SECRET", "rtmp://h.cn/live?…"),
    ("https:\\/\\/h.cn\\/a?token=SECRET", "https:\\/\\/h.cn\\/a?…"),
    ("/aweme?msToken=SECRET&x", "/aweme?…"),
    ("x%3Fodin_tt%3DSECRET%26b", "x%3Fodin_tt%3D…"),
    ("ms_token: the host is unknown", "ms_token: the host is unknown"),
    ("F2_COOKIES=cookies.txt: there is no such file",
     "F2_COOKIES=cookies.txt: there is no such file"),
    ("douyin:post:MS4wLjABAAAA: 3 of 24. Really? Yes",
     "douyin:post:MS4wLjABAAAA: 3 of 24. Really? Yes"),
])  # fmt: skip
def test_shapes(text: str, shown: str) -> None:
    assert redact_shapes(text) == shown


@pytest.mark.parametrize("line", ["cookie: sessionid=SECRET", "Cookie: x=SECRET; y=SECRET",
                                  "authorization: Basic SECRET",
                                  "https://a/?sign=SECRET"])  # fmt: skip
def test_tracebacks_show_no_header_line(line: str) -> None:
    try:
        raise ValueError(f"a library says:\n{line}")
    except ValueError as error:
        shown = format_redacted_traceback(error)
    assert "SECRET" not in shown
    assert "a library says" in shown
    assert __file__.rpartition("/")[2] in shown


@pytest.mark.parametrize("status", [200, 403, 500])
@pytest.mark.parametrize("pad", [0, 3950, 3990])
def test_what_a_gateway_repeats_is_not_quoted(known: SecretValues, status: int, pad: int) -> None:
    text = f"<{'a' * pad}> Bad request<br>\nCookie: {HEADER}\nsessionid {SESSION}"
    body = text.encode()
    if status == 200:
        body = json.dumps({"status_code": 2154, "status_msg": text}).encode()
    detail = classify_response(status, "", body, UserPost(sec_user_id="MS4w")).detail
    assert not [one for one in (SESSION, SESSION[:8], "QwErTy", "Zx81yyyy") if one in detail]
    assert ("Bad request" in detail) is (pad == 0) or pad


def test_programs_without_scrapy_log_no_secret(known: SecretValues) -> None:
    try:
        raise RuntimeError(f"Cookie: {HEADER}")
    except RuntimeError as error:
        info = type(error), error, error.__traceback__
    record = logging.LogRecord("x", logging.ERROR, "", 0, "%s failed", (SESSION,), info)
    shown = LineFormatter("%(message)s").format(record)
    assert shown.startswith("… failed\nTraceback")
    assert not [one for one in (SESSION, "QwErTy", "Zx81yyyy") if one in shown]


def test_an_error_that_nothing_handles_is_printed_without_secrets(
    known: SecretValues, capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"{SESSION} at https://h.cn/?sign=SECRET\ncookie: a=SECRET"
    try:
        raise RuntimeError(words)
    except RuntimeError as error:
        print_redacted(type(error), error, error.__traceback__)
    shown = capsys.readouterr().err
    assert "RuntimeError: … at …" in shown
    assert not [one for one in (SESSION, "SECRET") if one in shown]
