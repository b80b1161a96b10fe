import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.signing import SignatureError, webcast

ROOM = {
    "live_id": "1",
    "aid": "6383",
    "version_code": "180800",
    "webcast_sdk_version": "1.0.14-beta.0",
    "room_id": "7208747628162645378",
    "did_rule": "3",
    "user_unique_id": "7059868578622623156",
    "device_platform": "web",
    "identity": "audience",
    "cursor": "not signed",
}
STUB = "23dd19014f602eda3ed29ae93cc3c740"


def test_stub_of_a_rooms_parameters():
    assert webcast.compute_stub(ROOM) == STUB


def test_known_signature():
    draws = iter([0.963532750852, 0.805529619082, 0.107595766761])
    signature = webcast.sign(STUB, draws.__next__, env=0, ub=0, calls=17)
    assert signature == "fkuo4VFjvC5PyPti"


@given(
    st.binary(min_size=16, max_size=16), st.randoms(), st.integers(0, 65535), st.integers(0, 255)
)
def test_verify_decodes_a_signature(digest, draws, env, ub):
    signature = webcast.sign(digest.hex(), draws.random, env=env, ub=ub, calls=65)
    found = webcast.verify(signature, digest.hex())
    assert (found.env, found.ub, found.calls) == (env, ub, 1)


def test_another_room_is_refused():
    other = webcast.compute_stub({**ROOM, "room_id": "1"})
    with pytest.raises(SignatureError, match="stub hash differs"):
        webcast.verify(webcast.sign(STUB, random.random), other)


@pytest.mark.parametrize("at", range(16))
def test_every_character_counts(at):
    signature = webcast.sign(STUB, lambda: 0.3)
    for other in "Dkdpgh":
        changed = signature[:at] + other + signature[at + 1 :]
        if changed != signature and at:  # the first has a bit that is random
            with pytest.raises(SignatureError):
                webcast.verify(changed, STUB)


@pytest.mark.parametrize("stub", ["", STUB.upper(), STUB[:-2], "x" * 32, STUB + "00"])
def test_a_stub_is_lower_case_hex(stub):
    with pytest.raises(ValueError):
        webcast.sign(stub, random.random)
