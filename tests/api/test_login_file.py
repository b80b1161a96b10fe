"""The login that a browser made is kept for its owner, and given with the facts of its browser."""

import json
from pathlib import Path

import pytest
from support.real_browser import is_private

from f2scrapy.api.browser_facts import BrowserFacts
from f2scrapy.api.identity_options import build_identity
from f2scrapy.api.login_file import make_login, read_login, write_login
from f2scrapy.config.file import load_options
from f2scrapy.errors import InputError

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/155.0.0.0"
FACTS = BrowserFacts(
    user_agent=f"{AGENT} Safari/537.36", brands='"Chromium";v="155"', system="Linux", cores=4,
    memory=16, screen="1050|737|1050|880|0|10|0|0|1600|900|1600|900|1050|737|24|24|Linux x86_64",
)  # fmt: skip
STATE = {"cookies": [{"name": "sessionid", "value": "s3cret", "domain": ".douyin.com",
                      "path": "/", "expires": 4102444800}], "origins": []}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "f2scrapy.login.json"
    write_login(path, "douyin", make_login(STATE, FACTS))
    return path


def test_file_holds_a_login_for_each_platform_and_is_private(path: Path) -> None:
    write_login(path, "tiktok", make_login({"cookies": []}, BrowserFacts()))
    assert is_private(path)
    login = read_login(path, "douyin")
    assert login
    assert login.browser == FACTS
    assert [cookie.name for cookie in login.list_cookies()] == ["sessionid"]
    assert read_login(path.with_name("none.json"), "douyin") is None
    assert read_login(path / "below.json", "douyin") is None  # F2_PATH names a file


def test_identity_has_all_facts_of_the_browser_or_none(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("F2_COOKIE", raising=False)
    options = {"F2_PATH": str(path.parent), "F2_SANDBOX": "", "F2_LOGIN": str(path)}
    identity = build_identity(load_options(**options), "douyin")
    assert "sessionid=s3cret" in identity.build_cookie_header("https://www.douyin.com/")
    assert identity.headers["User-Agent"] == FACTS.user_agent
    assert identity.headers["sec-ch-ua"] == FACTS.brands
    assert identity.headers["sec-ch-ua-platform"] == '"Linux"'
    facts = identity.facts
    shown = [facts[name] for name in ("version", "os_name", "os_version", "os", "cores", "memory")]
    assert shown == ["155.0.0.0", "Linux", "", "linux", 4, 16]
    assert str(identity.screen) == FACTS.screen
    assert "s3cret" not in repr(identity)
    other = build_identity(load_options(**options), "tiktok")
    assert other.facts["system"] == "Windows"
    monkeypatch.setenv("F2_COOKIE", "sessionid=other")
    assert build_identity(load_options(**options), "douyin").facts["os"] == "windows"


@pytest.mark.parametrize("content", ["x", "[]", '{"douyin": {}}', '{"douyin": "s3cret"}'])
def test_damaged_file_is_one_line(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(InputError, match=r"F2_LOGIN=.*: it is damaged; remove it and run"):
        read_login(path, "douyin")


def test_damaged_cookies_are_one_line_without_them(path: Path) -> None:
    saved = json.loads(path.read_text())
    saved["douyin"]["state"]["cookies"] = [{"name": "s3cret"}]
    path.write_text(json.dumps(saved))
    with pytest.raises(InputError, match="it is damaged") as fault:
        read_login(path, "douyin")
    assert "s3cret" not in str(fault.value)
