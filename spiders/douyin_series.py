"""Episodes of Douyin short dramas."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.series import SeriesDetail, SeriesPosts
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.series import Series


class DouyinSeriesSpider(ApiSpider):
    """Yields a `Post` for each episode of a short drama, the first one first.

    scrapy crawl douyin_series -a url=https://www.douyin.com/series/7345678901234567890
    """

    name = "douyin_series"
    mode = "series"
    args: ListArgs
    item = Post
    endpoints = (SeriesPosts,)
    owner = (SeriesDetail, Series)
    wants = ("series_id",)

    def count_expected(self, owner: Series) -> int | None:
        return owner.updated_to
