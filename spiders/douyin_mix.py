"""Works of Douyin collections."""

from f2scrapy.crawl.arguments import CursorArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.errors import InputError
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.mixes import MixPosts
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinMixSpider(ApiSpider):
    """Yields a `Post` for each work of a collection, given by its link or by one of its works.

    scrapy crawl douyin_mix -a url=https://www.douyin.com/collection/7596327885565470902
    """

    name = "douyin_mix"
    mode = "mix"
    args: CursorArgs
    item = Post
    endpoints = (MixPosts,)
    wants = ("mix_id", "aweme_id")

    def find_owner(self, link: Link) -> Owner | None:
        return Owner(PostDetail(aweme_id=link.id), Post) if link.kind == "aweme_id" else None

    def build_first_page_for(self, link: Link, owner: Post) -> MixPosts:
        if not owner.mix_id:
            raise InputError(f"the work {link.id} belongs to no collection")
        return MixPosts(mix_id=owner.mix_id)
