"""Works with a Douyin hashtag."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.hashtags import HashtagDetail, HashtagPosts
from f2scrapy.platforms.douyin.items.hashtags import Hashtag
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinHashtagSpider(ApiSpider):
    """Yields a `Post` for each work with a hashtag, as far as the platform lists them.

    scrapy crawl douyin_hashtag -a url=https://www.douyin.com/hashtag/1609602638275588
    """

    name = "douyin_hashtag"
    mode = "hashtag"
    args: ListArgs
    item = Post
    endpoints = (HashtagPosts,)
    owner = (HashtagDetail, Hashtag)
    wants = ("hashtag_id",)
