import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.signing import SignatureError, codec, tokens

JSON = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9) | st.none())


@given(st.integers(0, 2**60), st.randoms())
def test_verify_fp_holds_its_time(now_ms, draws):
    assert tokens.read_verify_fp(tokens.make_verify_fp(now_ms, draws.random)) == now_ms


@pytest.mark.parametrize("change", [("_", "-"), ("_4", "_5"), ("verify", "Verify")])
def test_malformed_verify_fp_are_rejected(change):
    value = tokens.make_verify_fp(1700000000000, lambda: 0.0)
    with pytest.raises(SignatureError):
        tokens.read_verify_fp(value.replace(*change))


@pytest.mark.parametrize("length", [148, 184])
def test_ms_token_has_the_platforms_length(length):
    token = tokens.make_ms_token(length, random.random)
    assert len(token) == length
    assert token.endswith("==")
    assert token != tokens.make_ms_token(length, random.random)


@given(JSON, st.integers(0, 255))
def test_str_data_round_trip(report, nonce):
    assert tokens.read_str_data(tokens.make_str_data(report, nonce)) == report


def test_f2s_str_data_is_a_report(shared):
    constants = json.loads((shared / "reference/signing/constants.json").read_text())
    blob = constants["tokens"]["douyin"]["ms_token"]["strData"]
    assert set(tokens.read_str_data(blob)) == {"nWID", "wID"}


@pytest.mark.parametrize("value", ["", "Dkdp", codec.WEBMSSDK.encode(b"A\0[]"), "#"])
def test_malformed_str_data_is_rejected(value):
    with pytest.raises(SignatureError):
        tokens.read_str_data(value)
