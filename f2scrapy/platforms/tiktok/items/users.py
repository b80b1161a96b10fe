"""Users."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from f2scrapy.errors import Outcome
from f2scrapy.model.fields import Count, Flag, Id, Moment, Stat, Text, Url, at
from f2scrapy.model.item import Item


class ListedUser(Item):
    """A user in a list of users; only `sec_user_id` is required.

    `state` stays OK for a private account, because the list shows it completely. Counts are exact
    since 2024, rounded before; None = unknown.
    """

    platform: ClassVar = "tiktok"
    kind: ClassVar = "user"
    noun: ClassVar = "user"

    sec_user_id: str = at(..., "user.secUid", min_length=1)
    uid: Id = at("", "user.id")
    unique_id: Text = at("", "user.uniqueId")
    short_id: Id = at("", "user.shortId")
    nickname: Text = at("", "user.nickname")
    signature: Text = at("", "user.signature")
    avatar_url: Url = at("", "user.avatarLarger", "user.avatarMedium", "user.avatarThumb")
    region: Text = at("", "user.region")  # ISO 3166
    language: Text = at("", "user.language")
    bio_link: Text = at("", "user.bioLink.link")
    custom_verify: Text = at("", "user.customVerify")
    verified: Flag = at(False, "user.verified")
    register_time: Moment = at(None, "user.createTime")
    nickname_modify_time: Moment = at(None, "user.nickNameModifyTime")
    unique_id_modify_time: Moment = at(None, "user.uniqueIdModifyTime")
    aweme_count: Stat = at(None, "statsV2.videoCount", "stats.videoCount")
    favoriting_count: Stat = at(None, "statsV2.diggCount", "stats.diggCount")
    follower_count: Stat = at(None, "statsV2.followerCount", "stats.followerCount")
    following_count: Stat = at(None, "statsV2.followingCount", "stats.followingCount")
    friend_count: Stat = at(None, "statsV2.friendCount", "stats.friendCount")
    total_favorited: Stat = at(
        None, "statsV2.heartCount", "stats.heartCount", "statsV2.heart", "stats.heart"
    )
    follow_status: Count = at(
        0, "user.relation"
    )  # of the requesting account: 0 none, 1 follows, 2 both ways
    is_secret: Flag = at(False, "user.privateAccount")  # shows works to followers only
    secret: Flag = at(False, "user.secret")
    is_embed_banned: Flag = at(False, "user.isEmbedBanned")
    comment_setting: int | None = at(None, "user.commentSetting")
    download_setting: int | None = at(None, "user.downloadSetting")
    duet_setting: int | None = at(None, "user.duetSetting")
    stitch_setting: int | None = at(None, "user.stitchSetting")
    following_visibility: int | None = at(None, "user.followingVisibility")
    open_favorite: bool | None = at(None, "user.openFavorite")  # whether liked works are shown
    show_play_list_tab: bool | None = at(None, "user.profileTab.showPlayListTab")
    tt_seller: Flag = at(False, "user.ttSeller")
    commerce_user: Flag = at(False, "user.commerceUserInfo.commerceUser")
    commerce_category: Text = at("", "user.commerceUserInfo.category")
    is_organization: Flag = at(False, "user.isOrganization")
    room_id: Id = at("", "user.roomId")  # "" = not on air

    @property
    def id(self) -> str:
        return self.sec_user_id


class User(ListedUser):
    """A user, from a profile."""

    @model_validator(mode="after")
    def _set_state(self) -> Self:
        if (self.is_secret or self.secret) and not self.follow_status:
            self.state = Outcome.PRIVATE
        return self


class Profile(User):
    """The profile of a user; `state` stays OK for a private account, since profiles are public."""

    @model_validator(mode="after")
    def _ignore_private(self) -> Self:
        if self.state is Outcome.PRIVATE:
            self.state = Outcome.OK
        return self


class Liker(User):
    """The owner of liked works: PRIVATE unless the answer shows that others see them.

    A profile may count hidden likes as 0 (recorded: 0 there, 1114 beside the user's works).
    """

    @model_validator(mode="after")
    def _set_likes_state(self) -> Self:
        visible = self.favoriting_count if self.open_favorite is None else self.open_favorite
        if self.state is Outcome.OK and not visible:
            self.state = Outcome.PRIVATE
        return self


class Collector(User):
    """The owner of collected works: always PRIVATE, because accounts see only their own."""

    @model_validator(mode="after")
    def _set_collection_state(self) -> Self:
        self.state = Outcome.PRIVATE
        return self
