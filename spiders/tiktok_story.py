"""Works that TikTok users show for a day."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.posts import UserStory
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User


class TiktokStorySpider(ApiSpider):
    """Yields a `Post` for each story a user shows now.

    scrapy crawl tiktok_story -a url=https://www.tiktok.com/@nasa
    """

    name = "tiktok_story"
    mode = "story"
    args: ListArgs
    item = Post
    endpoints = (UserStory,)
    owner = (UserProfile, User)
    wants = ("sec_user_id", "unique_id")

    def build_first_page_for(self, link: Link, owner: User) -> UserStory:  # noqa: ARG002
        return UserStory(author_id=owner.uid)
