import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.signing import SignatureError, tiktok_dynosaur, tiktok_gnarly
from f2scrapy.signing.tiktok_envelope import ALPHABET, draw, pack, seal, unpack, unseal
from f2scrapy.signing.tiktok_text import A, B, hash32

UA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
QUERY = "aid=1988&app_name=tiktok_web&keyword=%E7%8C%AB"
NOW = 1750000000
SHORT = 2**28 * 6519  # ms; 0 µs modulo 2^31, so that field 8 has two bytes
TEXT = st.text(max_size=40)
LATIN = st.text(st.characters(max_codepoint=255), max_size=40)

draws: Callable[[], float] = random.Random(5).random


def sign_dynosaur(query=QUERY, **more):
    return tiktok_dynosaur.sign(query, UA, NOW, draws, ms_token="t%3D", **more)


@given(st.binary(min_size=1, max_size=300), st.randoms())
def test_unseal_undoes_seal(payload, draws):
    assert unseal(seal(payload, draw(draws.random))) == payload


@pytest.mark.parametrize("raw", [b"", b"K", b"K" + bytes(48), b"L" + bytes(60)])
def test_malformed_envelopes_are_rejected(raw):
    with pytest.raises(SignatureError, match="envelope"):
        unseal(raw)


@pytest.mark.parametrize("data", [b"\1", b"\1\0\2a", pack({1: b"a"}) * 2])
def test_malformed_fields_are_rejected(data):
    with pytest.raises(SignatureError, match="fields"):
        unpack(data)


@given(LATIN)
@pytest.mark.parametrize("cipher", [A, B])
def test_texts_round_trip(cipher, text):
    assert cipher.decode(cipher.encode(text)) == text


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0\0\0\0", b"\1\2\3\4\0\377"])
def test_malformed_texts_are_rejected(data):
    with pytest.raises(SignatureError, match="no text"):
        A.decode(data)


def test_hash_of_an_empty_text():
    assert hash32("") == 0x811C9DC4


@given(TEXT, TEXT, st.binary(max_size=40), st.integers(10**12, 2**41 * 3 // 2), st.randoms())
def test_gnarly_round_trip(query, user_agent, body, time_ms, draws):
    signature = tiktok_gnarly.sign(query, user_agent, time_ms, draws.random, body=body, env=65)
    found = tiktok_gnarly.verify(signature, query, user_agent, body=body)
    assert (found.time, found.env, found.version) == (time_ms // 1000, 65, "5.1.1")


def test_gnarly_without_its_last_byte():
    signature = tiktok_gnarly.sign(QUERY, UA, SHORT, random.Random(1).random)
    found = tiktok_gnarly.verify(signature, QUERY, UA)
    assert len(found.payload) == 173
    assert found.fields[8] == b"\0\0"


@pytest.mark.parametrize("seed", [277, 560, 677])  # seeds with the first key at the end
def test_gnarly_does_not_lose_its_key(seed):
    signature = tiktok_gnarly.sign(QUERY, UA, SHORT, random.Random(seed).random)
    tiktok_gnarly.verify(signature, QUERY, UA)


@given(TEXT, LATIN, st.binary(max_size=40), st.integers(1, 9), st.randoms())
def test_dynosaur_round_trip(query, name, body, sequence, draws):
    page = tiktok_dynosaur.Page(name, env=65, ub=3)
    sent = tiktok_dynosaur.sign(
        query, UA, NOW, draws.random, body=body, sequence=sequence, page=page
    )
    found = tiktok_dynosaur.verify(sent, UA, body=body)
    assert (found.query, found.ms_token, found.time_ms) == (query, "", NOW * 1000)
    assert (found.dynosaur.page, found.dynosaur.sequence) == (page, sequence)
    assert (found.gnarly.env, found.gnarly.ub, found.gnarly.sequence) == (65, 3, sequence)


def test_the_order_of_parameters():
    names = [part.partition("=")[0] for part in sign_dynosaur().split("&")]
    assert names[3:] == ["X-Dynosaur", "msToken", "X-Bogus", "X-Gnarly"]


def test_a_dynosaur_of_another_query_is_refused():
    key = draw(draws)
    stolen = tiktok_dynosaur.sign_dynosaur("a=1", UA, NOW, 7, key)
    covered = f"{QUERY}&X-Dynosaur={stolen}&msToken="
    gnarly = tiktok_dynosaur.sign_gnarly(covered, UA, NOW, (7, 8), key)
    with pytest.raises(SignatureError, match="X-Dynosaur query hash differs"):
        tiktok_dynosaur.verify(f"{covered}&X-Bogus=1&X-Gnarly={gnarly}", UA)


@pytest.mark.parametrize("at", range(0, 40, 8))
def test_a_changed_byte_is_refused(at):
    gnarly = tiktok_gnarly.sign(QUERY, UA, NOW * 1000, draws)
    pair = sign_dynosaur()
    for signature, verify in (
        (gnarly, partial(tiktok_gnarly.verify, query=QUERY, user_agent=UA)),
        (pair.split("X-Gnarly=")[1], tiktok_dynosaur.decode_gnarly),
        (pair.split("X-Dynosaur=")[1].split("&")[0], tiktok_dynosaur.decode_dynosaur),
    ):
        raw = ALPHABET.decode(signature)
        changed = raw[:at] + bytes((raw[at] ^ 8,)) + raw[at + 1 :]
        with pytest.raises(SignatureError):
            verify(ALPHABET.encode(changed))


def test_another_version_is_refused():
    with pytest.raises(ValueError, match=r"5\.2"):
        tiktok_gnarly.sign(QUERY, UA, NOW * 1000, draws, version="5.2")
