"""Works with a TikTok hashtag."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.hashtags import HashtagDetail, HashtagPosts
from f2scrapy.platforms.tiktok.items.hashtags import Hashtag
from f2scrapy.platforms.tiktok.items.posts import Post


class TiktokHashtagSpider(ApiSpider):
    """Yields a `Post` for each work with a hashtag, as far as the platform lists them.

    scrapy crawl tiktok_hashtag -a url=https://www.tiktok.com/tag/moon
    """

    name = "tiktok_hashtag"
    mode = "hashtag"
    args: ListArgs
    item = Post
    endpoints = (HashtagPosts,)
    owner = (HashtagDetail, Hashtag)
    wants = ("hashtag_name",)

    def resolve_link(self, link: Link, owner: Hashtag) -> Link:  # noqa: ARG002 - one kind of link
        return Link("hashtag_id", owner.hashtag_id)

    def build_first_page_for(self, link: Link, owner: Hashtag) -> HashtagPosts:  # noqa: ARG002
        return HashtagPosts(hashtag_id=owner.hashtag_id)
