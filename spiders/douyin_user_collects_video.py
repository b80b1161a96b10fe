"""Works in the account's folders."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from f2scrapy.args import OwnArgs
from f2scrapy.douyin.endpoints.favorites import UserCollects, UserCollectsVideo
from f2scrapy.douyin.endpoints.users import UserProfile
from f2scrapy.douyin.items.favorites import CollectsFolder
from f2scrapy.douyin.items.posts import Post
from f2scrapy.douyin.items.users import User
from f2scrapy.endpoint import Login
from f2scrapy.errors import Outcome
from f2scrapy.link import Link
from f2scrapy.spider import ApiSpider, Below, Owner

ALL = frozenset({"all"})


def _words(text: str) -> set[str]:
    return {word.strip() for word in text.split(",")} - {""}


class CollectsArgs(OwnArgs):
    """Arguments of a spider that is told which folders to walk."""

    # Names or ids, several by comma; or all.
    collects: Annotated[frozenset[str], BeforeValidator(_words), Field(min_length=1)] = ALL


class DouyinUserCollectsVideoSpider(ApiSpider):
    """Yields a `Post` for each work in one, several or all folders of the account.

    Each folder has its own on disk, below that of the account.

    scrapy crawl douyin_user_collects_video -a collects=旅行,7100000000000000001
    scrapy crawl douyin_user_collects_video -a url=https://www.douyin.com/user/MS4w...
    """

    name = "douyin_user_collects_video"
    mode = "collects"
    args: CollectsArgs
    item = CollectsFolder
    index = True
    wants = ("sec_user_id",)
    login = Login.ACCOUNT
    new_on_top = True

    def __init__(self, name: str | None = None, **values: Any) -> None:
        super().__init__(name, **values)
        self.missing = self.args.collects - ALL  # what was asked for and not seen yet

    def first(self, link: Link) -> UserCollects:  # noqa: ARG002 - the account's, whoever is named
        return UserCollects()

    def owner(self, link: Link) -> Owner:
        return Owner(UserProfile(sec_user_id=link.id), User)

    def below(self, item: Any) -> Below | None:
        if not isinstance(item, CollectsFolder):
            return None
        names = ALL | {item.collects_id, item.collects_name.strip()}
        self.missing -= names
        if not self.args.collects & names:
            return None
        first = self._entered(UserCollectsVideo(collects_id=item.collects_id))
        return Below(item.id, first, Post, item.total_number, item.collects_name)

    def closed(self, reason: str) -> None:
        """Says which folders there are none of."""
        super().closed(reason)
        if any(walk.listing.finished for walk in self.walks.values() if walk.item is self.item):
            for name in sorted(self.missing):
                self.ledger.gap(name, Outcome.BAD_INPUT, "the account has no folder of that name")
