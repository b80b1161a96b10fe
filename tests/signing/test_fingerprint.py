import pytest
from hypothesis import given
from hypothesis import strategies as st

from f2scrapy.signing import fingerprint

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64)": "Win32",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)": "MacIntel",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0)": "Linux x86_64",
    "": "Win32",
}


@given(st.sampled_from(sorted(AGENTS)), st.randoms())
def test_windows_fit_their_screens(user_agent, draws):
    found = fingerprint.generate(user_agent, draws.random)
    assert found.platform == AGENTS[user_agent]
    assert 0 < found.inner_width <= found.outer_width <= found.avail_width <= found.size_width
    assert 0 < found.inner_height < found.outer_height <= found.avail_height <= found.size_height
    assert found.screen_y + found.outer_height <= found.size_height


def test_both_forms():
    text = "1536|747|1536|834|0|30|0|0|1536|864|1536|834|1536|747|24|24|Win32"
    found = fingerprint.parse(text)
    assert str(found) == text
    assert found.short == "1536|747|1536|834|1536|834|1536|864|Win32"


@pytest.mark.parametrize("text", ["", "1|2|Win32", "x|" * 16 + "Win32"])
def test_malformed_fingerprints_are_rejected(text):
    with pytest.raises(ValueError):
        fingerprint.parse(text)
