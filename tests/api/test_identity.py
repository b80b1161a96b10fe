"""A platform sees one person; secrets go to their own hosts and no others."""

import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from f2scrapy.api.identity import Identity
from f2scrapy.api.identity_options import build_identity
from f2scrapy.config.file import load_options
from f2scrapy.errors import InputError, Outcome
from f2scrapy.model.placeholders import fill_placeholders
from f2scrapy.model.tokens import TokenAnswer, TokenAsk

pytestmark = pytest.mark.clock

FUTURE = int(time.time()) + 86400


def cookies_txt(folder: Path, *rows: tuple[str, str, int, str, str]) -> str:
    lines = ["# Netscape HTTP Cookie File"]
    for domain, path, expires, name, value in rows:
        wide = "TRUE" if domain.startswith(".") else "FALSE"
        lines.append("\t".join((domain, wide, path, "TRUE", str(expires), name, value)))
    (folder / "cookies.txt").write_text("\n".join(lines) + "\n")
    return str(folder / "cookies.txt")


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("F2_COOKIE", raising=False)

    def identity(**options: str) -> Identity:
        return build_identity(load_options(**{"F2_PATH": str(tmp_path)} | options), "douyin")

    return identity


def test_account_cookies_reach_listed_hosts_only(make, tmp_path: Path) -> None:
    rows = [(".douyin.com", "/", FUTURE, "sessionid", "s3cret")]
    identity = make(F2_COOKIES=cookies_txt(tmp_path, *rows))
    assert identity.is_logged_in
    assert "sessionid=s3cret" in identity.build_cookie_header("https://www.douyin.com/a")
    for host in ("v.douyin.com", "v26-web.douyinvod.com", "p3-pc.douyinpic.com", "evil.com",
                 "www.douyin.com.evil.com", "mssdk.bytedance.com"):  # fmt: skip
        assert identity.build_cookie_header(f"https://{host}/") == ""
    assert identity.build_cookie_header("http://www.douyin.com/") == ""


def test_cookies_of_other_sites_are_left_in_the_file(make, tmp_path: Path) -> None:
    rows = [(".tiktok.com", "/", FUTURE, "sessionid", "a"), (".bank.com", "/", FUTURE, "b", "c")]
    identity = make(F2_COOKIES=cookies_txt(tmp_path, *rows))
    assert identity.account == ()
    assert not identity.is_logged_in


def test_lapsed_login_is_known_as_such(make, tmp_path: Path) -> None:
    identity = make(F2_COOKIES=cookies_txt(tmp_path, (".douyin.com", "/", 1, "sessionid", "old")))
    assert not identity.is_logged_in
    assert identity.login_failure is Outcome.COOKIE_EXPIRED
    assert make().login_failure is Outcome.LOGIN_REQUIRED


def test_cookie_of_a_session_has_not_lapsed(make, tmp_path: Path) -> None:
    identity = make(F2_COOKIES=cookies_txt(tmp_path, (".douyin.com", "/", 0, "sessionid", "new")))
    assert identity.is_logged_in
    assert "sessionid=new" in identity.build_cookie_header("https://www.douyin.com/")


def test_cookie_of_the_environment(make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("F2_COOKIE", "sessionid=abc; msToken=xyz==")
    identity = make()
    assert identity.is_logged_in
    assert identity.facts["ms_token"] == "xyz=="


@pytest.mark.parametrize("header", ["Cookie: sessionid=abc", "cookie:sessionid=abc; b=1;\n"])
def test_cookie_may_be_copied_with_its_headers_name(make, monkeypatch, header: str) -> None:
    monkeypatch.setenv("F2_COOKIE", header)
    assert make().build_cookie_header("https://www.douyin.com/").startswith("sessionid=abc")


@pytest.mark.parametrize(
    "header",
    ["s3cret", "sessionid=s3\ncret", "a=s3cret\x1b", '[{"name": "s3cret", "value": "a="}]'],
)
def test_bad_cookie_is_one_clear_line_without_it(make, monkeypatch, header: str) -> None:
    monkeypatch.setenv("F2_COOKIE", header)
    with pytest.raises(InputError, match="F2_COOKIE: want name=value") as refused:
        make()
    assert "s3" not in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff# Netscape HTTP Cookie File\n.douyin.com\tTRUE\t/\tTRUE\t0\tsessionid\tabc\n",
        ".douyin.com\tTRUE\t/\tTRUE\t-1\tsessionid\tabc\r\n",
        "douyin.com\tTRUE\t/\tTRUE\t\tsessionid\tabc\n.www.douyin.com\tTRUE\t/\tTRUE\t0\tb\t",
        "# mine\n\n#HttpOnly_.douyin.com\tFALSE\t/\tTRUE\t4102444800\tsessionid\tabc",
        "www.douyin.com\tFALSE\t/\tTRUE\t-1e999\tsessionid\tabc\n.douyin.com\tTRUE\t/\tTRUE\t0\tb",
    ],
)
def test_cookies_as_extensions_and_editors_write_them(make, tmp_path: Path, content: str) -> None:
    (tmp_path / "cookies.txt").write_text(content, "utf-8", newline="")
    identity = make(F2_COOKIES=str(tmp_path / "cookies.txt"))
    assert identity.build_cookie_header("https://www.douyin.com/").startswith("sessionid=abc")


SPACES = ".douyin.com TRUE / TRUE 0 sessionid s3cret"


@pytest.mark.parametrize(
    "content", [None, "", "{}", "\x00\x01", SPACES, SPACES.replace(" ", "\t") + "\x1b"]
)
def test_bad_cookie_file_is_one_clear_line(make, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "cookies.txt"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=r"want a Netscape cookies.txt") as refused:
        make(F2_COOKIES=str(path))
    assert "s3cret" not in str(refused.value)


def test_guest_is_kept_between_runs_for_its_owner_only(make) -> None:
    first = make()
    first.store_token("ttwid", "1|abc")
    again = make()
    assert again.tokens["ttwid"].value == "1|abc"
    assert again.screen == first.screen
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o600


def test_guest_of_a_sandbox_is_unknown_to_the_platform(make) -> None:
    invented = make(F2_SANDBOX="http://127.0.0.1:8000")
    invented.store_token("ttwid", "1|invented")
    assert make().tokens == {}
    assert make(F2_SANDBOX="http://127.0.0.1:8000").tokens["ttwid"].value == "1|invented"


async def test_renewal_is_done_once_for_many_refusals(make) -> None:
    identity = make()
    identity.store_token("ttwid", "1|abc")
    await identity.renew(0)
    identity.store_token("ttwid", "2|def")
    await identity.renew(0)  # refused as the guest that is gone already
    assert identity.tokens["ttwid"].value == "2|def"


def test_torn_file_costs_a_guest_and_no_more(make, tmp_path: Path) -> None:
    (tmp_path / "f2scrapy.identity.json").write_text('{"douyin": {"scr')
    make().store_token("ttwid", "1|abc")
    assert make().has_token("ttwid", hours=1)


def test_tokens_grow_old(make) -> None:
    identity = make()
    identity.store_token("ttwid", "1|abc")
    assert identity.has_token("ttwid", hours=1)
    assert not identity.has_token("ttwid", hours=0)
    token = identity.tokens["ttwid"]
    identity.tokens["ttwid"] = replace(token, made=token.made + 86_400)
    assert not identity.has_token("ttwid", hours=48), "the clock was wrong when it was made"


def test_no_secret_in_repr(make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("F2_COOKIE", "sessionid=s3cret")
    identity = make()
    identity.store_token("ttwid", "t0ken")
    assert "s3cret" not in repr(identity)
    assert "t0ken" not in repr(identity) + repr(identity.tokens)


def test_no_secret_in_repr_of_what_asks_for_a_token() -> None:
    ask = TokenAsk("odin_tt", "https://www.tiktok.com/?msToken=s3cret", None, lambda _: {})
    assert "s3cret" not in repr(ask)


def test_browser_agrees_with_itself(make) -> None:
    identity = make()
    version = str(identity.profile.browser.version)
    assert f"Chrome/{version} " in identity.user_agent
    assert f'v="{version.partition(".")[0]}"' in identity.headers["sec-ch-ua"]
    web = fill_placeholders(identity.profile.params["web"], identity.facts)
    assert web["browser_version"] == web["engine_version"] == version
    assert web["screen_width"] == identity.screen.size_width
    assert web["browser_platform"] == identity.screen.platform == "Win32"


def test_placeholders_keep_types_and_refuse_strangers() -> None:
    facts = {"width": 1920, "name": "x"}
    value = {"a": "{width}", "b": ["is {width} {name}"], "d": 5}
    assert fill_placeholders(value, facts) == {"a": 1920, "b": ["is 1920 x"], "d": 5}
    with pytest.raises(KeyError):
        fill_placeholders("{unknown}", facts)


def test_made_up_token_is_not_kept_for_the_next_run(make) -> None:
    make().store_token("ms_token", "made up", made_up=True)
    assert "ms_token" not in make().tokens


@pytest.mark.parametrize("content", ["[]", '{"douyin": 5}', '{"douyin": {"screen": 1}}'])
def test_file_of_another_shape_costs_a_guest_and_no_more(make, tmp_path, content: str) -> None:
    (tmp_path / "f2scrapy.identity.json").write_text(content)
    make().store_token("ttwid", "1|abc")
    assert make().has_token("ttwid", hours=1)


def test_cookie_of_one_host_stays_there(make, tmp_path: Path) -> None:
    rows = [("www.douyin.com", "/", FUTURE, "here", "1"), (".amemv.com", "/", FUTURE, "there", "2")]
    identity = make(F2_COOKIES=cookies_txt(tmp_path, *rows))
    assert identity.build_cookie_header("https://www.douyin.com/") == "here=1"
    assert identity.build_cookie_header("https://live.douyin.com/") == ""


def test_reflow_host_sees_no_cookies(make, tmp_path: Path) -> None:
    rows = [(".amemv.com", "/", FUTURE, "sessionid", "1")]
    identity = make(F2_COOKIES=cookies_txt(tmp_path, *rows))
    identity.store_token("ttwid", "1|abc")
    assert identity.build_cookie_header("https://webcast.amemv.com/") == ""


# Douyin's uifid and webid


def answer(*cookies: str, **headers: str) -> TokenAnswer:
    return TokenAnswer(200, cookies, b"", headers=headers)


def test_any_real_page_gives_a_guest_a_uifid(make) -> None:
    guest = make()
    guest.learn_cookies(answer("UIFID_TEMP=; Max-Age=0"))
    assert guest.uifid == ""
    guest.learn_cookies(answer("a=b", "UIFID_TEMP=abc; Path=/"))
    guest.learn_cookies(answer("UIFID_TEMP=def; Path=/"))
    assert guest.uifid == make().uifid == "abc"
    assert "UIFID_TEMP=abc" in guest.build_cookie_header("https://www.douyin.com/")
    assert guest.build_cookie_header("https://p3-pc.douyinpic.com/") == ""


def test_the_accounts_uifid_comes_first_until_it_is_refused(make, tmp_path: Path) -> None:
    make().store_token("uifid", "guest")
    rows = [(".douyin.com", "/", FUTURE, "sessionid", "s"), (".douyin.com", "/", 0, "UIFID", "me")]
    identity = make(F2_COOKIES=cookies_txt(tmp_path, *rows))
    assert identity.uifid == "me"
    assert "UIFID_TEMP" not in identity.build_cookie_header("https://www.douyin.com/")
    identity.renew_uifid(0)
    assert identity.uifid == ""
    assert not identity.has_token("uifid", 1)
    identity.store_token("uifid", "another")
    identity.renew_uifid(0)  # refused with the one that is gone already
    assert identity.uifid == "another"
    assert "sessionid=s" in identity.build_cookie_header("https://www.douyin.com/")


def test_a_session_has_the_webid_the_platform_names_and_no_other(make, tmp_path: Path) -> None:
    make().store_token("webid", "7300000000000000001")
    rows = [(".douyin.com", "/", FUTURE, "sessionid", "s"), (".douyin.com", "/", 0, "ttwid", "1|a")]
    identity = make(F2_COOKIES=cookies_txt(tmp_path, *rows))
    assert identity.webid == ""
    identity.learn_cookies(answer(cookie_ttwidinfo_webid="7500000000000000002"))
    assert identity.webid == identity.facts["webid"] == "7500000000000000002"
    assert make().webid == "7300000000000000001", "a guest keeps its own"


# The "Please wait" page


def test_a_pass_goes_to_its_host_alone_and_is_kept(make) -> None:
    identity = make()
    identity.store_pass("www.iesdouyin.com", {"_wafchallengeid": "abc"})
    url = "https://www.iesdouyin.com/share/video/1"
    for one in (identity, make()):
        assert one.build_cookie_header(url) == "_wafchallengeid=abc"
        assert "abc" not in one.build_cookie_header("https://www.douyin.com/")
        assert one.build_cookie_header(url.replace("https", "http")) == ""
    assert (identity.get_sender(url).entry, make().get_sender(url).entry) == (1, 0)
    assert "abc" not in repr(identity)


def test_a_pass_replaces_no_cookie_of_an_account(make, tmp_path: Path) -> None:
    rows = [(".douyin.com", "/", FUTURE, "sessionid", "s3cret")]
    identity = make(F2_COOKIES=cookies_txt(tmp_path, *rows))
    identity.store_pass("www.douyin.com", {"sessionid": "x"})
    assert identity.build_cookie_header("https://www.douyin.com/") == "sessionid=s3cret"


async def test_another_guest_has_no_pass(make) -> None:
    identity = make()
    identity.store_pass("www.douyin.com", {"_wafchallengeid": "abc"})
    await identity.renew(0)
    assert identity.passes == make().passes == {}
