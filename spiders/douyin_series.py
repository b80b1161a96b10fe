"""Episodes of Douyin short dramas."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.declaration import Owner
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
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
    wants = ("series_id",)

    def build_first_page(self, link: Link) -> SeriesPosts:
        return SeriesPosts(series_id=link.id)

    def find_owner(self, link: Link) -> Owner:
        return Owner(SeriesDetail(series_id=link.id), Series)

    def count_expected(self, owner: Series) -> int | None:
        return owner.updated_to
