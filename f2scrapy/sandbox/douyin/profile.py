"""Lay out profiles in Douyin's answers: real keys, real size, invented values."""

from __future__ import annotations

from f2scrapy.sandbox.catalogue import User
from f2scrapy.sandbox.douyin.addresses import Json, make_avatar

_AVATARS = {  # key → size
    "avatar_168x168": "168x168", "avatar_300x300": "300x300", "avatar_thumb": "100x100",
    "avatar_medium": "720x720", "avatar_larger": "1080x1080",
}  # fmt: skip
_ZEROS = (
    "apple_account close_friend_type commerce_user_level dongtai_count enable_ai_double "
    "familiar_confidence follow_status follower_request_status "
    "follower_status forward_count is_sharing_profile_user live_status "
    "new_friend_type profile_tab_type public_collects_count room_id series_count "
    "social_real_relation_type special_follow_status user_not_see verification_type"
)
_NOS = (
    "can_set_item_cover has_e_account_role has_subscription image_send_exempt is_ban "
    "is_activity_user is_block is_blocked is_effect_artist is_gov_media_vip is_mix_user "
    "is_not_show is_series_user is_star live_commerce story_tab_empty watch_status "
    "show_subscription with_commerce_entry with_new_goods"
)


def build_profile(user: User, nickname: str) -> Json:
    """Return the `user` of a profile."""
    avatars = {name: make_avatar(size, user.uid) for name, size in _AVATARS.items()}
    return {
        **dict.fromkeys(_ZEROS.split(), 0), **dict.fromkeys(_NOS.split(), False), **avatars,
        "aweme_count": user.aweme_count, "aweme_count_correction_threshold": -1, "city": "杭州",
        "country": "中国", "province": "浙江", "district": None, "custom_verify": "",
        "cover_colour": "#03404040", "enterprise_verify_reason": "", "favorite_permission": 1,
        "favoriting_count": user.likes, "show_favorite_list": user.shows_likes,
        "follow_guide": True, "follower_count": user.followers, "following_count": user.following,
        "gender": 1, "ip_location": "IP属地：浙江", "iso_country_code": "CN",
        "max_follower_count": user.followers, "mplatform_followers_count": user.followers,
        "mix_count": int(bool(user.series)),
        "nickname": nickname, "original_musician": {"digg_count": 0, "music_count": 0},
        "room_id_str": "0", "school_name": "", "sec_uid": user.sec_user_id,
        "secret": int(user.secret), "short_id": str(10_000 + user.number),
        "signature": "记录生活\n每天一点",
        "signature_display_lines": 0, "signature_language": "un", "sync_to_toutiao": 0,
        "share_info": {"share_desc": "", "share_title": "", "share_weibo_desc": "",
                       "share_url": f"www.iesdouyin.com/share/user/{user.sec_user_id}"},
        "tab_settings": {"private_tab": {"private_tab_style": 1, "show_private_tab": False}},
        "total_favorited": 34_567 + user.number, "total_favorited_correction_threshold": -1,
        "uid": user.uid, "unique_id": user.unique_id, "urge_detail": {"user_urged": 0},
        "user_age": 25, "user_not_show": 1, "twitter_id": "", "twitter_name": "",
        "youtube_channel_id": "", "youtube_channel_title": "",
    }  # fmt: skip
