"""Works in the folders of the Douyin account."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.index_spider import Choice, IndexSpider
from f2scrapy.platforms.douyin.endpoints.favorites import UserCollects, UserCollectsVideo
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.favorites import CollectsFolder
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.users import User


class CollectsArgs(OwnArgs):
    """Arguments of a spider that crawls chosen folders."""

    collects: Choice = None


class DouyinUserCollectsVideoSpider(IndexSpider):
    """Yields a `Post` for each work in one, several or all folders of the account.

    Each folder has a directory of its own, below that of the account.

    scrapy crawl douyin_user_collects_video -a collects=旅行,7100000000000000001
    scrapy crawl douyin_user_collects_video -a url=https://www.douyin.com/user/MS4w...
    """

    name = "douyin_user_collects_video"
    mode = "collects"
    args: CollectsArgs
    item = CollectsFolder
    endpoints = (UserCollects,)
    owner = (UserProfile, User)
    chosen_by = "collects"
    wants = ("sec_user_id",)
    new_on_top = True

    def build_child_list(self, item: CollectsFolder) -> ChildList:
        first = UserCollectsVideo(collects_id=item.collects_id)
        return ChildList(item.id, first, Post, item.total_number, item.collects_name)
