"""The cookies a user has already, in each form that browsers and their extensions give them."""

import json
from pathlib import Path

import pytest

from f2scrapy.api.cookies import read_cookies
from f2scrapy.errors import InputError

HOSTS = ["www.douyin.com", "live.douyin.com"]


def read(folder: Path, text: str) -> list[tuple[str, str, str, int | None]]:
    path = folder / "cookies"
    path.write_text(text, "utf-8")
    return [(c.domain, c.name, c.value or "", c.expires) for c in read_cookies(str(path), HOSTS)]


def test_json_of_an_extension_keeps_hosts_and_expiry(tmp_path: Path) -> None:
    text = json.dumps([
        {"domain": ".douyin.com", "expirationDate": 4102444800.5, "hostOnly": False,
         "name": "sessionid", "path": "/", "session": False, "value": "abc", "id": 1},
        {"domain": "www.douyin.com", "hostOnly": True, "name": "ttwid", "session": True,
         "path": "/", "value": "1%7Cabc"},
        {"domain": "douyin.com", "hostOnly": False, "name": "bare", "value": ""},
    ])  # fmt: skip
    assert read(tmp_path, text) == [
        (".douyin.com", "sessionid", "abc", 4102444800),
        ("www.douyin.com", "ttwid", "1%7Cabc", None),
        (".douyin.com", "bare", "", None),
    ]


def test_json_of_a_state_file_marks_sessions_by_minus_one(tmp_path: Path) -> None:
    rows = [
        {"name": "a", "value": "1", "domain": ".tiktok.com", "path": "/", "expires": -1},
        {"name": "b", "value": "2", "domain": "www.tiktok.com", "expires": 4102444800},
    ]
    assert read(tmp_path, json.dumps({"cookies": rows, "origins": []})) == [
        (".tiktok.com", "a", "1", None),
        ("www.tiktok.com", "b", "2", 4102444800),
    ]


def test_the_customers_export_is_read(shared: Path) -> None:
    [case] = (shared / "reference/cases/crawl").glob("17-*.json")
    found = read_cookies(str(case), HOSTS)
    assert [(c.domain, c.name) for c in found] == [
        (".douyin.com", "sessionid"), ("www.douyin.com", "ttwid"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "sessionid=abc; b=1",
        "b=1；sessionid=abc；",
        "Cookie: sessionid=abc; b=1\n",
        '"sessionid=abc; b=1"',
        "Cookie: 'sessionid=abc;b=1'\r\n",
        "\ufeffcookie：“sessionid=abc; b=1”\n",
        "'cookie: sessionid=abc; b=1'",
    ],
)
def test_header_in_a_file_is_for_each_host(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert [row[:3] for row in found if row[1] == "sessionid"] == [
        (host, "sessionid", "abc") for host in HOSTS
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[{"name": "a", "value": "s3cret"}]', "entry 1 is no cookie"),
        ('[{"name": "a", "value": "s3\\ncret", "domain": "b"}]', "entry 1 is no cookie"),
        ('{"cookies": "s3cret"}', "entry 1 is no cookie"),
        ('[{"name": "s3cret"', "this is no JSON"),
        ("[" * 100_000, "this is no JSON"),
        ("[]", "this holds no cookie"),
        ("a=s3cret; b c=1", "this is no Cookie header"),
        ("“a=s3cret; b=1", "this is no Cookie header"),
        ("a=s3cret; 'b=1'", "this is no Cookie header"),
    ],
)
def test_fault_of_a_file_is_named_without_its_content(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(InputError) as fault:
        read(tmp_path, text)
    assert why in str(fault.value)
    assert "s3cret" not in str(fault.value)
