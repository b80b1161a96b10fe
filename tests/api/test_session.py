"""A platform asked without Scrapy: tokens, answers, links."""

import asyncio
import gzip
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from f2scrapy.api import session as module
from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.retry import call_with_retries
from f2scrapy.api.session import Session
from f2scrapy.errors import F2Error, InputError, Outcome, Reason, Refused
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import SESSION, Options
from tests.support.transport_origin import Origin, respond_with

pytestmark = pytest.mark.clock


@pytest.fixture
async def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """play("captcha"): a session and the sandbox it asks."""
    monkeypatch.delenv("F2_COOKIE", raising=False)
    async with AsyncExitStack() as stack:

        async def start(*faults: str) -> tuple[Session, Sandbox]:
            sandbox = await stack.enter_async_context(Sandbox(Options(faults=faults)))
            options = {"F2_SANDBOX": sandbox.url, "F2_PATH": str(tmp_path), "F2_PACE": "0",
                       "F2_BACKOFF": "0.01"}  # fmt: skip
            return await stack.enter_async_context(Session("douyin", **options)), sandbox

        yield start


async def test_tokens_are_real_and_asked_for_once(play) -> None:
    session, sandbox = await play()
    ttwid, ms_token = await session.get_token("ttwid"), await session.get_token("ms_token")
    assert sandbox.state.is_known_ttwid(ttwid)
    assert sandbox.state.is_issued_ms_token(ms_token)
    assert not session.identity.tokens["ms_token"].made_up
    assert (await session.get_token("verify_fp")).startswith("verify_")
    assert await session.get_token("ttwid") == ttwid
    assert sandbox.state.report.kinds["token"] == 3


async def test_refused_ms_token_is_made_up_and_says_so(play) -> None:
    session, _ = await play("http=503~mssdk")
    assert len(await session.get_token("ms_token")) == 184
    assert session.identity.tokens["ms_token"].made_up


async def test_unknown_token(play) -> None:
    session, _ = await play()
    with pytest.raises(InputError, match="there are: ms_token, ttwid, uifid, verify_fp, webid"):
        await session.get_token("mstoken")


async def test_answer_of_an_interface(play) -> None:
    session, sandbox = await play()
    user = sandbox.state.catalogue.by_name["demo"]
    profile = await session.ask(UserProfile(sec_user_id=user.sec_user_id))
    assert profile["user"]["nickname"] == "演示账号"
    assert not sandbox.state.report.violations


async def test_keywords_give_cookie_user_agent_and_proxy(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("F2_COOKIE", "sessionid=other")
    asked: list[bytes] = []

    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).rpartition(b" ")[0])
        writer.close()

    proxy = await asyncio.start_server(close, "127.0.0.1", 0)
    port = proxy.sockets[0].getsockname()[1]
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/151.0.0.0 Safari/537.36"
    session = Session(
        "douyin", F2_PATH=str(tmp_path), cookie="sessionid=mine", user_agent=agent,
        proxy=f"127.0.0.1:{port}",
    )  # fmt: skip
    assert session.identity.is_logged_in
    assert "other" not in session.identity.build_cookie_header("https://www.douyin.com/")
    assert session.identity.headers["User-Agent"] == agent
    assert 'v="151"' in session.identity.headers["sec-ch-ua"]
    assert "mine" not in repr(session.options) + repr(session.identity)
    async with proxy, session:
        with pytest.raises(Refused) as refused:  # the proxy closes the connection
            await session.resolve("https://v.douyin.com/u-demo/")
    assert refused.value.outcome is Outcome.NETWORK
    assert asked == [b"CONNECT v.douyin.com:443"]
    assert not Session("douyin", F2_PATH=str(tmp_path), cookie="").identity.is_logged_in


@pytest.mark.parametrize(
    ("keywords", "line"),
    [
        ({"proxy": "ftp://h:1"}, "proxy: ftp:// is not understood; want one of http://HOST:PORT"),
        ({"user_agent": "curl/8"}, "user_agent: want that of a Chromium, with Chrome/… in it"),
        ({"cookie": "{}"}, "F2_COOKIE: want name=value"),
    ],
)
def test_keyword_that_cannot_be_used(keywords: dict[str, str], line: str) -> None:
    with pytest.raises(InputError, match=line):
        Session("douyin", **keywords)


@pytest.mark.parametrize(
    ("fault", "outcome"), [("captcha", "CAPTCHA"), ("login_redirect", "LOGIN_REQUIRED"),
                           ("empty", "RISK_CONTROL"), ("cut~profile", "NETWORK")]
)  # fmt: skip
async def test_refusals_have_their_name_and_no_secret(play, fault: str, outcome: str) -> None:
    session, _ = await play(fault)
    with pytest.raises(Refused) as caught:
        await session.ask(UserProfile(sec_user_id="MS4wLjABAAAA"))
    assert caught.value.outcome is Outcome(outcome)
    assert "msToken" not in str(caught.value)


# Pages in the way, and the gateway


async def test_the_proof_of_work_is_done_once(play) -> None:
    session, sandbox = await play("please_wait")
    user = sandbox.state.catalogue.by_name["demo"].sec_user_id
    for _ in range(3):
        assert (await session.ask(UserProfile(sec_user_id=user)))["user"]
    assert await session.resolve("https://v.douyin.com/u-demo/") == [Link("sec_user_id", user)]
    fired = sandbox.state.faults.to_json()["please_wait"]
    assert fired == len(session.identity.passes) == 3  # live, www, v
    assert not sandbox.state.report.violations


async def test_requests_that_meet_it_at_once_solve_it_once(play) -> None:
    session, sandbox = await play("please_wait~profile")
    user = sandbox.state.catalogue.by_name["demo"].sec_user_id
    endpoint = UserProfile(sec_user_id=user)
    answers = await asyncio.gather(*(session.ask(endpoint) for _ in range(8)))
    assert all(answer["user"] for answer in answers)
    assert session.identity.passes["www.douyin.com"].number == 1


async def test_a_page_that_comes_again_is_refused_with_that_reason(play) -> None:
    session, sandbox = await play("please_wait=again~profile")
    with pytest.raises(Refused, match="came again") as caught:
        await session.ask(UserProfile(sec_user_id="MS4w"))
    assert (caught.value.outcome, caught.value.reason) == (
        Outcome.RISK_CONTROL, Reason.PLEASE_WAIT
    )  # fmt: skip
    assert sandbox.state.faults.to_json()["please_wait"] == 2


async def test_an_old_pass_is_replaced(play) -> None:
    session, sandbox = await play("please_wait~profile")
    endpoint = UserProfile(sec_user_id=sandbox.state.catalogue.by_name["demo"].sec_user_id)
    await session.ask(endpoint)
    for shift in (-3600, 3600):  # seconds; it is old, or the clock was set back since
        sandbox.state.challenges.clear()  # the platform has forgotten it
        session.identity.passes["www.douyin.com"].made += shift
        assert (await session.ask(endpoint))["user"]
    sandbox.state.challenges.clear()
    with pytest.raises(Refused, match="came again"):
        await session.ask(endpoint)


@pytest.mark.parametrize("fault", ["argus", "argus_uifid", "argus_signature", "argus_sign"])
async def test_the_call_after_a_reason_may_pass(play, fault: str) -> None:
    session, sandbox = await play(f"{fault}:1~profile")
    endpoint = UserProfile(sec_user_id=sandbox.state.catalogue.by_name["demo"].sec_user_id)
    assert (await call_with_retries(session, lambda: session.ask(endpoint)))["user"]
    sandbox.state.switch_on(f"{fault}~profile")
    with pytest.raises(Refused) as caught:
        await call_with_retries(session, lambda: session.ask(endpoint))
    assert caught.value.reason
    assert sandbox.state.faults.to_json()[fault] == 3, "one, then one and its retry"


# Links

WORK = "7298145681699622182"


async def test_one_text(play) -> None:
    session, sandbox = await play()
    assert await session.resolve(f"看 https://www.douyin.com/video/{WORK} 吧") == [
        Link("aweme_id", WORK)
    ]
    user = sandbox.state.catalogue.by_name["demo"].sec_user_id
    assert await session.resolve("https://v.douyin.com/u-demo/") == [Link("sec_user_id", user)]
    assert await session.resolve("https://v.douyin.com/r-7380/", "room_id") == [
        Link("room_id", "7380")
    ]
    assert not sandbox.state.report.violations


async def test_many_texts_one_failure_sinks_no_other(play) -> None:
    session, sandbox = await play()
    short = [f"https://v.douyin.com/{code}/" for code in ("gone", f"w-{WORK}", "away", "endless")]
    long = ["https://live.douyin.com/749488124749", "https://www.douyin.com/collection/7123"]
    texts = [*short, "hello", *long]
    found = await session.resolve_all(texts)
    assert [type(one) for one in found] == [
        InputError, list, InputError, InputError, InputError, list, list
    ]  # fmt: skip
    assert found[1] == [Link("aweme_id", WORK)]
    assert found[5:] == [[Link("web_rid", "749488124749")], [Link("mix_id", "7123")]]
    assert not sandbox.state.report.violations, "a link that leaves the platform is not taken"


async def test_only_the_kind_that_is_wanted(play) -> None:
    session, _ = await play()
    [error] = await session.resolve_all([f"https://www.douyin.com/video/{WORK}"], "mix_id")
    assert isinstance(error, F2Error)
    assert "no mix_id" in str(error)


async def test_short_links_see_no_account(play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("F2_COOKIE", f"sessionid={SESSION}")
    session, sandbox = await play()
    await session.resolve("https://v.douyin.com/u-demo/")
    assert not sandbox.state.report.violations
    [error] = await session.resolve_all(["https://v.douyin.com/long/"])
    assert isinstance(error, F2Error)


async def test_expired_login_differs_from_no_login(play, monkeypatch) -> None:
    monkeypatch.setenv("F2_COOKIE", f"sessionid={SESSION}")
    session, _ = await play("login_redirect")
    with pytest.raises(Refused) as refused:
        await session.ask(UserProfile(sec_user_id="MS4wLjABAAAAwhoever"))
    assert refused.value.outcome is Outcome.COOKIE_EXPIRED


async def test_an_answer_that_unpacks_to_more_than_is_held_is_refused(
    origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MAX_BYTES", 1 << 20)
    origin.script = [respond_with(200, gzip.compress(bytes(2 << 20)), Content_Encoding="gzip")] * 9
    sandbox = origin.url.removesuffix("/v.mp4")
    async with Session("douyin", F2_SANDBOX=sandbox, F2_PATH=str(tmp_path)) as session:
        with pytest.raises(Refused, match="too long to be held in memory"):
            await session.ask(UserProfile(sec_user_id="MS4w"))


@pytest.mark.parametrize(
    ("keyword", "line"),
    [
        ("F2_PAHT", "option F2_PAHT is not known; did you mean F2_PATH?"),
        ("cookies", "option cookies is not known; did you mean F2_COOKIES?"),
        ("path", "option path is not known; did you mean F2_PATH?"),
        ("F2_COOKIE", "option F2_COOKIE is not known; did you mean F2_COOKIES?"),
    ],
)
def test_keyword_that_is_not_known_names_the_nearest_option(keyword: str, line: str) -> None:
    with pytest.raises(InputError) as error:
        Session("douyin", **{keyword: "x"})
    assert str(error.value) == line


def test_bad_value_is_one_clear_line() -> None:
    with pytest.raises(InputError, match=r"^F2_PACE=slow: want a number$"):
        Session("douyin", F2_PACE="slow")


def test_guest_is_forgotten_with_the_session(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("F2_COOKIE", f"sessionid={SESSION}")
    session = Session("douyin", guest=True, F2_PATH=str(tmp_path))
    session.identity.store_token("ttwid", "1|abc")
    assert not session.identity.is_logged_in
    assert list(tmp_path.iterdir()) == []


def test_platform_that_is_not_known() -> None:
    with pytest.raises(InputError, match="platform tiktoc is not known; did you mean tiktok"):
        Session("tiktoc")


@pytest.mark.parametrize(("changes", "name"), [
    ({"tiktok": {"nix": 1}}, "client.tiktok.nix"), ({"douyn": {}}, "client.douyn"),
    ({"tiktok": {"browser": {"versoin": "1"}}}, "client.tiktok.browser.versoin"),
])  # fmt: skip
def test_a_mistake_in_the_changes_of_the_other_platform_is_named(
    changes: dict[str, object], name: str
) -> None:
    with pytest.raises(InputError, match=name):
        load_profile("douyin", changes)
