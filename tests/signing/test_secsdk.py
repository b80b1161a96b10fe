from hashlib import md5

import pytest

from f2scrapy.signing import SignatureError, secsdk

NOW = 1750000000


def compute(covered: str) -> str:
    text = f"id/1_1750000000_A96D855A08C0A9707F8BEF0D9A527E4E_{covered}"
    return md5(text.encode()).hexdigest()


def test_signature_of_the_query_as_sent():
    query, headers = secsdk.sign("q=a%20b~c%2A&e&a_bogus=Ov0j/dd==", "id/1", NOW)
    covered = f"q=a%20b~c%2A&e&a_bogus=Ov0j/dd==&uifid=id%2F1&timestamp={NOW}"
    signature = compute(covered)
    sent = f"{covered}&x-secsdk-web-signature={signature}"
    assert query == sent
    assert headers == {
        "uifid": "id/1",
        "x-secsdk-web-signature": signature,
        "x-secsdk-web-expire": str(NOW),
    }


@pytest.mark.parametrize(
    "query", ["", "a=1&uifid=id", "uifid=id", "a=%E7%8C%AB&b=猫&c=%ff", "a=1&&b"]
)
def test_verify_returns_uifid_and_time(query):
    signed, headers = secsdk.sign(query, "id", NOW)
    found = secsdk.verify(signed, {name.title(): value for name, value in headers.items()})
    assert (found.uifid, found.time_ms) == ("id", NOW * 1000)
    assert signed.count("uifid=") == 1


@pytest.mark.parametrize(("query", "uifid"), [("uifid=other&a=1", "other"), ("uifid=&a=1", "id")])
def test_uifid_of_the_query_is_the_one_that_counts(query, uifid):
    signed, headers = secsdk.sign(query, "id", NOW)
    assert headers["uifid"] == uifid
    found = secsdk.verify(signed, headers)
    assert (found.uifid, found.query) == (uifid, query)


def test_a_changed_query_is_refused():
    signed, _ = secsdk.sign("a=1", "id", NOW)
    with pytest.raises(SignatureError, match="x-secsdk-web-signature differs"):
        secsdk.verify(signed.replace("a=1", "a=2"))


@pytest.mark.parametrize("name", ["uifid", "x-secsdk-web-signature", "x-secsdk-web-expire"])
def test_headers_must_agree(name):
    signed, headers = secsdk.sign("a=1", "id", NOW)
    with pytest.raises(SignatureError, match=f"header {name} differs"):
        secsdk.verify(signed, {**headers, name: "0"})


def test_sign_without_uifid_raises():
    with pytest.raises(ValueError, match="uifid"):
        secsdk.sign("a=1", "", NOW)


def test_query_as_published_code_hashes_it_is_accepted():
    signature = compute("q=a+b%7Ec*&e=&uifid=id%2F1&timestamp=1750000000")
    sent = f"q=a%20b~c%2A&e&uifid=id%2F1&timestamp={NOW}&x-secsdk-web-signature={signature}"
    assert secsdk.verify(sent).uifid == "id/1"


def test_query_of_a_browser_is_accepted(truth):
    case = truth("secsdk_raw")["query_as_a_browser_sent_it"]
    found = secsdk.verify(case)
    assert (found.uifid, found.time) == ("ab12", 1700000000)
    assert found.query == "aid=6383&uifid=ab12&a_bogus=Ov0j/dd=="
    with pytest.raises(SignatureError):
        secsdk.verify(case.replace("Ov0j", "Ov0k"))


def test_what_is_signed_as_a_browser_signs_it_equals_the_capture(truth):
    case = truth("secsdk_raw")["query_as_a_browser_sent_it"]
    query = case.partition("&timestamp=")[0]
    assert secsdk.sign(query, "ab12", 1700000000)[0] == case
