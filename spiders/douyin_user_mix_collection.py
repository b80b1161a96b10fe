"""Works in collections that the Douyin account collected."""

from f2scrapy.crawl.arguments import OwnArgs
from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.index_spider import Choice, IndexSpider
from f2scrapy.platforms.douyin.endpoints.favorites import UserMixCollection
from f2scrapy.platforms.douyin.endpoints.mixes import MixPosts
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.series import ListedMix
from f2scrapy.platforms.douyin.items.users import User


class MixArgs(OwnArgs):
    """Arguments of a spider that crawls chosen collections."""

    mix: Choice = None


class DouyinUserMixCollectionSpider(IndexSpider):
    """Yields a `Post` for each work in one, several or all collections the account collected.

    Each has a directory of its own, below that of the account.

    scrapy crawl douyin_user_mix_collection -a mix=all -s F2_COOKIES=cookies.txt
    """

    name = "douyin_user_mix_collection"
    mode = "mix_collection"
    args: MixArgs
    item = ListedMix
    endpoints = (UserMixCollection,)
    owner = (UserProfile, User)
    chosen_by = "mix"
    wants = ("sec_user_id",)

    def build_child_list(self, item: ListedMix) -> ChildList:
        first = MixPosts(mix_id=item.id)
        return ChildList(item.id, first, Post, item.updated_to, item.mix_name)
