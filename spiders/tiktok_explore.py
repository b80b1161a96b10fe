"""Works of TikTok's page "Explore"."""

from pydantic import Field

from f2scrapy.crawl.arguments import PaginationArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.crawl.targets import Targets
from f2scrapy.model.link import Link
from f2scrapy.platforms.tiktok.endpoints.posts import ExplorePosts
from f2scrapy.platforms.tiktok.items.posts import Post


class ExploreArgs(PaginationArgs):
    """Arguments of the page; no recording shows its end."""

    max_counts: int = Field(100, ge=0)
    category: int = Field(120, ge=1)  # its tab, as in `category_type` of a work; 120 = all


class TiktokExploreSpider(ApiSpider):
    """Yields a `Post` for each work that a tab of the page shows this visitor.

    scrapy crawl tiktok_explore -a category=104 -a max_counts=200
    """

    name = "tiktok_explore"
    mode = "explore"
    args: ExploreArgs
    item = Post
    endpoints = (ExplorePosts,)

    def find_targets(self) -> Targets:
        return Targets([Link("category", str(self.args.category))], [])

    def build_first_page(self, link: Link) -> ExplorePosts:
        return ExplorePosts(category=int(link.id))
