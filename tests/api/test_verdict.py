"""Each way the platform answers means one outcome."""

import json

import pytest

from f2scrapy.api.verdict import classify_response
from f2scrapy.errors import Outcome, Reason
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints.comments import PostComment
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail, UserPost
from f2scrapy.platforms.douyin.endpoints.search import GeneralSearch
from f2scrapy.platforms.tiktok.endpoints.live import LiveEnter
from f2scrapy.platforms.tiktok.endpoints.posts import PostDetail as TiktokDetail
from f2scrapy.platforms.tiktok.endpoints.search import GeneralSearch as TiktokSearch
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile

POSTS = UserPost(sec_user_id="MS4w")
DETAIL = PostDetail(aweme_id="7")
USER = UserProfile(sec_user_id="a")


def page(**values: object) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("status", "location", "body", "outcome"),
    [
        (200, "", page(status_code=0, aweme_list=[], has_more=0), Outcome.OK),
        (200, "", b"", Outcome.RISK_CONTROL),
        (200, "", b"  \n", Outcome.RISK_CONTROL),
        (403, "", b"Blocked by ArgusSecurityPlugin: validate error", Outcome.RISK_CONTROL),
        (403, "", b"Uifid Not Found", Outcome.RISK_CONTROL),
        (403, "", b"x-secsdk-web-signature is missing", Outcome.SIGNATURE_REJECTED),
        (403, "", b"Forbidden", Outcome.RISK_CONTROL),
        (200, "", page(status_code=0, verify_ticket="a"), Outcome.CAPTCHA),
        (200, "", b"<html><title>Captcha</title></html>", Outcome.CAPTCHA),
        (200, "", "<html>请先登录</html>".encode(), Outcome.LOGIN_REQUIRED),
        (200, "", b"<title>Log in | TikTok</title>", Outcome.LOGIN_REQUIRED),
        (200, "", b"<html>something else, log in</html>", Outcome.RISK_CONTROL),
        (200, "", page(status_code=5, aweme_list=None), Outcome.SERVER_ERROR),
        (302, "/login", b"", Outcome.LOGIN_REQUIRED),
        (302, "https://www.tiktok.com/login.html", b"", Outcome.LOGIN_REQUIRED),
        (302, "https://login.tiktok.com/", b"", Outcome.LOGIN_REQUIRED),
        (302, "/login#/phone", b"", Outcome.LOGIN_REQUIRED),
        (302, "/signup?redirect_url=x", b"", Outcome.LOGIN_REQUIRED),
        (302, "https://www.tiktok.com/@login.html/video/7", b"", Outcome.SCHEMA_CHANGED),
        (200, "", b"<title data-rh='true'>Log in | TikTok</title>", Outcome.LOGIN_REQUIRED),
        (200, "", b"\xef\xbb\xbf<html><title>Captcha</title></html>", Outcome.CAPTCHA),
        (200, "", b"Blocked by ArgusSecurityPlugin Sign Invalid", Outcome.SIGNATURE_REJECTED),
        (
            200,
            "",
            page(message="Blocked by ArgusSecurityPlugin", reason="Uifid Not Found"),
            Outcome.RISK_CONTROL,
        ),
        (200, "", "请先登录".encode(), Outcome.LOGIN_REQUIRED),
        (429, "", b"<html>Too many requests. Please wait</html>", Outcome.RATE_LIMITED),
        (302, "https://www.tiktok.com/login?redirect_url=x", b"", Outcome.LOGIN_REQUIRED),
        (200, "", "<html>系统繁忙<footer>隐私政策</footer></html>".encode(), Outcome.RISK_CONTROL),
        (200, "", "<html>您访问的页面不存在</html>".encode(), Outcome.RISK_CONTROL),
        (403, "", "没有权限 private network".encode(), Outcome.RISK_CONTROL),
        (200, "", page(status_code=8, status_msg="用户未登录"), Outcome.LOGIN_REQUIRED),
        (200, "", page(status_code=9, status_msg="操作太频繁，稍后再试"), Outcome.RATE_LIMITED),
        (200, "", page(status_code=9, status_msg="作品不存在"), Outcome.DELETED),
        (200, "", page(status_code=9, status_msg="作者设置了私密"), Outcome.PRIVATE),
        (200, "", page(status_code=4, status_msg="?"), Outcome.SCHEMA_CHANGED),
        (200, "", page(status_code=9, status_msg="该作品已经被作者删除"), Outcome.DELETED),
        (200, "", page(status_code=9, status_msg="该用户已被封禁"), Outcome.PROHIBITED),
        (200, "", page(status_code=9, status_msg="当前服务繁忙，请稍后重试"), Outcome.SERVER_ERROR),
        (200, "", page(status_code=9, status_msg="访问过快"), Outcome.RATE_LIMITED),
        (200, "", page(status_code=9, status_msg="请登录"), Outcome.LOGIN_REQUIRED),
        (200, "", b'{"status_code": 0, "aweme_li', Outcome.NETWORK),
        (200, "", b"[" * 200_000, Outcome.NETWORK),
        (200, "", b"[1]", Outcome.SCHEMA_CHANGED),
        (302, "https://www.douyin.com/passport/login", b"", Outcome.LOGIN_REQUIRED),
        (302, "https://sso.douyin.com/?service=x", b"", Outcome.LOGIN_REQUIRED),
        (302, "https://verify.snssdk.com/captcha", b"", Outcome.CAPTCHA),
        (302, "/login?redirect_url=https%3A%2F%2Fwww.tiktok.com", b"", Outcome.LOGIN_REQUIRED),
        (302, "https://www.tiktok.com/@captcha.login/video/7", b"", Outcome.SCHEMA_CHANGED),
        (302, "https://www-hj.douyin.com/aweme?a_bogus=x&login=0", b"", Outcome.SCHEMA_CHANGED),
        (401, "", b"", Outcome.LOGIN_REQUIRED),
        (404, "", b"", Outcome.SCHEMA_CHANGED),
        (200, "", b"ratelimit triggered", Outcome.RATE_LIMITED),
        (429, "", b"", Outcome.RATE_LIMITED),
        (444, "", b"", Outcome.RATE_LIMITED),
        (451, "", b"", Outcome.REGION),
        (500, "", b"", Outcome.SERVER_ERROR),
        (503, "", b"", Outcome.SERVER_ERROR),
    ],
)
def test_outcome(status: int, location: str, body: bytes, outcome: Outcome) -> None:
    assert classify_response(status, location, body, POSTS).outcome is outcome


BLOCKED = b"Blocked by ArgusSecurityPlugin "


@pytest.mark.parametrize(
    ("body", "reason", "outcome"),
    [
        (BLOCKED + b"Uifid Not Found", Reason.UIFID_NOT_FOUND, Outcome.RISK_CONTROL),
        (b"blocked by argussecurityplugin uifid not found", Reason.UIFID_NOT_FOUND,
         Outcome.RISK_CONTROL),
        (BLOCKED + b"Validate Error", Reason.UIFID_REJECTED, Outcome.RISK_CONTROL),
        (BLOCKED + b": validate error", Reason.UIFID_REJECTED, Outcome.RISK_CONTROL),
        (BLOCKED + b"Signature Not Found", Reason.SIGNATURE_NOT_FOUND, Outcome.SIGNATURE_REJECTED),
        (BLOCKED + b"Sign Invalid", Reason.SIGN_INVALID, Outcome.SIGNATURE_REJECTED),
        (BLOCKED + b"web_id_sign_invalid", Reason.SIGN_INVALID, Outcome.SIGNATURE_REJECTED),
        (BLOCKED + b"Something New", None, Outcome.RISK_CONTROL),
        (b"Forbidden", None, Outcome.RISK_CONTROL),
    ],
)  # fmt: skip
def test_the_gateways_words_are_distinguished(
    body: bytes, reason: Reason | None, outcome: Outcome
) -> None:
    verdict = classify_response(403, "", body, POSTS)
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert verdict.as_refusal().advice == (reason or outcome).advice


def test_every_reason_has_advice_without_waiting() -> None:
    assert all(reason.advice and "hour" not in reason.advice for reason in Reason)


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        (b"<html><title>Please wait...</title>", Outcome.RISK_CONTROL, "proof of work"),
        (b"<html><script>(function(_$jsvmprt){})", Outcome.CAPTCHA, "__ac_nonce"),
        (b"<html><script>window.byted_acrawler.init()", Outcome.CAPTCHA, "__ac_nonce"),
        (b"<html><script>TTGCaptcha={};verify_data={}", Outcome.CAPTCHA, "slider"),
    ],
)
def test_pages_in_the_way_are_named(body: bytes, outcome: Outcome, words: str) -> None:
    verdict = classify_response(200, "", body, POSTS)
    assert verdict.outcome is outcome
    assert words in verdict.detail


@pytest.mark.parametrize("status", [200, 202, 403, 404, 429, 503])
@pytest.mark.parametrize("start", [b"<html>", b"\xef\xbb\xbf<html>", b"\n<!-- 1 --><html>"])
def test_the_please_wait_page_is_known_beside_every_status(status: int, start: bytes) -> None:
    body = start + "<title>Please wait…</title>".encode()
    verdict = classify_response(status, "", body, POSTS)
    assert verdict.reason is Reason.PLEASE_WAIT
    assert verdict.outcome is Outcome.RISK_CONTROL


@pytest.mark.parametrize("code", [5, 9, "2483", -1, True, "error"])
@pytest.mark.parametrize("words", ["", "请先登录", "稍后再试", "deleted"])
def test_rows_are_kept_beside_a_code_that_says_nothing_clear(code: object, words: str) -> None:
    body = page(status_code=code, status_msg=words, aweme_list=[{"aweme_id": "7"}], has_more=1)
    verdict = classify_response(200, "", body, POSTS)
    assert (verdict.outcome, verdict.unusual) == (Outcome.OK, True)
    assert words in verdict.detail


def test_rows_are_no_answer_beside_a_code_that_is_known() -> None:
    body = page(status_code=8, aweme_list=[{"aweme_id": "7"}])
    assert classify_response(200, "", body, POSTS).outcome is Outcome.LOGIN_REQUIRED
    body = page(status_code=9, status_msg="作品不存在", aweme_detail={"aweme_id": "7"})
    assert classify_response(200, "", body, DETAIL).outcome is Outcome.DELETED


def test_page_is_decoded_once_and_handed_on() -> None:
    assert classify_response(200, "", page(status_code=0, aweme_list=[1]), POSTS).answer == {
        "status_code": 0,
        "aweme_list": [1],
    }


def test_refusal_quotes_what_was_seen() -> None:
    verdict = classify_response(403, "", b"<p>Blocked by ArgusSecurityPlugin</p>", POSTS)
    assert verdict.detail == 'HTTP 403: "Blocked by ArgusSecurityPlugin"'


def test_a_quote_holds_no_token() -> None:
    """A gateway's page of TikTok (Akamai's) names the address that was refused."""
    asked = "http&#58;&#47;&#47;www&#46;tiktok&#46;com&#47;api&#63;msToken&#61;s3cret&amp;a=s3cret"
    verdict = classify_response(
        403, "", f'<H1>Access Denied</H1> no "{asked}" here'.encode(), POSTS
    )
    assert verdict.detail == 'HTTP 403: "Access Denied no "http://www.tiktok.com/api? here"'


@pytest.mark.parametrize(("code", "outcome"), [
    ("10202", Outcome.DELETED), ("0", Outcome.OK), (None, Outcome.OK),
    ("x", Outcome.SCHEMA_CHANGED),
])  # fmt: skip
def test_codes_may_come_as_text(code: object, outcome: Outcome) -> None:
    body = page(statusCode=code, userInfo={})
    assert classify_response(200, "", body, UserProfile()).outcome is outcome
    assert (
        classify_response(200, "", page(status_code="8"), POSTS).outcome is Outcome.LOGIN_REQUIRED
    )


def test_a_user_without_a_room_and_an_interface_in_trouble() -> None:
    room = LiveEnter(unique_id="nasa")
    gone = classify_response(
        200, "", page(statusCode=19881007, message="user_not_found", data={}), room
    )
    assert gone.outcome is Outcome.DELETED
    ill = classify_response(
        200, "", page(statusCode=19881000, message="params_error", data={}), room
    )
    assert (ill.outcome, ill.detail) == (
        Outcome.SCHEMA_CHANGED, 'statusCode 19881000: "params_error"'
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [({"filter_reason": "status_deleted"}, Outcome.DELETED), ({}, Outcome.SCHEMA_CHANGED),
     ({"filter_reason": "core_dep"}, Outcome.DELETED),
     ({"detail_msg": "作品私密"}, Outcome.PRIVATE),
     ({"filter_reason": "core_dep_error", "detail_msg": "网络繁忙"}, Outcome.SERVER_ERROR),
     ({"filter_reason": "region_restrict"}, Outcome.REGION),
     ({"filter_reason": "copyright_foreign", "detail_msg": ""}, Outcome.REGION),
     ({"filter_reason": "status_audit_not_pass"}, Outcome.PROHIBITED),
     ({"filter_reason": "author_level_ban&status_audit_self_see"}, Outcome.PROHIBITED),
     ({"filter_reason": "status_self_see", "detail_msg": "因作品权限或已被删除，无法观看"},
      Outcome.PRIVATE),
     ({"detail_msg": "由于对方隐私设置，无法查看"}, Outcome.PRIVATE),
     ({"notice": "抱歉，作品不见了"}, Outcome.DELETED),
     ({"filter_reason": "something_new"}, Outcome.SCHEMA_CHANGED)],
)  # fmt: skip
@pytest.mark.parametrize("work", [{"aweme_detail": None}, {}])
def test_detail_without_a_work(
    reason: dict[str, str], outcome: Outcome, work: dict[str, None]
) -> None:
    body = page(status_code=0, filter_detail=reason, **work)
    assert classify_response(200, "", body, DETAIL).outcome is outcome


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("status_deleted", Outcome.DELETED), ("status_self_see", Outcome.PRIVATE),
     ("item_privacy_authorization&status_deleted", Outcome.DELETED),
     ("author_secret", Outcome.PRIVATE), ("person_geo_fencing", Outcome.REGION),
     ("cross_border_violation_ur", Outcome.REGION), ("copyright_geo_filter", Outcome.REGION),
     ("status_reviewing", Outcome.PROHIBITED), ("content_classification", Outcome.LOGIN_REQUIRED)],
)  # fmt: skip
def test_tiktoks_reason_outweighs_the_code_of_a_missing_work(reason: str, outcome: Outcome) -> None:
    detail = TiktokDetail(aweme_id="7")
    verdict = classify_response(200, "", page(statusCode=10204, statusMsg=reason), detail)
    assert (verdict.outcome, verdict.ambiguous) == (outcome, False)
    assert reason in verdict.detail
    other = classify_response(200, "", page(statusCode=10204, statusMsg="some_new_name"), detail)
    assert (other.outcome, other.ambiguous) == (Outcome.DELETED, True)


def test_an_answer_about_something_else_is_none() -> None:
    work = page(status_code=0, aweme_detail={"aweme_id": "8"})
    assert classify_response(200, "", work, DETAIL).outcome is Outcome.SERVER_ERROR
    user = page(userInfo={"user": {"uniqueId": "NASA", "secUid": "MS4w"}})
    assert classify_response(200, "", user, UserProfile(unique_id="nasa")).outcome is Outcome.OK
    assert (
        classify_response(200, "", user, UserProfile(unique_id="esa")).outcome
        is Outcome.SERVER_ERROR
    )
    assert (
        classify_response(200, "", user, UserProfile(sec_user_id="MS4x")).outcome
        is Outcome.SERVER_ERROR
    )


@pytest.mark.parametrize("endpoint", [POSTS, DETAIL, USER, PostComment(aweme_id="7")])
@pytest.mark.parametrize(
    "answer",
    [{"status_code": 0}, {}, {"statusCode": "0", "status_code": 0, "statusMsg": "", "extra": {}},
     {"status_code": 0, "status_msg": None, "log_pb": {"impr_id": "a"}, "extra": {"now": 1}}],
)  # fmt: skip
def test_an_answer_without_content_is_a_refusal(
    endpoint: Endpoint, answer: dict[str, object]
) -> None:
    assert classify_response(200, "", page(**answer), endpoint).outcome is Outcome.RISK_CONTROL


@pytest.mark.parametrize("endpoint", [GeneralSearch(keyword="a"), TiktokSearch(keyword="a")])
@pytest.mark.parametrize(
    ("nil", "outcome"),
    [({"search_nil_type": "verify_check", "search_nil_item": "verify_check"}, Outcome.CAPTCHA),
     ({"search_nil_item": "verify_check"}, Outcome.CAPTCHA),
     ({"search_nil_type": "antispam_check", "search_nil_item": "hit_shark"}, Outcome.RISK_CONTROL),
     ({"search_nil_item": "hit_shark"}, Outcome.RISK_CONTROL),
     ({"search_nil_item": "invalid_app"}, Outcome.RISK_CONTROL),
     ({"search_nil_item": "invalid_count"}, Outcome.SCHEMA_CHANGED),
     ({"search_nil_type": "no_result"}, Outcome.OK),
     ({"search_nil_item": "federation_empty"}, Outcome.OK), (None, Outcome.OK)],
)  # fmt: skip
def test_a_search_without_results_names_its_refusal(
    endpoint: Endpoint, nil: dict[str, str] | None, outcome: Outcome
) -> None:
    empty = page(status_code=0, data=[], has_more=0, cursor=0, search_nil_info=nil)
    assert classify_response(200, "", empty, endpoint).outcome is outcome
    found = page(status_code=0, data=[{"type": 1}], has_more=0, search_nil_info=nil)
    assert classify_response(200, "", found, endpoint).outcome is Outcome.OK


def test_every_outcome_but_success_has_advice() -> None:
    without = {outcome for outcome in Outcome if not outcome.advice}
    assert without == {Outcome.OK, Outcome.EMPTY_TRUE}


def test_half_an_emoji_costs_no_page() -> None:
    body = b'{"status_code": 0, "aweme_list": [{"desc": "cut \\ud83d"}], "has_more": 0}'
    verdict = classify_response(200, "", body, POSTS)
    assert verdict.answer is not None
    assert verdict.answer["aweme_list"] == [{"desc": "cut ?"}]


@pytest.mark.parametrize("code", [[8], {"a": 1}, {}, [], "x", 1e999])
def test_codes_of_no_number_are_refusals_of_an_unknown_kind(code: object) -> None:
    body = page(status_code=code, status_msg="blocked", aweme_list=[], has_more=0)
    verdict = classify_response(200, "", body.replace(b"Infinity", b"1e999"), POSTS)
    assert verdict.outcome is Outcome.SCHEMA_CHANGED


@pytest.mark.parametrize(
    ("answer", "endpoint", "outcome"),
    [
        ({"status_code": 203, "aweme_list": [{"aweme_id": "1"}]}, POSTS, Outcome.OK),
        ({"status_code": "203", "aweme_list": [{"aweme_id": "1"}]}, POSTS, Outcome.OK),
        ({"status_code": 203, "aweme_list": []}, POSTS, Outcome.SCHEMA_CHANGED),
        ({"status_code": 203, "aweme_list": None}, POSTS, Outcome.SCHEMA_CHANGED),
        ({"status_code": 203, "aweme_list": ["gone"]}, POSTS, Outcome.SCHEMA_CHANGED),
        ({"status_code": 8, "aweme_list": [{"aweme_id": "1"}]}, POSTS, Outcome.LOGIN_REQUIRED),
        ({"status_code": 203, "aweme_detail": {"aweme_id": "7"}}, DETAIL, Outcome.OK),
        ({"status_code": 203, "aweme_detail": {"aweme_id": "8"}}, DETAIL, Outcome.SCHEMA_CHANGED),
        ({"statusCode": 10999, "userInfo": {"user": {"secUid": "a"}}}, USER, Outcome.OK),
        ({"statusCode": 10202, "userInfo": {"user": {"secUid": "a"}}}, USER, Outcome.DELETED),
    ],
)
def test_unknown_code_beside_rows_keeps_them(
    answer: dict[str, object], endpoint: Endpoint, outcome: Outcome
) -> None:
    verdict = classify_response(200, "", json.dumps(answer).encode(), endpoint)
    assert verdict.outcome is outcome
    assert verdict.unusual is (outcome is Outcome.OK)
    assert (verdict.answer == answer) is (outcome is Outcome.OK)
    if verdict.unusual:
        assert str(answer.get("status_code") or answer.get("statusCode")) in verdict.detail
