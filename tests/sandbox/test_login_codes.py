"""Test the QR codes of the login page, on the fronts of both platforms."""

import pytest
from support.sandbox_client import Browser, visit

from f2scrapy.sandbox.state import Options

HOSTS = ["login.douyin.com", "www.tiktok.com"]


async def fetch_states(browser: Browser, host: str, count: int) -> list[str]:
    """Request a code, and its state so many times."""
    code = (await browser.get(f"https://{host}/passport/web/get_qrcode/")).json()["data"]
    assert code["token"] in code["qrcode_index_url"]
    address = f"https://{host}/passport/web/check_qrconnect/"
    answers = [
        await browser.get(address, "POST", data={"token": code["token"]}) for _ in range(count)
    ]
    return [answer.json()["data"]["status"] for answer in answers]


@pytest.mark.parametrize("host", HOSTS)
async def test_first_code_expires_and_the_second_is_confirmed(host: str) -> None:
    async with visit() as browser:
        assert await fetch_states(browser, host, 3) == ["new", "new", "expired"]
        states = await fetch_states(browser, host, 4)
        assert states == ["new", "scanned", "scanned", "confirmed"]


@pytest.mark.parametrize(
    ("fault", "states"),
    [("unscanned", ["new", "new", "new"]), ("unconfirmed", ["new", "scanned", "refused"])],
)
async def test_code_without_a_confirmation(fault: str, states: list[str]) -> None:
    async with visit(Options(faults=(fault,))) as browser:
        assert await fetch_states(browser, HOSTS[0], 3) == states


async def test_drawn_code_names_its_link_in_no_answer() -> None:
    pytest.importorskip("qrcode")
    async with visit(Options(faults=("drawn_code",))) as browser:
        answer = await browser.get(f"https://{HOSTS[0]}/passport/web/get_qrcode/")
        code = answer.json()["data"]
        assert (code["qrcode_index_url"], code["qrcode"][:26]) == ("", "data:image/svg+xml;base64,")
        assert code["token"] not in code["qrcode"]
