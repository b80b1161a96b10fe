import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.signing import SignatureError, abogus
from f2scrapy.signing.blend import blend

UA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
QUERY = "device_platform=webapp&aid=6383&aweme_id=7372484719365098803"
MARK = "1536|747|1536|834|0|30|0|0|1536|834|1536|864|1536|747|24|24|Win32"
NOW = 1700000000000
TEXT = st.text(max_size=60)
WORD = st.integers(0, 2**32 - 1)


def make_signature(query=QUERY, user_agent=UA, **more):
    return abogus.sign(query, user_agent, MARK, NOW, random.random, **more)


@given(TEXT, TEXT, st.binary(max_size=60), st.tuples(WORD, WORD, WORD), st.randoms())
def test_verify_decodes_a_signature(query, user_agent, body, options, draws):
    more = {"options": options, "aid": 2**32 - 2, "page": 66051, "end_ms": NOW + 9}
    signature = abogus.sign(query, user_agent, MARK, NOW, draws.random, body=body, **more)
    found = abogus.verify(signature, query, user_agent, body=body)
    assert (found.start_ms, found.end_ms, found.page) == (NOW, NOW + 9, 66051)
    assert (found.fingerprint, found.options, found.aid) == (MARK, options, 2**32 - 2)


@given(st.integers(0, 2**48 - 1))
def test_any_time_survives_the_spill(time):
    found = abogus.decode(abogus.sign(QUERY, UA, "", time, lambda: 0.5))
    assert (found.start_ms, found.end_ms) == (time, time)


@pytest.mark.parametrize("query", ["", "a", "0" * 32, "猫=1", "é"])
@pytest.mark.parametrize("user_agent", ["", "Mozilla/5.0", "é", "浏览器"])
def test_short_and_foreign_text(query, user_agent):
    abogus.verify(make_signature(query, user_agent), query, user_agent)


def test_every_byte_of_the_frame_counts():
    raw = abogus.OUTPUT.decode(make_signature())
    for at in (*range(12, 56), len(raw) - 1):
        changed = raw[:at] + bytes((raw[at] ^ 4,)) + raw[at + 1 :]
        with pytest.raises(SignatureError, match=r"checksum|fixed|length"):
            abogus.verify(abogus.OUTPUT.encode(changed), QUERY, UA)


@pytest.mark.parametrize("at", range(12))
def test_prefix_must_have_its_fixed_bits(at):
    raw = bytearray(abogus.OUTPUT.decode(make_signature()))
    raw[at] ^= 255
    with pytest.raises(SignatureError, match="prefix"):
        abogus.verify(abogus.OUTPUT.encode(bytes(raw)), QUERY, UA)


def test_prefix_may_have_other_bits_for_each_number():
    def make_signature_with(*pairs):
        numbers = b"".join(blend(pair, 210, 4) for pair in pairs)
        rest = abogus.OUTPUT.decode(make_signature())[12:]
        return abogus.OUTPUT.encode(numbers + rest)

    abogus.verify(make_signature_with((3, 45), (1, 0), (1, 5)), QUERY, UA)  # streamget 4.0.10
    with pytest.raises(SignatureError, match="prefix"):
        abogus.verify(make_signature_with((3, 45), (1, 5), (1, 0)), QUERY, UA)


def test_reused_calls_are_independent_and_valid():
    signatures = {make_signature() for _ in range(20)}
    assert len(signatures) == 20
    for signature in signatures:
        assert abogus.verify(signature, QUERY, UA).time_ms == NOW


def test_signature_uses_the_alphabet():
    assert re.fullmatch(r"[A-Za-z0-9/-]{160,172}=*", make_signature())


@pytest.mark.parametrize("mark", ["x" * 256, "猫"])
def test_impossible_fingerprints_are_refused(mark):
    with pytest.raises(ValueError):
        abogus.sign(QUERY, UA, mark, NOW, random.random)


@pytest.mark.parametrize("signature", ["", "Dkdp", "D" * 76, "#" * 168, "D" * 4000])
def test_verify_rejects_other_texts(signature):
    with pytest.raises(SignatureError):
        abogus.verify(signature, QUERY, UA)
