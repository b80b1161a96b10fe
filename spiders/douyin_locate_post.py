"""Pages of authors' lists around given Douyin works."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.model.link import Link
from f2scrapy.platforms.douyin.endpoints.posts import LocatePost, PostDetail
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinLocatePostSpider(ApiSpider):
    """Yields a `Post` for each work on the page around a given work in its author's list.

    scrapy crawl douyin_locate_post -a url=https://www.douyin.com/video/7298145681699622182
    """

    name = "douyin_locate_post"
    mode = "post"
    args: ListArgs
    item = Post
    endpoints = (LocatePost,)
    owner = (PostDetail, Post)
    wants = ("aweme_id",)

    def build_first_page_for(self, link: Link, owner: Post) -> LocatePost:
        published = owner.create_time.timestamp() if owner.create_time else 0
        return LocatePost(
            sec_user_id=owner.sec_user_id,
            locate_item_id=link.id,
            locate_item_cursor=str(int(published * 1000)),
        )
