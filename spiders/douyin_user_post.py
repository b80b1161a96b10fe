"""Works published by Douyin users."""

from f2scrapy.douyin.items import Post, User

from f2scrapy.args import CursorArgs
from f2scrapy.douyin.endpoints import UserPost, UserProfile
from f2scrapy.spider import ApiSpider


class DouyinUserPostSpider(ApiSpider):
    """Yields a `Post` for each work a user published, newest first.

    scrapy crawl douyin_user_post -a url=https://www.douyin.com/user/MS4w... -a max_counts=100
    """

    name = "douyin_user_post"
    mode = "post"
    args: CursorArgs
    item = Post
    wants = ("sec_user_id",)
    owner_item = User
    counted_by = "aweme_count"
    newest_first = True

    def owner(self, sec_user_id: str) -> UserProfile:
        return UserProfile(sec_user_id=sec_user_id)

    def first(self, sec_user_id: str) -> UserPost:
        return self.begin(UserPost(sec_user_id=sec_user_id))
