"""Lay out works in Douyin's answers: real keys, real size, invented values.

A work is 20 to 90 kB of JSON, mostly addresses. Each kind of work is laid out once as a template of
bytes, then filled in with the values of a work: 18 works take about 2 ms.
"""

from __future__ import annotations

import json
from functools import lru_cache

from f2scrapy.sandbox.catalogue import ALBUMS, GONE
from f2scrapy.sandbox.douyin.addresses import (
    EXPIRES,
    GEARS,
    ID,
    LIVE_GEAR,
    LOG_ID,
    SIGNATURE,
    Json,
    make_avatar,
    make_bit_rate,
    make_cover,
    make_image_urls,
    make_music_urls,
    make_picture,
    make_play_addr,
)
from f2scrapy.sandbox.templates import compile_template, mark_bare, mark_text

_TYPES = {"images": 68, "live_photo": 68, "slides": 61, "article": 163, "unknown_type": 987}

_BEST_H264 = next(g for g in GEARS if g.name == "normal_1080_0")
_BEST_H265 = next(g for g in GEARS if g.name == "1080_1_1")


@lru_cache(32)
def build_work_template(recipe: str) -> bytes:
    """Return the template of a work; `douyin.works` fills it in with %."""
    return compile_template(_build_work(recipe))


@lru_cache(2)
def build_image_template(moving: bool) -> bytes:
    """Return the template of one element of `images`."""
    return compile_template(_build_image(moving))


def _build_video() -> Json:
    """Return the `video` of a film: addresses of every rendition, covers, thumbnails."""
    h264, h265 = GEARS.index(_BEST_H264), GEARS.index(_BEST_H265)
    moving = make_picture(make_image_urls("d", "tplv-dy-animated", "webp", "cover"))
    thumbs = [f"https://p26-sign.douyinpic.com/tos-cn-p-0015/{ID}-t{n}~tplv-noop.image?"
              f"lk3s=138a59ce&x-expires={EXPIRES}&x-signature={SIGNATURE}&l={LOG_ID}"
              for n in range(1, 7)]  # fmt: skip
    meta = {"bright_ratio_mean": "0.03", "brightness_mean": "120.4", "loudness": "-14.2",
            "gear_vqm": json.dumps({g.name: {"vmaf": 90 - n} for n, g in enumerate(GEARS)}),
            "strategy_tokens": json.dumps([f"strategy_{n:02}" for n in range(24)]),
            "format": "dash", "sr_score": "1.000", "title_info": "{}"}  # fmt: skip
    return {
        "play_addr": make_play_addr(_BEST_H264, f"size{h264}"),
        "cover": make_cover(),
        "height": 1920,
        "width": 1080,
        "dynamic_cover": moving,
        "origin_cover": {**make_cover("tplv-dy-360p"), "width": 360, "height": 640},
        "ratio": "1080p",
        "format": "mp4",
        "big_thumbs": [{"img_num": 100, "uri": f"tos-cn-p-0015/{ID}", "img_url": thumbs[0],
                        "img_x_size": 136, "img_y_size": 240, "img_x_len": 5, "img_y_len": 5,
                        "duration": mark_bare("seconds"), "interval": 3.0, "fext": "jpg",
                        "uris": [f"tos-cn-p-0015/{ID}"] * 6, "img_urls": thumbs}],
        "meta": json.dumps(meta),
        "bit_rate": [make_bit_rate(n, gear) for n, gear in enumerate(GEARS)],
        "duration": mark_bare("duration"),
        "bit_rate_audio": None,
        "gaussian_cover": make_cover("tplv-dy-gaussian"),
        "play_addr_265": make_play_addr(_BEST_H265, f"size{h265}"),
        "audio": {"original_sound_infos": None},
        "play_addr_h264": make_play_addr(_BEST_H264, f"size{h264}"),
        "raw_cover": make_cover(),
        "is_long_video": 0,
        "animated_cover": {"uri": moving["uri"], "url_list": moving["url_list"]},
        "is_source_HDR": 0,
        "use_static_cover": True,
        "video_model": "",
    }  # fmt: skip


def _build_album_video() -> Json:
    """Return the `video` of an album: a cover, and the music as play_addr."""
    return {
        "play_addr": {**make_picture(make_music_urls(), uri=make_music_urls()[0]), "url_key": ID},
        "cover": make_cover(), "height": 1920, "width": 1440,
        "origin_cover": make_cover("tplv-dy-360p"), "ratio": "default",
        "audio": {"original_sound_infos": None}, "bit_rate": None, "duration": 0,
        "bit_rate_audio": None, "meta": "{}", "big_thumbs": None,
    }  # fmt: skip


def _build_image(moving: bool) -> Json:
    n = mark_text("n")
    image: Json = {
        "uri": f"tos-cn-i-0813/{ID}-i{n}",
        "url_list": make_image_urls(f"i{n}", "tplv-dy-aweme-images:q75", "webp", "image"),
        "download_url_list": make_image_urls(f"w{n}", "tplv-dy-water-v2:d2F0ZXI", "webp", "image"),
        "height": 1920, "width": 1440, "mask_url_list": None, "interaction_stickers": None,
        "is_new_text_mode": 0, "watermark_free_download_url_list": None,
        "resolution_log_param": {},
    }  # fmt: skip
    if moving:
        addr = make_play_addr(LIVE_GEAR, "lsize", f"l{n}")
        rate = {**make_bit_rate(0, LIVE_GEAR), "play_addr": addr, "bit_rate": 1_200_000}
        image |= {"clip_type": 5, "live_photo_type": 1, "video": {
            "play_addr": addr, "cover": make_cover(), "height": 960, "width": 720,
            "origin_cover": {"uri": "", "url_list": [], "width": 720, "height": 720},
            "ratio": "720p", "has_watermark": True, "play_addr_lowbr": addr, "bit_rate": [rate],
            "duration": 2500, "is_h265": 0, "play_addr_h264": addr, "need_set_token": False,
            "is_callback": True, "tags": None, "big_thumbs": [], "is_bytevc1": 0, "meta": "{}",
            "cdn_url_expired": mark_bare("exp"), "is_source_HDR": 0, "bit_rate_audio": None,
        }}  # fmt: skip
    return image


def _make_nulls(names: str) -> dict[str, None]:
    return dict.fromkeys(names.split())


def _build_author() -> Json:
    return {
        "uid": mark_text("uid"), "signature_extra": None, "nickname": mark_text("nickname"),
        "avatar_thumb": make_avatar(), "follow_status": 0, "story25_comment": 0,
        "custom_verify": "",
        "share_info": {"share_url": "", "share_desc": "", "share_title": "",
                       "share_qrcode_url": make_cover(), "share_title_myself": ""},
        "sec_uid": mark_text("sec"), "enterprise_verify_reason": "", "is_ad_fake": False,
        "story_interactive": 0, "prevent_download": False, "follower_status": 0,
        "cover_url": [make_cover()], "risk_notice_text": "", "story_ttl": 0,
        **_make_nulls("personal_tag_list homepage_bottom_toast batch_unfollow_contain_tabs cf_list "
                      "not_seen_item_id_list contrail_list data_label_list display_info "
                      "im_role_ids follower_list_secondary_information_struct card_sort_priority "
                      "user_tags "
                      "private_relation_list can_set_geofencing need_points link_item_list "
                      "card_entries creator_tag_list user_permissions text_extra interest_tags "
                      "card_entries_not_display special_people_labels white_cover_url "
                      "endorsement_info_list profile_mob_params familiar_visitor_user "
                      "avatar_schema_list not_seen_item_id_list_v2 offline_info_list "
                      "ban_user_functions verification_permission_ids identity_labels "
                      "profile_component_disabled batch_unfollow_relation_desc"),
    }  # fmt: skip


def _build_music() -> Json:
    return {
        "id": mark_bare("id"), "id_str": ID, "mid": ID,
        "title": f"@{mark_text('nickname')}创作的原声",
        "author": mark_text("nickname"), "album": "", "cover_hd": make_avatar("1080x1080"),
        "cover_large": make_avatar("1080x1080"), "cover_medium": make_avatar("720x720"),
        "cover_thumb": make_avatar(), "avatar_thumb": make_avatar(),
        "avatar_medium": make_avatar("720x720"), "avatar_large": make_avatar("1080x1080"),
        "schema_url": "", "source_platform": 23,
        "play_url": {**make_picture(make_music_urls(), uri=make_music_urls()[0]), "url_key": ID},
        "strong_beat_url": make_picture(["https://sf3-cdn-tos.douyinstatic.com/obj/ies-music/"
                                         f"pattern/{ID}-b.json"]),
        "start_time": 0, "end_time": 0, "duration": mark_bare("seconds"), "user_count": 0,
        "extra": json.dumps({"aed_music_score": 0.5, "beats": {}, "cover_colors": None,
                             "is_red": False, "schedule_search_time": 0, "reviewed": 1,
                             "music_tagging": None, "review_unshelve_reason": 0}),
        "collect_stat": 0, "status": 1, "offline_desc": "", "owner_id": mark_text("uid"),
        "owner_nickname": mark_text("nickname"), "is_original": False, "binded_challenge_id": 0,
        "redirect": False, "is_restricted": False, "author_deleted": False, "is_del_video": False,
        "is_video_self_see": False, "owner_handle": "", "prevent_download": False,
        "prevent_item_download_status": 0, "external_song_info": [], "sec_uid": mark_text("sec"),
        "preview_start_time": 0, "preview_end_time": 0, "is_commerce_music": False,
        "is_original_sound": True, "audition_duration": mark_bare("seconds"), "artists": [],
        "shoot_duration": mark_bare("seconds"), "reason_type": 0, "mute_share": False,
        "is_pgc": False, "dmv_auto_show": False, "is_matched_metadata": False,
        "is_audio_url_with_cookie": False, "can_background_play": True, "music_status": 1,
        "video_duration": mark_bare("seconds"),
        "pgc_music_type": 2, "author_status": 1, "search_impr": {"entity_id": ID},
        "song": {"id": mark_bare("id"), "id_str": ID, "artists": None, "chorus_v3_infos": None},
        "dsp_status": 10, "music_collect_count": 0, "show_origin_clip": False,
        "music_cover_atmosphere_color_value": "",
        **_make_nulls("position author_position unshelve_countries lyric_short_position tag_list "
                      "music_chart_ranks artist_user_infos musician_user_infos"),
    }  # fmt: skip


def _build_status(recipe: str) -> Json:
    return {
        "not_allow_soft_del_reason": "", "is_delete": recipe == "deleted", "allow_share": True,
        "review_result": {"review_status": 0}, "part_see": 0,
        "private_status": 1 if recipe == "private" else 0, "listen_video_status": 2,
        "in_reviewing": False, "allow_self_recommend_to_friend": True,
        "allow_friend_recommend": True, "is_prohibited": recipe == "prohibited",
        "enable_soft_delete": 0,
    }  # fmt: skip


# Fields of every answer that no item reads.
_REST: Json = {
    "can_cache_to_local": False, "trends_event_track": "{}", "is_moment_story": 0,
    "is_ads": False, "douplus_user_type": 0, "sec_item_id": "",
    "product_genre_info": {"product_genre_type": 2, "material_genre_sub_type_set": [4],
                           "special_info": {"recommend_group_name": 0}},
    "risk_infos": {"vote": False, "warn": False, "risk_sink": False, "type": 0, "content": ""},
    "is_moment_history": 0, "origin_duet_resource_uri": "", "item_aigc_follow_shot": 1,
    "geofencing": [], "is_from_ad_auth": False, "region": "", "collect_stat": 0,
    "ent_log_extra": {"log_extra": json.dumps({"aweme_log_extra": {"group_id": "0"}})},
    "promotions": [], "prevent_download": False, "flash_mob_trends": 0,
    "galileo_pad_textcrop": {"ipad_d_h_cut_ratio": [2, 2], "android_d_h_cut_ratio": [2]},
    "entertainment_video_paid_way": {"paid_ways": [], "paid_type": 0},
    "star_atlas_info": {"log_extra": "{}", "click_track_url_list": None},
    "aweme_listen_struct": {"trace_info": json.dumps({"copyright_reason": "not_intercept"})},
    "is_25_story": 0,
    "video_control": {"allow_download": True, "share_type": 1, "show_progress_bar": 1,
                      "allow_duet": True, "allow_react": False, "prevent_download_type": 0,
                      "timer_status": 1, "allow_music": True, "allow_stitch": False,
                      "download_info": {"level": 0}, "duet_info": {"level": 0},
                      "disable_record_reason": "", "timer_info": {}},
    "aweme_control": {"can_forward": True, "can_share": True, "can_comment": True,
                      "can_show_comment": True},
    "game_tag_info": {"is_game": False}, "cf_assets_type": 0, "is_story": 0,
    "component_control": {"data_source_url": "/aweme/v1/web/aweme/post/"},
    "guide_btn_type": 0, "is_new_text_mode": 0, "series_basic_info": {},
    "impression_data": {"group_id_list_a": [], "group_id_list_b": [], "similar_id_list_a": None,
                        "similar_id_list_b": None, "group_id_list_c": []},
    "entertainment_video_type": 0, "show_follow_button": {}, "is_duet_sing": False,
    "comment_permission_info": {"comment_permission_status": 0, "can_comment": True},
    "series_paid_info": {"series_paid_status": 0, "item_price": 0},
    "comment_gid": mark_bare("id"), "image_album_music_info": {"begin_time": -1, "end_time": -1,
                                                               "volume": -1},
    "video_tag": [{"tag_id": 2000 + n, "tag_name": "生活记录", "level": n} for n in (1, 2, 3)],
    "feed_comment_config": {"input_config_text": "善语结善缘", "author_audit_status": 0,
                            "common_flags": json.dumps({"item_author_nickname": ""})},
    "photo_search_entrance": {"ecom_type": 0}, "is_image_beat": False, "is_life_item": False,
    "danmaku_control": {"enable_danmaku": True, "post_privilege_level": 0,
                        "danmaku_cnt": mark_bare("danmaku"), "pass_through_params": "{}",
                        "smart_mode_decision": 0},
    "component_info_v2": json.dumps({"desc_lines_limit": 0, "hide_marquee": False}),
    "item_warn_notification": {"type": 0, "show": False, "content": ""},
    "disable_relation_bar": 0, "author_mask_tag": 0, "user_recommend_status": 0,
    "is_share_post": False, "image_comment": {}, "authentication_token": "MS4wLjAAAAAA",
    "visual_search_info": {"visual_search_longpress": 1, "is_show_img_entrance": False},
    "distribute_circle": {"distribute_type": 0, "is_campus": False}, "image_crop_ctrl": 0,
    "activity_video_type": -1, "boost_status": 0, "is_use_music": False, "original": 0,
    "xigua_base_info": {"status": 0, "item_id": 0}, "mark_largely_following": False,
    "friend_recommend_info": {"friend_recommend_source": 0, "label_user_list": None},
    **_make_nulls("ai_follow_images video_labels image_infos position uniqid_position comment_list "
                  "video_text label_top_text nickname_position challenge_position trends_infos "
                  "long_video chapter_bar_color follow_shot_assets interaction_stickers "
                  "origin_comment_ids commerce_config_data effect_inflow_effects anchors "
                  "hybrid_label geofencing_regions nearby_hot_comment mv_info cover_labels "
                  "interest_points relation_labels social_tag_list original_images img_bitrate "
                  "chapter_list dislike_dimension_list standard_bar_info_list image_list "
                  "origin_text_extra packed_clips tts_id_list ref_tts_id_list jump_tab_info_list "
                  "voice_modify_id_list ref_voice_modify_id_list dislike_dimension_list_v2 "
                  "yumme_recreason slides_music_beats reply_smart_emojis create_scale_type"),
}  # fmt: skip


def _build_work(recipe: str) -> Json:
    """Return a work of that recipe, with marks for the values that differ."""
    album = recipe in ALBUMS
    share = _make_share_url(album=album)
    work: Json = {
        "aweme_id": ID,
        "desc": mark_text("desc"),
        "create_time": mark_bare("time"),
        "author": _build_author(),
        "music": _build_music(),
        "video": _choose_video(recipe),
        "share_url": share,
        "user_digged": 0,
        "statistics": {"recommend_count": 0, "comment_count": mark_bare("comments"),
                       "digg_count": mark_bare("likes"), "admire_count": 0, "play_count": 0,
                       "share_count": mark_bare("shares"), "collect_count": mark_bare("collects")},
        "status": _build_status(recipe),
        "text_extra": [{"start": mark_bare("start"), "end": mark_bare("end"), "type": 1,
                        "hashtag_name": mark_text("tag"), "hashtag_id": mark_text("tagid"),
                        "is_commerce": False, "caption_start": 0, "caption_end": 0}],
        "is_top": mark_bare("top"),
        "share_info": {"share_url": share, "share_link_desc": f"{mark_text('desc')} %s 复制此链接"},
        "duration": mark_bare("duration"),
        "aweme_type": _TYPES.get(recipe, 0),
        "author_user_id": mark_bare("uid"),
        "group_id": ID,
        "images": [mark_bare("images")] if album else None,
        "is_live_photo": int(recipe == "live_photo"),
        "is_multi_content": int(album),
        "media_type": {"images": 2, "live_photo": 2, "slides": 42, "article": 43}.get(
            recipe, 4),
        "caption": f"#{mark_text('tag')}",
        "item_title": mark_text("text"),
        **_REST,
    }  # fmt: skip
    for key in {"no_caption": ("desc", "caption", "item_title"), "no_author": ("author",)}.get(
        recipe, ()
    ):
        del work[key]
    return work


def _choose_video(recipe: str) -> Json | None:
    if recipe in GONE:
        return None
    return _build_album_video() if recipe in (*ALBUMS, "article") else _build_video()


def _make_share_url(*, album: bool) -> str:
    """Return the link of the share button, with its tracking parameters."""
    return (f"https://www.iesdouyin.com/share/{'note' if album else 'video'}/{ID}/?region=CN"
            f"&mid={ID}&u_code=0&did=MS4wLjABAAAA&iid=MS4wLjABAAAA&with_sec_did=1&titleType=title"
            f"&share_sign=ZlX0&share_version=290100&ts={mark_text('time')}")  # fmt: skip
