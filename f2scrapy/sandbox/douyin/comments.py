"""Serve the comments of works and their replies on www.douyin.com."""

from __future__ import annotations

from f2scrapy.sandbox.catalogue import GONE
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.comments import Comment, CommentPage, list_comments, list_replies
from f2scrapy.sandbox.douyin.addresses import Json, make_avatar
from f2scrapy.sandbox.douyin.lists import HOST
from f2scrapy.sandbox.http_types import Page, Reply, Request, encode_json, respond_json
from f2scrapy.sandbox.people import Stranger
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.works import count_comments


def serve_comments(request: Request, state: State) -> Reply | Page:
    """Serve comments page by page; a full page always says that there are more."""
    work = state.catalogue.find_work(request.get_int("aweme_id"))
    if work is None or work.recipe in GONE or work.user.secret:
        return _respond_empty(0)
    page = list_comments(work, *_read_window(request))
    return _build_page(page) if page.rows else _respond_empty(page.total)


def serve_replies(request: Request, state: State) -> Reply | Page:
    """Serve the replies to a comment."""
    work = state.catalogue.find_work(request.get_int("item_id"))
    if work is None:
        return _respond_empty(0)
    return _build_page(list_replies(work, request.get_int("comment_id"), *_read_window(request)))


def _read_window(request: Request) -> tuple[int, int]:
    return max(0, request.get_int("cursor")), request.get_count()


def _build_page(page: CommentPage) -> Page:
    fields = {
        "status_code": 0, "cursor": page.cursor, "has_more": int(page.has_more), "reply_style": 2,
        "total": page.total, "extra": {"fatal_item_ids": None}, "log_pb": {"impr_id": "0"},
        "hotsoon_filtered_count": 0, "user_commented": 0, "folded_comment_count": 0,
    }  # fmt: skip
    written = tuple(encode_json(build_comment(row)) for row in page.rows)
    return Page(written, "comments", "cursor", fields, id_key="cid")


def _respond_empty(total: int) -> Reply:
    return respond_json({"status_code": 0, "comments": None, "cursor": 0, "has_more": 0,
                         "total": total, "log_pb": {"impr_id": "0"}})  # fmt: skip


def build_comment(comment: Comment) -> Json:
    """Return one row; some have a picture or a sticker, some include their first reply."""
    work = comment.work
    digest = comment.author.digest
    row: Json = {
        "cid": comment.cid,
        "text": f"说得好{comment.thread}-{comment.place}[鼓掌]" if digest[0] % 9 else "",
        "aweme_id": str(work.aweme_id),
        "create_time": work.create_time + 60 * comment.place,
        "digg_count": digest[1],
        "status": 1,
        "user": _build_user(comment.author),
        "reply_id": comment.reply_id,
        "reply_to_reply_id": comment.reply_to_reply_id,
        "user_digged": 0,
        "text_extra": [],
        "label_text": "",
        "label_type": -1,
        "is_author_digged": False,
        "user_buried": False,
        "is_hot": not comment.place and comment.thread < 3,
        "image_list": None,
        "ip_label": "浙江",
        "can_share": True,
        "content_type": 1,
    }
    if digest[2] % 10 == 0:
        row |= {"image_list": [_build_picture(comment)], "content_type": 2}
    if digest[2] % 10 == 1:
        row["sticker"] = {
            "id": 1,
            "animate_url": _build_picture(comment)["origin_url"],
            "sticker_type": 1,
        }
    return row | (_build_reply_part(comment) if comment.place else _build_comment_part(comment))


def _build_comment_part(comment: Comment) -> Json:
    shown = comment.reply_count and comment.thread % 2
    first = build_comment(comment._replace(place=1)) if shown else None
    return {"reply_comment": [first] if first else None, "reply_comment_total": comment.reply_count,
            "item_comment_total": count_comments(comment.work), "stick_position": 0, "level": 1,
            "is_folded": False, "sort_tags": "{}"}  # fmt: skip


def _build_reply_part(comment: Comment) -> Json:
    if comment.place <= 2:
        return {}
    return {"reply_to_userid": "1", "reply_to_username": "路人", "reply_to_user_sec_id": "MS4w"}


def _build_user(person: Stranger) -> Json:
    uid = person.uid
    return {"uid": uid, "short_id": "0", "unique_id": f"person{uid}", "nickname": f"路人{uid[-4:]}",
            "avatar_thumb": make_avatar("100x100", uid), "region": "CN", "secret": 0,
            "sec_uid": person.sec_user_id}  # fmt: skip


def _build_picture(comment: Comment) -> Json:
    urls = [f"https://p3-sign.douyinpic.com/comment/{comment.cid}~tplv.image",
            f"https://p3-sign.douyinpic.com/comment/{comment.cid}~tplv.jpeg"]  # fmt: skip
    picture = {"uri": comment.cid, "url_list": urls, "width": 960, "height": 1280}
    return dict.fromkeys(("origin_url", "crop_url", "thumb_url", "medium_url"), picture)


EXACT = {
    (HOST, "/aweme/v1/web/comment/list/"): Route("list", serve_comments, WEB),
    (HOST, "/aweme/v1/web/comment/list/reply/"): Route("list", serve_replies, WEB),
}
