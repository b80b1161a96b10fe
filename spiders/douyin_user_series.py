"""Episodes of the short dramas of Douyin users."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.index_spider import Choice, IndexSpider
from f2scrapy.platforms.douyin.endpoints.series import SeriesPosts, UserSeries
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.series import Series
from f2scrapy.platforms.douyin.items.users import User


class SeriesArgs(ListArgs):
    """Arguments of a spider that crawls chosen short dramas."""

    series: Choice = None


class DouyinUserSeriesSpider(IndexSpider):
    """Yields a `Post` for each episode of one, several or all short dramas of a user.

    Each has a directory of its own, below that of the user.

    scrapy crawl douyin_user_series -a url=https://www.douyin.com/user/MS4w... -a series=all
    """

    name = "douyin_user_series"
    mode = "user_series"
    args: SeriesArgs
    item = Series
    endpoints = (UserSeries,)
    owner = (UserProfile, User)
    chosen_by = "series"
    wants = ("sec_user_id",)

    def build_child_list(self, item: Series) -> ChildList:
        first = SeriesPosts(series_id=item.id)
        return ChildList(item.id, first, Post, item.updated_to, item.series_name)
