"""The second host of some interfaces, and the headers that its requests have with an account."""

from base64 import b64encode
from http.cookiejar import Cookie
from urllib.parse import quote

import pytest
from support.crawling import Play, Talk, get_ids

from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.cookies import parse_cookie_header
from f2scrapy.api.identity import Identity
from f2scrapy.api.signed_request import build_request
from f2scrapy.platforms.douyin.endpoints import MirroredEndpoint
from f2scrapy.platforms.douyin.endpoints.comments import CommentReply, PostComment
from f2scrapy.platforms.douyin.endpoints.favorites import UserCollection, UserLike
from f2scrapy.platforms.douyin.endpoints.guests import QueryUser

STATE = b64encode(
    b'{"bd-ticket-guard-version":2,"bd-ticket-guard-ree-public-key":"BKey=","other":"x",'
    b'"bd-ticket-guard-web-version":"a\\nb"}'
).decode()
MIRRORED = [
    PostComment(aweme_id="7"),
    CommentReply(comment_id="8", item_id="7"),
    UserLike(sec_user_id="MS4w"),
    UserCollection(),
    QueryUser(),
]


def make_identity(cookies: str) -> Identity:
    profile = load_profile("douyin")
    account: list[Cookie] = parse_cookie_header(cookies, profile.cookie_hosts)
    identity = Identity("douyin", profile, None, tuple(account))
    for token in ("webid", "verify_fp", "ms_token", "ttwid"):
        identity.store_token(token, "1")
    return identity


@pytest.mark.parametrize("endpoint", MIRRORED, ids=lambda e: type(e).__name__)
def test_second_way_is_the_same_request_at_the_mirror(endpoint: MirroredEndpoint) -> None:
    second = endpoint.build_second_way(0)
    assert second is not None
    assert second.address == endpoint.url.replace("www.douyin", "www-hj.douyin")
    assert second.encode_query() == endpoint.encode_query()
    assert second.encode_body() == endpoint.encode_body()
    assert second.build_second_way(0) is None


def test_next_page_stays_at_the_mirror() -> None:
    second = PostComment(aweme_id="7").build_second_way(0)
    assert second is not None
    assert second.next_page({"cursor": 20, "has_more": 1}).address == second.address


@pytest.mark.parametrize("endpoint", MIRRORED, ids=lambda e: type(e).__name__)
def test_ticket_headers_only_with_a_browsers_state_and_at_the_mirror(
    endpoint: MirroredEndpoint,
) -> None:
    def list_headers(cookies: str, *, mirrored: bool) -> dict[str, str]:
        second = endpoint.build_second_way(0) if mirrored else endpoint
        assert second is not None
        sent = build_request(make_identity(cookies), second).headers
        return {name: value for name, value in sent.items() if name.startswith("bd-ticket")}

    state = f"sessionid=s; bd_ticket_guard_client_data={quote(STATE)}"
    right = {"bd-ticket-guard-version": "2", "bd-ticket-guard-ree-public-key": "BKey="}
    assert list_headers(state, mirrored=False) == {}
    assert list_headers("sessionid=s", mirrored=True) == {}
    assert list_headers("bd_ticket_guard_client_data=%00%ff", mirrored=True) == {}
    expected = {} if isinstance(endpoint, QueryUser) else right
    assert list_headers(state, mirrored=True) == expected


def test_cookies_go_to_the_mirror() -> None:
    request = build_request(make_identity("sessionid=s"), QueryUser(mirrored=True))
    assert request.url.startswith("https://www-hj.douyin.com/aweme/v1/web/query/user/?")
    assert "sessionid=s" in request.headers["Cookie"]


def test_comments_come_from_the_mirror_if_www_refuses(talk: Talk) -> None:
    crawl, _, url = talk("captcha~www.douyin.com/aweme/v1/web/comment/list/")
    run, rows = crawl.run_with_rows("douyin_comment", "-a", url, F2_RETRIES="1", F2_MEDIA="")
    assert run.code == 0, run.log
    assert run.report["lists"][0]["origin"] == "www-hj.douyin.com"
    assert len(set(get_ids(rows, "comment_id"))) == len(rows) > 50
    assert crawl.take_report()["violations"] == []


def test_query_user_comes_from_the_mirror(play: Play) -> None:
    crawl = play("empty~www.douyin.com/aweme/v1/web/query")
    run, rows = crawl.run_with_rows("douyin_query_user", F2_RETRIES="1")
    assert (run.code, rows[0]["user_uid_type"]) == (0, 0)
