"""Addresses of stores are read without their secrets, and a fault in one quotes none."""

import sys
from pathlib import Path

import pytest

from f2scrapy.config.file import load_options
from f2scrapy.crawl.preflight import check_store
from f2scrapy.errors import InputError
from f2scrapy.store.address import parse_address
from f2scrapy.store.opening import open_store

FAULTS = {
    "bucket/prefix": "want an address with one of s3, oss",
    "dropbox://x": "dropbox:// is not known; there are s3, oss",
    "s3:///prefix": "want s3://HOST/PATH",
    "s3://minio:9000/prefix": "want s3://BUCKET/PREFIX; hosts go into F2_PUBLISH_OPTIONS",
    "s3://KEY:hush@bucket": "no password goes in here; set F2_PUBLISH_PASSWORD",
    "s3://KEY@bucket": "no key goes in here; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "sftp://me:hush@host/x": "no password goes in here; set F2_PUBLISH_PASSWORD",
    "webdav://host/x?token=hush": "want no ? and no # in it",
    "sftp://host/../x": "want a path without .. and control characters",
    "sftp://host:99999/x": "this is no address",
    "file://nas/x": "want file:///FOLDER",
    "file:///": "want file:///FOLDER",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_named_and_no_secret_quoted(text: str) -> None:
    with pytest.raises(InputError) as raised:
        load_options(F2_PUBLISH=text)
    assert str(raised.value).startswith("F2_PUBLISH=")
    assert FAULTS[text] in str(raised.value)
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "why"),
    {
        "secret_access_key=hush": "secret_access_key is a secret: set it in the environment",
        "password=hush": "password is a secret",
        "endpoint=https://me:hush@host": "endpoint: no password goes in here",
        "hush": "want NAME=VALUE,NAME=VALUE",
    }.items(),
)
def test_options_hold_no_secret(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as raised:
        load_options(F2_PUBLISH="s3://bucket", F2_PUBLISH_OPTIONS=text)
    assert "hush" not in str(raised.value)


def test_options_come_from_a_text_or_from_yaml(tmp_path: Path) -> None:
    file = tmp_path / "f2scrapy.yaml"
    options = "publish_options:\n  endpoint: https://x\n  n: true\n"
    file.write_text(f"publish: s3://bucket/a b/\n{options}")
    address = load_options(F2_CONFIG=str(file)).store_address
    assert address is not None
    assert (str(address), address.options) == ("s3://bucket/a b", {"endpoint": "https://x",
                                                                    "n": "true"})  # fmt: skip
    text = load_options(F2_PUBLISH="s3://bucket/", F2_PUBLISH_OPTIONS="endpoint=https://x, n=1,")
    assert text.publish_options == {"endpoint": "https://x", "n": "1"}
    assert str(text.store_address) == "s3://bucket"


@pytest.mark.parametrize(
    "text",
    ["sftp://me@host:2222/files", "webdav://host/dav/me", "file:///mnt/nas/f2", "oss://bucket"],
)
def test_the_name_of_a_store_is_its_address(text: str) -> None:
    assert str(parse_address(text, {})) == text


def test_options_that_contradict_each_other_are_refused() -> None:
    for given, why in (
        ({"F2_KEEP_LOCAL": "no"}, "F2_KEEP_LOCAL=no: files must go to a store first"),
        ({"F2_KEEP_LOCAL": "no", "F2_LINK": "yes", "F2_PUBLISH": "file:///x"}, "F2_LINK: links"),
    ):
        with pytest.raises(InputError, match=why):
            check_store(load_options(**given))


@pytest.mark.parametrize(
    ("text", "package", "installed"),
    [
        ("s3://bucket", "opendal", "opendal"),
        ("webdav://host/x", "httpx", "webdav4"),
        ("sftp://host/x", "paramiko", "paramiko"),
    ],
)
def test_without_a_package_the_command_is_named(
    text: str, package: str, installed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [*sys.modules]:
        if name.startswith(("f2scrapy.store.objects", "f2scrapy.store.webdav",
                            "f2scrapy.store.sftp")):  # fmt: skip
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=f"{package}: pip install .*{installed}"):
        open_store(parse_address(text, {}))


@pytest.mark.parametrize(
    ("text", "options", "why"),
    [
        ("sftp://host/x", {"known_hots": "x"}, "known_hots, with sftp://, is not known"),
        ("sftp://host/x", {"key_file": "absent"}, "key_file=absent: there is no such file"),
        ("webdav://host/x", {"root": "/"}, "root, with webdav://, is not known; there are none"),
    ],
)
def test_options_of_a_store_are_checked(text: str, options: dict[str, str], why: str) -> None:
    with pytest.raises(InputError, match=why):
        open_store(parse_address(text, options))
