"""Works that Douyin selects for a channel."""

from pydantic import Field

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.feeds import ChannelFeed
from f2scrapy.platforms.douyin.items.posts import Post


class ChannelArgs(ListArgs):
    """Arguments of a selection, which has no end."""

    max_counts: int = Field(100, ge=0)


class DouyinChannelSpider(ApiSpider):
    """Yields a `Post` for each work that the site selects for a channel.

    scrapy crawl douyin_channel -a url=https://www.douyin.com/channel/300205 -a max_counts=200
    """

    name = "douyin_channel"
    mode = "channel"
    args: ChannelArgs
    item = Post
    endpoints = (ChannelFeed,)
    wants = ("channel_id",)
