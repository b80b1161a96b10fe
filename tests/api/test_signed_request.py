"""What goes over the wire says each thing once."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from f2scrapy.api.identity import Identity, build_identity
from f2scrapy.api.signed_request import build_file_request, build_request, sign_query
from f2scrapy.config.file import load_options
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints.users import QueryUser, UserProfile
from f2scrapy.signing import verify

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
    ("kind", "accept"), [("image", "image/avif,image/webp,"), ("video", "*/*"), ("", "*/*")]
)
def test_files_are_asked_for_as_by_a_page(identity: Identity, kind: str, accept: str) -> None:
    sent = build_file_request(identity, "https://p3-pc-sign.douyinpic.com/x.webp", kind).headers[
        "Accept"
    ]
    assert sent.startswith(accept)
    assert "json" in build_request(identity, QueryUser()).headers["Accept"]
