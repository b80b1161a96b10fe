"""What the script of the sandbox's pages offers to clients that drive a browser."""

from pathlib import Path

from support.real_browser import find_chromium, list_browsers, run_site

from f2scrapy.browser.login import BrowserLogin

# TikTokApi 7.3.3 takes these from the page: an X-Bogus, the token, a request after load.
READ = """async () => {
  const seen = () => performance.getEntriesByType("resource").map((entry) => entry.startTime);
  const loaded = performance.getEntriesByType("navigation")[0].loadEventEnd;
  while (!seen().some((time) => time > loaded + 100)) await new Promise((it) => setTimeout(it, 20));
  return [window.byted_acrawler.frontierSign(location.href)["X-Bogus"].length,
          document.cookie.match(/msToken=([^;]+)/)[1].length];
}"""


async def test_a_page_of_tiktok_signs_for_its_clients(tmp_path: Path) -> None:
    with run_site() as site:
        options = site.settings | {"F2_PATH": str(tmp_path), "F2_BROWSER_PATH": find_chromium()}
        async with BrowserLogin("tiktok", **options) as login:
            assert await login._page.evaluate(READ) == [28, 148]
    assert not list_browsers()
