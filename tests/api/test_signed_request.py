"""A request on the wire states each fact once."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from f2scrapy.api.identity import Identity
from f2scrapy.api.identity_options import build_guest, build_identity
from f2scrapy.api.signed_request import (
    build_file_request,
    build_page_request,
    build_request,
    build_stream_request,
    build_token_request,
    sign_query,
)
from f2scrapy.config.file import load_options
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms import get_platform
from f2scrapy.platforms.douyin.endpoints.guests import QueryUser
from f2scrapy.platforms.douyin.endpoints.live import (
    LiveEnter,
    LiveMessages,
    LiveReflow,
    UserLiveStatus,
)
from f2scrapy.platforms.douyin.endpoints.posts import OpenPostDetail, UserPost
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.signing import secsdk, verify

pytestmark = pytest.mark.clock


@pytest.fixture
def identity(tmp_path: Path) -> Identity:
    identity = build_identity(load_options(F2_PATH=str(tmp_path)), "douyin")
    for name in ("ttwid", "webid", "ms_token", "verify_fp"):
        identity.store_token(name, "x")
    return identity


def sent(identity: Identity, endpoint: Endpoint) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(build_request(identity, endpoint).url).query, keep_blank_values=True)


@pytest.mark.parametrize("endpoint", [QueryUser(), UserProfile(sec_user_id="MS4w")])
def test_no_parameter_is_sent_twice(identity: Identity, endpoint: Endpoint) -> None:
    names = [name for name, _ in sent(identity, endpoint)]
    assert len(names) == len(set(names)) > 30


def test_an_endpoint_may_speak_of_another_version(identity: Identity) -> None:
    assert dict(sent(identity, QueryUser()))["version_code"] == "170400"
    usual = dict(sent(identity, UserProfile(sec_user_id="MS4w")))
    assert usual["version_code"] == identity.profile.params["web"]["version_code"]


@pytest.mark.parametrize(("scheme", "body"), [("x_bogus", b""), ("a_bogus", b"cursor=0")])
def test_a_query_of_ones_own_is_signed_for_this_browser(
    identity: Identity, scheme: str, body: bytes
) -> None:
    query = sign_query(identity, scheme, "aid=6383&sec_user_id=MS4w", body).query
    assert verify(scheme, query, body, identity.user_agent).query == "aid=6383&sec_user_id=MS4w"


@pytest.mark.parametrize(
    ("kind", "accept"),
    [("image", "image/jxl,image/avif,image/webp,"), ("video", "*/*"), ("", "*/*")],
)
def test_files_are_asked_for_as_by_a_page(identity: Identity, kind: str, accept: str) -> None:
    sent = build_file_request(identity, "https://p3-pc-sign.douyinpic.com/x.webp", kind).headers[
        "Accept"
    ]
    assert sent.startswith(accept)
    assert "json" in build_request(identity, QueryUser()).headers["Accept"]


LIVE, REFLOW = "https://live.douyin.com/", "https://webcast.amemv.com/douyin/webcast/reflow/7"


@pytest.mark.parametrize(
    ("endpoint", "referer", "site"),
    [
        (LiveEnter(web_rid="1"), f"{LIVE}1", "same-origin"),
        (LiveEnter(web_rid="某人"), f"{LIVE}%E6%9F%90%E4%BA%BA", "same-origin"),
        (LiveMessages(room_id="7"), LIVE, "same-origin"),
        (LiveReflow(room_id="7"), REFLOW, "same-origin"),
        (UserLiveStatus(user_ids="7"), "https://www.douyin.com/", "same-site"),
        (QueryUser(), "https://www.douyin.com/", "same-origin"),
    ],
)
def test_each_interface_is_asked_for_by_its_own_page(
    identity: Identity, endpoint: Endpoint, referer: str, site: str
) -> None:
    headers = build_request(identity, endpoint).headers
    assert (headers["Referer"], headers["Sec-Fetch-Site"]) == (referer, site)
    assert headers.get("Origin") == (None if site == "same-origin" else referer.rstrip("/"))


def test_a_stream_is_asked_for_by_the_page_of_its_room(identity: Identity) -> None:
    url = "https://pull-flv-l1.douyincdn.com/a.flv"
    headers = build_stream_request(identity, url).headers
    assert (headers["Referer"], headers["Origin"]) == (LIVE, LIVE.rstrip("/"))
    assert (headers["Accept"], headers["Sec-Fetch-Site"]) == ("*/*", "cross-site")


@pytest.mark.parametrize("platform", ["douyin", "tiktok"])
def test_the_ms_token_is_asked_for_without_a_preflight(platform: str) -> None:
    """A browser asks another site for permission first, unless the body is a plain text."""
    identity = build_guest(load_options(), platform)
    asks = get_platform(platform).guest.list_token_requests(identity)
    ask = next(ask for ask in asks if ask.name == "ms_token")
    headers = build_token_request(identity, ask).headers
    assert headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert json.loads(ask.payload())["magic"] == 538969122
    assert headers["Origin"] == f"https://www.{platform}.com"


# Douyin's gateway

POSTS, PROFILE = UserPost(sec_user_id="MS4w"), UserProfile(sec_user_id="MS4w")


def test_interfaces_below_aweme_get_the_gateways_headers_and_nothing_else(
    identity: Identity,
) -> None:
    identity.store_token("uifid", "abc")
    for endpoint in (POSTS, PROFILE):
        headers = build_request(identity, endpoint).headers
        assert (headers["x-tt-argus"], headers["uifid"]) == ("1", "abc")
    live = build_request(identity, LiveEnter(web_rid="1")).headers
    media = build_file_request(identity, "https://v26-web.douyinvod.com/x.mp4", "video").headers
    page = build_page_request(identity, "https://www.douyin.com/user/MS4w").headers
    for headers in (live, media, page):
        assert not {"x-tt-argus", "uifid"} & {name.lower() for name in headers}


def test_a_guest_signs_protected_paths_once_it_has_a_uifid(identity: Identity) -> None:
    assert "x-secsdk-web-signature" not in dict(sent(identity, POSTS))
    assert "uifid" not in build_request(identity, POSTS).headers
    identity.store_token("uifid", "abc")
    assert dict(sent(identity, POSTS))["uifid"] == "abc"
    assert "x-secsdk-web-signature" in dict(sent(identity, POSTS))
    assert "x-secsdk-web-signature" not in dict(sent(identity, PROFILE))
    identity.protected_paths.add("/aweme/v1/web/user/profile/other/")
    request = build_request(identity, PROFILE)
    query = urlsplit(request.url).query
    assert secsdk.verify(query, request.headers).uifid == "abc"


def test_a_webid_that_is_not_known_is_left_out(identity: Identity) -> None:
    assert dict(sent(identity, POSTS))["webid"] == "x"
    identity.store_token("webid", "")
    assert "webid" not in dict(sent(identity, POSTS))


def test_the_open_channel_sends_nothing_of_the_identity(identity: Identity) -> None:
    identity.store_token("uifid", "abc")
    request = build_request(identity, OpenPostDetail(aweme_id="7"))
    assert sorted(sent(identity, OpenPostDetail(aweme_id="7"))) == [
        ("aid", "6383"), ("aweme_id", "7")
    ]  # fmt: skip
    assert request.headers["Origin"] == "https://open.douyin.com"
    assert request.headers["Referer"] == "https://open.douyin.com/"
    assert not {"Cookie", "uifid", "x-tt-argus"} & set(request.headers)
