"""Works at a place, as TikTok knows it."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.tiktok.endpoints.posts import PlacePosts
from f2scrapy.platforms.tiktok.items.posts import Post


class TiktokPlaceSpider(ApiSpider):
    """Yields a `Post` for each work that names a place, as far as the platform lists them.

    scrapy crawl tiktok_place -a url=https://www.tiktok.com/place/Amsterdam-22535865202914970
    """

    name = "tiktok_place"
    mode = "place"
    args: ListArgs
    item = Post
    endpoints = (PlacePosts,)
    wants = ("poi_id",)
