import random
from dataclasses import replace
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy import signing
from f2scrapy.signing import SignatureError, Unsigned, fingerprint

UA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
QUERY = "device_platform=webapp&aid=6383&keyword=%E7%8C%AB%20~&msToken=abc-_%3D"
NOW = 1750000000123
ASK = Unsigned(
    query=QUERY,
    body=b"body",
    user_agent=UA,
    fingerprint=str(fingerprint.generate(UA, random.random)),
    now_ms=NOW,
    random=random.random,
    uifid="0123abcd",
)
TIMELESS = ("webcast", "webcast_f2")  # these do not say when they were made
CHAINS = [*signing.SCHEMES, "a_bogus+secsdk", "a_bogus_1_0_1_19+secsdk", "x_bogus+a_bogus"]


@pytest.mark.parametrize("scheme", CHAINS)
@pytest.mark.parametrize("query", [QUERY, "", "a", "a=1&uifid=0123abcd"])
def test_sign_then_verify(scheme, query):
    signed = signing.sign(scheme, replace(ASK, query=query))
    found = signing.verify(scheme, signed.query, ASK.body, UA, signed.headers)
    assert found.time_ms == 0 if scheme in TIMELESS else NOW - 1000 < found.time_ms <= NOW
    assert list(found.parts) == scheme.split("+")[::-1]


@pytest.mark.parametrize("scheme", ["x_bogus", "a_bogus+secsdk", "x_gnarly"])
def test_verify_gives_back_the_unsigned_query(scheme):
    signed = signing.sign(scheme, ASK)
    assert signing.verify(scheme, signed.query, ASK.body, UA).query == QUERY
    assert signed.query.startswith(QUERY + "&")


@given(st.text(st.characters(codec="ascii", exclude_characters="&="), max_size=40), st.randoms())
def test_any_query_any_draws(query, draws):
    ask = replace(ASK, query=query, random=draws.random)
    for scheme in ("x_bogus", "a_bogus", "a_bogus_1_0_1_19"):
        signed = signing.sign(scheme, ask)
        assert signing.verify(scheme, signed.query, ASK.body, UA).query == query


@pytest.mark.parametrize("query", ["msToken=s&a=1&msToken=t", "msToken=s&msToken=t", "a=1"])
def test_dynosaur_keeps_the_other_ms_tokens(query):
    signed = signing.sign("dynosaur", replace(ASK, query=query)).query
    assert signing.verify("dynosaur", signed, ASK.body, UA).query == query


def test_dynosaur_takes_the_ms_token_from_where_it_stands():
    signed = signing.sign("dynosaur", replace(ASK, query="msToken=t&a=1")).query
    assert signed.startswith("a=1&X-Dynosaur=")
    assert "&msToken=t&X-Bogus=1&" in signed
    assert signing.verify("dynosaur", signed, ASK.body, UA).query == "a=1&msToken=t"


def test_no_scheme_leaves_the_query_alone():
    assert signing.sign("", ASK) == signing.Signed(QUERY, {})
    assert signing.verify("", QUERY, b"", UA) == signing.Verified(QUERY, {})


def test_a_bogus_is_escaped_and_accepted_plain():
    signed = signing.sign("a_bogus", ASK).query
    value = signed.rpartition("=")[2]
    assert value == quote(unquote(value), safe="")
    plain = signed.removesuffix(value) + unquote(value)
    assert signing.verify("a_bogus", plain, ASK.body, UA).query == QUERY


@pytest.mark.parametrize("scheme", CHAINS)
def test_a_changed_query_is_refused(scheme):
    signed = signing.sign(scheme, ASK).query
    with pytest.raises(SignatureError, match=r"(query|stub) hash differs|signature differs"):
        signing.verify(scheme, signed.replace("webapp", "webapq"), ASK.body, UA)


# Those that hash what they sign, part by part.
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
    signed = signing.sign(scheme, ASK).query.replace("webapp", changed)
    with pytest.raises(SignatureError, match=rf"^(X-Dynosaur )?{part} hash differs$"):
        signing.verify(scheme, signed, body, user_agent)


@pytest.mark.parametrize("scheme", signing.SCHEMES)
def test_a_signature_must_be_there_and_last(scheme):
    with pytest.raises(SignatureError, match="is missing"):
        signing.verify(scheme, QUERY, ASK.body, UA)
    with pytest.raises(SignatureError, match="is not the last parameter"):
        signing.verify(scheme, signing.sign(scheme, ASK).query + "&a=1", ASK.body, UA)


def test_an_unknown_scheme_names_the_nearest():
    for call in (lambda s: signing.sign(s, ASK), lambda s: signing.verify(s, QUERY, b"", UA)):
        with pytest.raises(ValueError, match="'a_bogos'; the nearest is 'a_bogus'"):
            call("a_bogos")


def test_secrets_are_not_shown():
    assert "0123abcd" not in repr(ASK)
