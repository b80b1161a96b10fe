"""Test faults on TikTok's interfaces: the names of Douyin's faults, the replies of TikTok."""

import pytest
from support.tiktok_client import WEB, Visitor

POSTS = "/api/post/item_list/"


@pytest.mark.parametrize(
    ("fault", "status"),
    [("captcha", 10000), ("login", 10102), ("region", 10231), ("status", 10101),
     ("status=10221", 10221)],
)  # fmt: skip
async def test_refused_by_a_status(visitor: Visitor, fault: str, status: int) -> None:
    visitor.sandbox.state.switch_on(f"{fault}:1")
    assert (await visitor.fetch_posts("one"))["statusCode"] == status
    assert (await visitor.fetch_posts("one"))["statusCode"] == 0


@pytest.mark.parametrize(
    ("fault", "status", "part"),
    [("captcha_page", 200, b"captcha_verify"), ("login_page", 200, b"Log in"),
     ("login_redirect", 302, b""), ("notfound", 302, b""), ("rate_limit", 429, b"Too Many"),
     ("http=503", 503, b"503"), ("empty", 200, b""), ("not_json", 200, b'"itemList":[{')],
)  # fmt: skip
async def test_refused_in_other_ways(
    visitor: Visitor, fault: str, status: int, part: bytes
) -> None:
    visitor.sandbox.state.switch_on(fault)
    reply = await visitor.call_api(POSTS, secUid=visitor.get_sec_user_id("one"))
    assert reply.status == status
    assert part in reply.body
    assert bool(part) == bool(reply.body)


async def test_refused_by_a_redirect(visitor: Visitor) -> None:
    for fault, place in {"notfound": "/notfound", "login_redirect": "/login?"}.items():
        visitor.sandbox.state.switch_on(f"{fault}:1")
        reply = await visitor.call_api(POSTS, secUid=visitor.get_sec_user_id("one"))
        assert place in reply.headers["Location"]


async def test_refusals_of_douyin_only_do_nothing(visitor: Visitor) -> None:
    visitor.sandbox.state.switch_on("argus")
    assert (await visitor.fetch_posts("one"))["itemList"]


async def test_a_page_can_be_a_login_page(visitor: Visitor) -> None:
    visitor.sandbox.state.switch_on("login_page~page")
    assert b"Log in" in (await visitor.get(f"{WEB}/@sandbox1")).body


@pytest.mark.parametrize("fault", ["cursor_number", "lossy=3", "repeat", "empty_page",
                                   "stuck_cursor", "early_end", "no_cursor", "no_has_more",
                                   "short=5", "row_without_id", "rows_text",
                                   "null_rows"])  # fmt: skip
async def test_faults_change_pages(visitor: Visitor, fault: str) -> None:
    whole = [await visitor.fetch_posts("clean200", cursor=0)]
    whole.append(await visitor.fetch_posts("clean200", cursor=whole[0]["cursor"]))
    visitor.sandbox.state.switch_on(fault)
    changed = [await visitor.fetch_posts("clean200", cursor=0)]
    changed.append(await visitor.fetch_posts("clean200", cursor=whole[0]["cursor"]))
    ids = [[[item.get("id") for item in page.get("itemList") or () if item != "gone"]
            for page in pages] for pages in (whole, changed)]  # fmt: skip
    ends = [[(page.get("cursor"), page.get("hasMore")) for page in p] for p in (whole, changed)]
    assert (ids[0], ends[0]) != (ids[1], ends[1])
    assert visitor.sandbox.state.faults.to_json()[fault.partition("=")[0].partition("@")[0]] > 0


async def test_an_empty_page_has_no_list(visitor: Visitor) -> None:
    cursor = (await visitor.fetch_posts("clean200"))["cursor"]
    visitor.sandbox.state.switch_on("empty_page")
    page = await visitor.fetch_posts("clean200", cursor=cursor)
    assert "itemList" not in page
    assert (page["cursor"], page["hasMore"]) == (str(int(cursor) - 1), True)


async def test_cursor_as_a_number(visitor: Visitor) -> None:
    visitor.sandbox.state.switch_on("cursor_number")
    assert isinstance((await visitor.fetch_posts("clean200"))["cursor"], int)


async def test_a_visitor_can_expire(visitor: Visitor) -> None:
    visitor.sandbox.state.switch_on("lapse:1")
    reply = await visitor.call_api(POSTS, secUid=visitor.get_sec_user_id("one"))
    assert reply.body == b""
    assert visitor.violations == ["ttwid expired"]


async def test_renamed(visitor: Visitor) -> None:
    visitor.sandbox.state.switch_on("renamed=neu")
    ends = (await visitor.call_api("/api/user/detail/", secUid="", uniqueId="sandbox6")).json()
    assert ends["userInfo"]["user"]["nickname"] == "neu"
