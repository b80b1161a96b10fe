"""Works of TikTok playlists."""

from f2scrapy.crawl.arguments import ListArgs
from f2scrapy.crawl.declaration import ChildList
from f2scrapy.crawl.index_spider import Choice, IndexSpider
from f2scrapy.platforms.tiktok.endpoints.mixes import MixPosts, UserPlaylist
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.mixes import Playlist
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User


class MixArgs(ListArgs):
    """Arguments of a spider that crawls chosen playlists."""

    playlist: Choice = None


class TiktokMixSpider(IndexSpider):
    """Yields a `Post` for each work in one, several or all playlists of a user.

    Each playlist has a folder of its own, below that of the user.

    scrapy crawl tiktok_mix -a url=https://www.tiktok.com/@nasa -a playlist=Moon,Mars
    scrapy crawl tiktok_mix -a url=https://www.tiktok.com/@nasa/playlist/Moon-7298145681699622182
    """

    name = "tiktok_mix"
    mode = "mix"
    args: MixArgs
    item = Playlist
    endpoints = (UserPlaylist,)
    owner = (UserProfile, User)
    chosen_by = "playlist"
    picks = "mix_id"
    wants = ("sec_user_id", "unique_id")

    def build_child_list(self, item: Playlist) -> ChildList:
        return ChildList(item.id, MixPosts(mix_id=item.id), Post, item.video_count, item.mix_name)
