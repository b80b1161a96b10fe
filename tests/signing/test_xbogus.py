import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.signing import SignatureError, xbogus

UA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
QUERY = "device_platform=webapp&aid=6383&aweme_id=7372484719365098803"
NOW = 1700000000
TEXT = st.text(max_size=60)


def test_same_inputs_same_signature():
    assert xbogus.sign(QUERY, UA, NOW) == xbogus.sign(QUERY, UA, NOW)
    assert len(xbogus.sign(QUERY, UA, NOW)) == 28


@given(
    TEXT, TEXT, st.integers(0, 2**32 - 1), st.binary(max_size=60), st.binary(min_size=3, max_size=3)
)
def test_verify_decodes_a_signature(query, user_agent, time, body, env):
    signature = xbogus.sign(query, user_agent, time, body=body, env=env, canvas=7)
    found = xbogus.verify(signature, query, user_agent, body=body)
    assert (found.time, found.env, found.canvas) == (time, env, 7)


@pytest.mark.parametrize(
    "query", ["", "a", "0" * 32, "d41d8cd98f00b204e9800998ecf8427e", "猫=1", "é"]
)
def test_short_and_foreign_queries_round_trip(query):
    signature = xbogus.sign(query, "猫", NOW)
    xbogus.verify(signature, query, "猫")
    with pytest.raises(SignatureError, match="query hash differs"):
        xbogus.verify(signature, query + "x", "猫")


@pytest.mark.parametrize("at", range(28))
def test_every_character_counts(at):
    signature = xbogus.sign(QUERY, UA, NOW)
    other = "D" if signature[at] != "D" else "k"
    with pytest.raises(SignatureError):
        xbogus.verify(signature[:at] + other + signature[at + 1 :], QUERY, UA)


@pytest.mark.parametrize("signature", ["", "Dkdp", "DFSzswVYQ2UANJXJtmWx-e9WX7nhDkdp", "#" * 28])
def test_verify_rejects_other_texts(signature):
    with pytest.raises(SignatureError):
        xbogus.verify(signature, QUERY, UA)
