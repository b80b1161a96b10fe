"""Works in short dramas that the Douyin account collected."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.index_spider import Choice, IndexSpider
from f2scrapy.platforms.douyin.endpoints.favorites import UserSeriesCollection
from f2scrapy.platforms.douyin.endpoints.series import SeriesPosts
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.series import Series
from f2scrapy.platforms.douyin.items.users import User


class SeriesArgs(OwnArgs):
    """Arguments of a spider that crawls chosen short dramas."""

    series: Choice = None


class DouyinUserSeriesCollectionSpider(IndexSpider):
    """Yields a `Post` for each work in one, several or all short dramas the account collected.

    Each has a directory of its own, below that of the account.

    scrapy crawl douyin_user_series_collection -a series=all -s F2_COOKIES=cookies.txt
    """

    name = "douyin_user_series_collection"
    mode = "series_collection"
    args: SeriesArgs
    item = Series
    endpoints = (UserSeriesCollection,)
    owner = (UserProfile, User)
    chosen_by = "series"
    wants = ("sec_user_id",)

    def build_child_list(self, item: Series) -> ChildList:
        first = SeriesPosts(series_id=item.id)
        return ChildList(item.id, first, Post, item.updated_to, item.series_name)
