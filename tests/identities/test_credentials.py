"""Secrets need the key of the environment, and show up in no text."""

import pytest

from f2scrapy.api.browser_facts import BrowserFacts
from f2scrapy.api.login_file import make_login
from f2scrapy.errors import InputError
from f2scrapy.identities.credentials import Credentials, decrypt, encrypt, make_key

SECRETS = Credentials(
    login=make_login({"cookies": [{"name": "sessionid", "value": "s3cret"}]}, BrowserFacts()),
    proxy="http://user:s3cret@proxy.example:8080",
    guest={"douyin": {"tokens": {"ttwid": "s3cret"}}},
)


def test_credentials_come_back_with_the_key_alone() -> None:
    key = {"F2_KEY": make_key()}
    text = encrypt(SECRETS, key)
    assert decrypt("a", text, key) == SECRETS
    assert "s3cret" not in text + repr(SECRETS)
    with pytest.raises(InputError, match="identity a: F2_KEY is not the key") as other:
        decrypt("a", text, {"F2_KEY": make_key()})
    assert other.value.__cause__ is None
    with pytest.raises(InputError, match="F2_KEY is not the key"):
        decrypt("a", text[:-9], key)


@pytest.mark.parametrize(("key", "why"), [("", "is not set"), ("short", "is no key")])
def test_missing_or_wrong_key_is_bad_input(key: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        encrypt(SECRETS, {"F2_KEY": key})
