import random
from dataclasses import replace
from hashlib import md5
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy import signing
from f2scrapy.signing import SignatureError, Unsigned, fingerprint

UA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
QUERY = "device_platform=webapp&aid=6383&keyword=%E7%8C%AB%20~&msToken=abc-_%3D"
NOW = 1750000000123
REQUEST = Unsigned(
    query=QUERY,
    body=b"body",
    user_agent=UA,
    fingerprint=str(fingerprint.generate(UA, random.random)),
    now_ms=NOW,
    random=random.random,
    uifid="0123abcd",
)
TIMELESS = ("webcast", "webcast_f2")  # without a time of signing
CHAINS = [*signing.SCHEMES, "a_bogus+secsdk", "a_bogus_1_0_1_19+secsdk", "x_bogus+a_bogus"]


@pytest.mark.parametrize("scheme", CHAINS)
@pytest.mark.parametrize("query", [QUERY, "", "a", "a=1&uifid=0123abcd"])
def test_sign_then_verify(scheme, query):
    signed = signing.sign(scheme, replace(REQUEST, query=query))
    found = signing.verify(scheme, signed.query, REQUEST.body, UA, signed.headers)
    assert found.time_ms == 0 if scheme in TIMELESS else NOW - 1000 < found.time_ms <= NOW
    assert list(found.parts) == scheme.split("+")[::-1]


@pytest.mark.parametrize("scheme", ["x_bogus", "a_bogus+secsdk", "x_gnarly"])
def test_verify_returns_the_unsigned_query(scheme):
    signed = signing.sign(scheme, REQUEST)
    assert signing.verify(scheme, signed.query, REQUEST.body, UA).query == QUERY
    assert signed.query.startswith(QUERY + "&")


@given(st.text(st.characters(codec="ascii", exclude_characters="&="), max_size=40), st.randoms())
def test_any_query_any_draws(query, draws):
    request = replace(REQUEST, query=query, random=draws.random)
    for scheme in ("x_bogus", "a_bogus", "a_bogus_1_0_1_19"):
        signed = signing.sign(scheme, request)
        assert signing.verify(scheme, signed.query, REQUEST.body, UA).query == query


@pytest.mark.parametrize("query", ["msToken=s&a=1&msToken=t", "msToken=s&msToken=t", "a=1"])
def test_dynosaur_keeps_the_other_ms_tokens(query):
    signed = signing.sign("dynosaur", replace(REQUEST, query=query)).query
    assert signing.verify("dynosaur", signed, REQUEST.body, UA).query == query


def test_dynosaur_moves_the_ms_token():
    signed = signing.sign("dynosaur", replace(REQUEST, query="msToken=t&a=1")).query
    assert signed.startswith("a=1&X-Dynosaur=")
    assert "&msToken=t&X-Bogus=1&" in signed
    assert signing.verify("dynosaur", signed, REQUEST.body, UA).query == "a=1&msToken=t"


def test_no_scheme_leaves_the_query_alone():
    assert signing.sign("", REQUEST) == signing.Signed(QUERY, {})
    assert signing.verify("", QUERY, b"", UA) == signing.Verified(QUERY, {})


@pytest.mark.parametrize("scheme", ["a_bogus", "a_bogus_1_0_1_19"])
def test_a_bogus_is_sent_plain_and_accepted_escaped(scheme):
    signed = signing.sign(scheme, REQUEST).query
    query, _, value = signed.partition("&a_bogus=")
    assert value == unquote(value) != quote(value, safe="")
    for sent in (value, quote(value, safe="")):
        escaped = f"{query}&a_bogus={sent}"
        assert signing.verify(scheme, escaped, REQUEST.body, UA).query == QUERY


def test_secsdk_hashes_a_bogus_as_it_is_sent():
    signed = signing.sign("a_bogus+secsdk", REQUEST).query
    covered, _, signature = signed.partition("&x-secsdk-web-signature=")
    time = covered.rpartition("timestamp=")[2]
    text = f"{REQUEST.uifid}_{time}_A96D855A08C0A9707F8BEF0D9A527E4E_{covered}"
    assert signature == md5(text.encode()).hexdigest()
    assert "%" not in covered.partition("&a_bogus=")[2]


@pytest.mark.parametrize("scheme", CHAINS)
def test_a_changed_query_is_refused(scheme):
    signed = signing.sign(scheme, REQUEST).query
    with pytest.raises(SignatureError, match=r"(query|stub) hash differs|signature differs"):
        signing.verify(scheme, signed.replace("webapp", "webapq"), REQUEST.body, UA)


# Schemes that hash query, body and user agent separately.
HASHED = [name for name in signing.SCHEMES if name not in ("secsdk", "webcast", "webcast_f2")]


@pytest.mark.parametrize("scheme", HASHED)
@pytest.mark.parametrize(
    ("part", "changed", "body", "user_agent"),
    [
        ("query", "webapq", b"body", UA),
        ("body", "webapp", b"Body", UA),
        ("body", "webapp", b"", UA),
        ("user agent", "webapp", b"body", UA[:-1]),
    ],
)
def test_verify_names_the_part_that_differs(scheme, part, changed, body, user_agent):
    signed = signing.sign(scheme, REQUEST).query.replace("webapp", changed)
    with pytest.raises(SignatureError, match=rf"^(X-Dynosaur )?{part} hash differs$"):
        signing.verify(scheme, signed, body, user_agent)


@pytest.mark.parametrize("scheme", signing.SCHEMES)
def test_a_signature_must_be_there_and_last(scheme):
    with pytest.raises(SignatureError, match="is missing"):
        signing.verify(scheme, QUERY, REQUEST.body, UA)
    with pytest.raises(SignatureError, match="is not the last parameter"):
        signing.verify(scheme, signing.sign(scheme, REQUEST).query + "&a=1", REQUEST.body, UA)


def test_an_unknown_scheme_names_the_nearest():
    for call in (lambda s: signing.sign(s, REQUEST), lambda s: signing.verify(s, QUERY, b"", UA)):
        with pytest.raises(ValueError, match="'a_bogos'; the nearest is 'a_bogus'"):
            call("a_bogos")


def test_repr_hides_secrets():
    assert "0123abcd" not in repr(REQUEST)
