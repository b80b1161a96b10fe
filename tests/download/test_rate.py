"""All transfers together stay below F2_RATE."""

import pytest

from f2scrapy.download.rate import RateLimit, parse_rate
from f2scrapy.errors import InputError


@pytest.mark.parametrize(
    ("text", "rate"), [("", 0), ("2M", 2e6), ("500k", 5e5), ("1.5MB/s", 1.5e6), ("800", 800)]
)
def test_rate_is_bytes_per_second(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["0", "fast", "2X", "-1", "1e9"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="want bytes per second, such as 500k or 2M"):
        parse_rate(text)


def test_transfers_share_the_limit() -> None:
    limit = RateLimit(1000)
    assert limit.reserve(500, 10.0) == 0.5
    assert limit.reserve(500, 10.0) == 1.0, "behind the other one"
    assert limit.reserve(100, 20.0) == pytest.approx(0.1), "a pause saves nothing up"
    assert RateLimit(0).reserve(10**9, 1.0) == 0
