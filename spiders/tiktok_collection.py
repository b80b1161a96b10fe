"""Works of TikTok collections."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.mixes import CollectionPosts
from f2scrapy.platforms.tiktok.items.posts import Post


class TiktokCollectionSpider(ApiSpider):
    """Yields a `Post` for each work of a collection: a public folder of works, of many users.

    scrapy crawl tiktok_collection -a url=https://www.tiktok.com/@nasa/collection/Moon-7371330159376370462
    """

    name = "tiktok_collection"
    mode = "collection"
    args: ListArgs
    item = Post
    endpoints = (CollectionPosts,)
    wants = ("collection_id",)
