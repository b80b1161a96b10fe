import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.signing import SignatureError, codec
from f2scrapy.signing.abogus import OUTPUT

PUBLISHED = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # of b"abc"


def test_sm3_of_the_standard():
    assert codec.sm3(b"abc").hex() == PUBLISHED


def test_sm3_without_openssl(monkeypatch):
    def raise_unsupported(name):
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", raise_unsupported)
    codec._load_sm3.cache_clear()
    try:
        assert codec.sm3(b"abc").hex() == PUBLISHED
    finally:
        codec._load_sm3.cache_clear()


def test_rc4_of_a_published_vector():
    assert codec.rc4(b"Key", b"Plaintext").hex() == "bbf316e8d940af0ad3"


@given(st.binary(min_size=1, max_size=4), st.binary(max_size=700))
def test_rc4_undoes_itself(key, data):
    assert codec.rc4(key, codec.rc4(key, data)) == data


@given(st.binary(max_size=50))
def test_alphabet_round_trip(data):
    assert OUTPUT.decode(OUTPUT.encode(data)) == data


@pytest.mark.parametrize("text", ["+kdp", "Dkd", "D=kd", "Dk=", "Dkdp\n", "Dkdpé", "Dkh="])
def test_alphabet_rejects_text_it_cannot_write(text):
    with pytest.raises(SignatureError):
        OUTPUT.decode(text)


@pytest.mark.parametrize("query", ["", "a=1", "a=1&b=", "a=1&"])
def test_cut_undoes_append(query):
    assert codec.cut(codec.append(query, "sig", "x%2Fy="), "sig") == (query, "x/y=")


@pytest.mark.parametrize(
    ("query", "message"), [("a=1", "missing"), ("sig=x&a=1", "not the last"), ("", "missing")]
)
def test_cut_names_the_fault(query, message):
    with pytest.raises(SignatureError, match=message):
        codec.cut(query, "sig")
