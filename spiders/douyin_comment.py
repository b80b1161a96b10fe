"""Comments on Douyin works."""

from typing import Any

from f2scrapy.crawl.arguments import CommentArgs
from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.spider import ApiSpider
from f2scrapy.platforms.douyin.endpoints.comments import CommentReply, PostComment
from f2scrapy.platforms.douyin.endpoints.posts import PostDetail
from f2scrapy.platforms.douyin.items.comments import Comment
from f2scrapy.platforms.douyin.items.posts import Post


class DouyinCommentSpider(ApiSpider):
    """Yields a `Comment` for each comment on the work; with `replies`, for each reply as well.

    scrapy crawl douyin_comment -a url=https://www.douyin.com/video/7298145681699622182 \\
        -a replies=true -O comments.csv

    Pictures and stickers are fetched with `-s F2_MEDIA=image`.
    """

    name = "douyin_comment"
    mode = "comment"
    args: CommentArgs
    item = Comment
    endpoints = (PostComment,)
    owner = (PostDetail, Post)
    wants = ("aweme_id",)
    defaults = {"F2_MEDIA": ""}  # noqa: RUF012 - a declaration

    def count_expected(self, owner: Post) -> int | None:
        return owner.comment_count  # includes replies

    def get_child_list(self, item: Any) -> ChildList | None:
        if not self.args.replies or item.reply_id or not item.reply_comment_total:
            return None
        first = CommentReply(item_id=item.aweme_id, comment_id=item.comment_id)
        return ChildList(item.comment_id, first, Comment, item.reply_comment_total)
