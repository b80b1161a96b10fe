"""Articles: from a list, which shows the beginning of the text, and from their own link."""

import re
from urllib.parse import unquote

from support.crawling import Crawler, Play

from f2scrapy.sandbox.catalogue import Work, build_work
from f2scrapy.sandbox.douyin.articles import TEXT
from f2scrapy.sandbox.works import count_images


def check_article(crawl: Crawler, work: Work) -> None:
    """Check that the files of an article are its whole text and all pictures of that text."""
    files = crawl.get_files(str(work.aweme_id))
    text = (crawl.root / files["article"].path).read_text()
    assert text.startswith(f"# {work.text}\n\n{TEXT}\n\n![](")
    shown = [unquote(name) for name in re.findall(r"!\[\]\(([^ )]+)\)", text)]
    assert len(shown) == count_images(work)
    names = [files[f"image_{n}"].path.rpartition("/")[2] for n in range(1, len(shown) + 1)]
    assert shown == names


def count_details(crawl: Crawler) -> int:
    asked = crawl.take_report()
    assert asked["violations"] == []
    found = (seen["count"] for path, seen in asked["requests"].items() if "aweme/detail" in path)
    return sum(found)


def test_article_has_its_whole_text_and_its_pictures(play: Play) -> None:
    crawl = play()
    works = [build_work(crawl.sandbox.state.catalogue.by_name["articles"], n) for n in (0, 2)]
    link = f"https://www.douyin.com/article/{works[1].aweme_id}"
    run = crawl("douyin_post", "-a", f"url={link}")
    assert (run.code, count_details(crawl)) == (0, 1), run.log
    check_article(crawl, works[1])
    run = crawl.run_user_post("articles")
    assert (run.code, run.report["kept"]) == (0, 3), run.log
    assert count_details(crawl) == 1, "a list shows the beginning of the text only"
    check_article(crawl, works[0])
    again = crawl.run_user_post("articles")
    assert (again.code, again.report["kept"], count_details(crawl)) == (0, 0, 0)


def test_article_links_addresses_if_its_pictures_are_not_wanted(play: Play) -> None:
    crawl = play()
    assert crawl.run_user_post("articles", F2_MEDIA="article").code == 0
    texts = [path.read_text("utf-8") for path in crawl.list_files() if path.suffix == ".md"]
    assert texts
    assert all("\n\n![](https://" in text for text in texts)


def test_article_without_its_whole_text_is_a_gap(play: Play) -> None:
    crawl = play("captcha~aweme/detail")
    run = crawl.run_user_post("articles", F2_RETRIES="0")
    assert (run.code, run.outcome, run.report["gaps"][0]["outcome"]) == (5, "CAPTCHA", "CAPTCHA")
    assert not [path for path in crawl.list_files() if path.suffix == ".md"]
