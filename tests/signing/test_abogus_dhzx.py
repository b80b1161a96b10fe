import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.signing import SignatureError, abogus_dhzx, blend
from f2scrapy.signing.abogus import OUTPUT

UA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
QUERY = "device_platform=webapp&aid=6383&aweme_id=7372484719365098803"
MARK = "1536|747|1536|834|1536|834|1536|864|Win32"
NOW = 1750000000000
TEXT = st.text(max_size=60)
FLAGS = st.integers(0, 2**16 - 1)


def make_signature(query=QUERY, user_agent=UA, **more):
    return abogus_dhzx.sign(query, user_agent, MARK, NOW, random.random, **more)


@given(TEXT, TEXT, st.binary(max_size=60), FLAGS, st.randoms())
def test_verify_decodes_a_signature(query, user_agent, body, flags, draws):
    page = abogus_dhzx.Page(40, flags, env=65, ub=0, page_id=7, aid=2**32 - 1)
    signature = abogus_dhzx.sign(
        query, user_agent, MARK, NOW, draws.random, body=body, page=page, calls=140
    )
    found = abogus_dhzx.verify(signature, query, user_agent, body=body)
    assert (found.time_ms, found.fingerprint, found.flags) == (NOW, MARK, flags)
    assert (found.env, found.ub, found.page_id, found.aid) == (65, 0, 7, 2**32 - 1)


@given(st.text("|0", max_size=9), st.integers(1721836800000, 2**48 - 1))
def test_any_length_survives_a_dropped_zero(mark, time):
    found = abogus_dhzx.decode(abogus_dhzx.sign(QUERY, UA, mark, time, random.random))
    assert (found.fingerprint, found.time_ms) == (mark, time)


@given(st.binary(max_size=50), st.randoms())
def test_contract_undoes_expand(data, draws):
    back = blend.contract(blend.expand(data, draws.random))
    assert back == data or back + b"\0" == data


def test_every_byte_of_the_slots_counts():
    signature = abogus_dhzx.sign(QUERY, UA, "", NOW, random.random)
    raw = OUTPUT.decode(signature)
    for at in range(12, 12 + 64):  # 48 slots; bit 6 holds data in one of four bytes
        changed = raw[:at] + bytes((raw[at] ^ 255,)) + raw[at + 1 :]
        with pytest.raises(SignatureError):
            abogus_dhzx.verify(OUTPUT.encode(changed), QUERY, UA)


@pytest.mark.parametrize("at", range(12))
def test_head_and_noise_must_have_their_fixed_bits(at):
    raw = bytearray(OUTPUT.decode(make_signature()))
    raw[at] ^= 255
    with pytest.raises(SignatureError, match=r"head|noise"):
        abogus_dhzx.verify(OUTPUT.encode(bytes(raw)), QUERY, UA)


@pytest.mark.parametrize(("slot", "value"), [(40, 9), (40, 132), (41, 1), (42, 1)])
def test_slots_of_unknown_meaning_are_no_constants(monkeypatch, slot, value):
    """Browsers sent these in January 2026, and on www.douyin.com in August."""
    with monkeypatch.context() as patch:
        patch.setitem(abogus_dhzx._FIXED, slot, value)
        signature = make_signature(page=abogus_dhzx.Page(page_id=slot, offset=value & 15))
    assert abogus_dhzx.verify(signature, QUERY, UA).slots[slot] == value


def test_reused_calls_are_independent_and_valid():
    signatures = {make_signature() for _ in range(20)}
    assert len(signatures) == 20
    for signature in signatures:
        assert abogus_dhzx.verify(signature, QUERY, UA).time_ms == NOW


@pytest.mark.parametrize("reserved_at", [3, 31])
def test_third_byte_avoids_the_reserved_value(reserved_at):
    digest = bytearray([11] * 32)
    assert abogus_dhzx._QUERY.pick(bytes(digest), 0)[2] == 12
    digest[reserved_at] = 99
    assert abogus_dhzx._QUERY.pick(bytes(digest), 0)[2] == 99
    assert abogus_dhzx._QUERY.pick(bytes(digest), 2)[2] == 11


@given(st.binary(max_size=300))
def test_other_bytes_are_rejected(data):
    with pytest.raises(SignatureError):
        abogus_dhzx.verify(OUTPUT.encode(data), QUERY, UA)
