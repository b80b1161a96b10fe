"""Works in the collections of Douyin users."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.index_spider import Choice, IndexSpider
from f2scrapy.platforms.douyin.endpoints.mixes import MixPosts, UserMixes
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.douyin.items.series import ListedMix
from f2scrapy.platforms.douyin.items.users import User


class MixArgs(ListArgs):
    """Arguments of a spider that crawls chosen collections."""

    mix: Choice = None


class DouyinUserMixSpider(IndexSpider):
    """Yields a `Post` for each work in one, several or all collections of a user.

    Each has a directory of its own, below that of the user.

    scrapy crawl douyin_user_mix -a url=https://www.douyin.com/user/MS4w... -a mix=all
    """

    name = "douyin_user_mix"
    mode = "user_mix"
    args: MixArgs
    item = ListedMix
    endpoints = (UserMixes,)
    owner = (UserProfile, User)
    chosen_by = "mix"
    wants = ("sec_user_id",)

    def count_expected(self, owner: User) -> int | None:
        return owner.mix_count

    def build_child_list(self, item: ListedMix) -> ChildList:
        first = MixPosts(mix_id=item.id)
        return ChildList(item.id, first, Post, item.updated_to, item.mix_name)
