"""The text and the pictures of articles, by the shapes that public programs read."""

import json
from typing import Any

import pytest

from f2scrapy.errors import Outcome
from f2scrapy.model.endpoint import Endpoint
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.items.posts import AwemeType, Post

PICTURES = [
    {"markdown_url": "https://p3.douyinpic.com/a.webp", "origin_image_url": ""},
    {"markdown_url": "https://p3.douyinpic.com/b.webp",
     "origin_image_url": "http://p3.douyinpic.com/b.jpeg"},
    {"markdown_url": None},
]  # fmt: skip


def make_row(**article: Any) -> dict[str, Any]:
    text = "one\n\n![a](https://p3.douyinpic.com/a.webp width=800 height=500)\n\n[1](x height=2)"
    info = {
        "article_title": "A title", "article_content": json.dumps({"markdown": text}),
        "fe_data": json.dumps({"image_list": PICTURES}),
    }  # fmt: skip
    music = {"play_addr": {"url_list": ["https://sf3.douyinstatic.com/obj/ies-music/1.mp3"]}}
    return {"aweme_id": "7", "aweme_type": 163, "desc": "", "images": None, "video": music,
            "article_info": info | article}  # fmt: skip


def parse_whole(**article: Any) -> Post:
    endpoint: Endpoint = PostDetail(aweme_id="7")
    return Post.parse_answer(endpoint, {"aweme_detail": make_row(**article)})


def test_whole_article_is_markdown_under_its_title_with_all_pictures() -> None:
    post = parse_whole()
    assert (post.aweme_type, post.title) == (AwemeType.ARTICLE, "A title")
    assert list(post.assets) == ["article", "image_1", "image_2", "image_3"]
    text = "# A title\n\none\n\n![a](https://p3.douyinpic.com/a.webp)\n\n[1](x height=2)\n"
    assert post.assets["article"].text == text
    urls = [[one.urls for one in post.assets[f"image_{n}"].renditions] for n in (1, 2, 3)]
    assert urls == [
        [("https://p3.douyinpic.com/a.webp",)],
        [("https://p3.douyinpic.com/b.jpeg", "https://p3.douyinpic.com/b.webp")],
        [],
    ], "the upload is tried first; a picture without an address is missing"


def test_row_of_a_list_stands_for_the_whole_article() -> None:
    media = Post.parse(make_row()).assets["article"]
    assert (media.is_unknown, media.text) == (True, None)


@pytest.mark.parametrize(
    ("content", "outcome", "detail"),
    [
        (None, Outcome.MEDIA_BROKEN, "the answer holds no text"),
        ("", Outcome.MEDIA_BROKEN, "the answer holds no text"),
        (json.dumps({"markdown": " "}), Outcome.MEDIA_BROKEN, "the answer holds no text"),
        ("<p>", Outcome.SCHEMA_CHANGED, "article_info.article_content cannot be read"),
        ("[" * 9999, Outcome.SCHEMA_CHANGED, "article_info.article_content cannot be read"),
    ],
)
def test_article_without_text_is_missing(content: Any, outcome: Outcome, detail: str) -> None:
    post = parse_whole(article_content=content)
    media = post.assets["article"]
    assert (media.is_shown, media.absence, media.absence_detail) == (False, outcome, detail)


def test_article_whose_row_has_no_text_at_all_is_asked_for() -> None:
    """A work of this type has neither a video nor pictures: never a work without content."""
    post = Post.parse(make_row() | {"article_info": None})
    assert [media.is_unknown for media in post.assets.values()] == [True]
