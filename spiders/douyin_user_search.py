"""Works of a Douyin user that match a keyword."""

from pydantic import Field

from f2scrapy.crawl.arguments import KeywordArgs, ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.search import HomePostSearch, SearchOrder
from f2scrapy.platforms.douyin.endpoints.users import UserProfile
from f2scrapy.platforms.douyin.items.search import SearchResult
from f2scrapy.platforms.douyin.items.users import User


class UserSearchArgs(SearchOrder, ListArgs, KeywordArgs):
    """Arguments of a search within a user's works."""

    offset: int = Field(0, ge=0)  # results to skip, from the report of a stopped run


class DouyinUserSearchSpider(ApiSpider):
    """Yields a `FoundPost` for each work of the user that matches the keyword.

    scrapy crawl douyin_user_search -a url=https://www.douyin.com/user/MS4w... -a keyword=猫
    """

    name = "douyin_user_search"
    mode = "user_search"
    args: UserSearchArgs
    item = SearchResult
    endpoints = (HomePostSearch,)
    owner = (UserProfile, User)
    wants = ("sec_user_id",)

    def build_first_page_for(self, link: Link, owner: User) -> HomePostSearch:  # noqa: ARG002 - it wants the uid
        return HomePostSearch(
            keyword=self.args.keyword,
            offset=self.args.offset,
            from_user=owner.uid,
            sort_type=self.args.sort,
            publish_time=self.args.published,
            is_filter_search=int(self.args.is_narrowed),
        )
