"""Works in folders of TikTok users."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.index_spider import Choice, IndexSpider
from f2scrapy.platforms.tiktok.endpoints.mixes import CollectionPosts, UserCollects
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.mixes import CollectsFolder
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User


class CollectsArgs(ListArgs):
    """Arguments of a spider that crawls chosen folders."""

    collects: Choice = None


class TiktokUserCollectsVideoSpider(IndexSpider):
    """Yields a `Post` for each work in one, several or all folders of a user.

    Folders that are not public need the cookies of their owner. Each folder has a directory of its
    own, below that of the user.

    scrapy crawl tiktok_user_collects_video -a url=https://www.tiktok.com/@me -a collects=Moon
    """

    name = "tiktok_user_collects_video"
    mode = "collects"
    args: CollectsArgs
    item = CollectsFolder
    endpoints = (UserCollects,)
    owner = (UserProfile, User)
    chosen_by = "collects"
    wants = ("sec_user_id", "unique_id")
    new_on_top = True

    def build_child_list(self, item: CollectsFolder) -> ChildList:
        first = CollectionPosts(collection_id=item.id)
        return ChildList(item.id, first, Post, item.video_count, item.collection_name)
