"""www.douyin.com: comments on works and replies to them, computed and never kept."""

from __future__ import annotations

from f2scrapy.sandbox.catalogue import GONE
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.comments import Part, Said, below, of_work
from f2scrapy.sandbox.douyin.addresses import Json, avatar
from f2scrapy.sandbox.douyin.lists import HOST
from f2scrapy.sandbox.http_types import Answer, Ask, Page, compact, reply
from f2scrapy.sandbox.people import Stranger
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.works import comment_count


def comments(ask: Ask, world: World) -> Answer | Page:
    """What is said of a work, page by page; a full page never knows that it is the last."""
    work = world.catalogue.work(ask.number("aweme_id"))
    if work is None or work.recipe in GONE or work.user.secret:
        return _nothing(0)
    part = of_work(work, *_window(ask))
    return _page(part) if part.rows else _nothing(part.total)


def replies(ask: Ask, world: World) -> Answer | Page:
    """What is said to a comment."""
    work = world.catalogue.work(ask.number("item_id"))
    if work is None:
        return _nothing(0)
    return _page(below(work, ask.number("comment_id"), *_window(ask)))


def _window(ask: Ask) -> tuple[int, int]:
    return max(0, ask.number("cursor")), ask.rows()


def _page(part: Part) -> Page:
    fields = {
        "status_code": 0, "cursor": part.cursor, "has_more": int(part.more), "reply_style": 2,
        "total": part.total, "extra": {"fatal_item_ids": None}, "log_pb": {"impr_id": "0"},
        "hotsoon_filtered_count": 0, "user_commented": 0, "folded_comment_count": 0,
    }  # fmt: skip
    written = tuple(compact(comment_json(row)) for row in part.rows)
    return Page(written, "comments", "cursor", fields, id_key="cid")


def _nothing(total: int) -> Answer:
    return reply({"status_code": 0, "comments": None, "cursor": 0, "has_more": 0, "total": total,
                  "log_pb": {"impr_id": "0"}})  # fmt: skip


def comment_json(said: Said) -> Json:
    """One row of a list; some bear a picture or a sticker, some show their first reply."""
    work = said.work
    digest = said.by.digest
    row: Json = {
        "cid": said.cid,
        "text": f"说得好{said.thread}-{said.place}[鼓掌]" if digest[0] % 9 else "",
        "aweme_id": str(work.aweme_id),
        "create_time": work.create_time + 60 * said.place,
        "digg_count": digest[1],
        "status": 1,
        "user": _user(said.by),
        "reply_id": said.answers,
        "reply_to_reply_id": said.answers_reply,
        "user_digged": 0,
        "text_extra": [],
        "label_text": "",
        "label_type": -1,
        "is_author_digged": False,
        "user_buried": False,
        "is_hot": not said.place and said.thread < 3,
        "image_list": None,
        "ip_label": "浙江",
        "can_share": True,
        "content_type": 1,
    }
    if digest[2] % 10 == 0:
        row |= {"image_list": [_picture(said)], "content_type": 2}
    if digest[2] % 10 == 1:
        row["sticker"] = {"id": 1, "animate_url": _picture(said)["origin_url"], "sticker_type": 1}
    return row | (_as_reply(said) if said.place else _as_comment(said))


def _as_comment(said: Said) -> Json:
    shown = said.replies and said.thread % 2
    first = comment_json(said._replace(place=1)) if shown else None
    return {"reply_comment": [first] if first else None, "reply_comment_total": said.replies,
            "item_comment_total": comment_count(said.work), "stick_position": 0, "level": 1,
            "is_folded": False, "sort_tags": "{}"}  # fmt: skip


def _as_reply(said: Said) -> Json:
    if said.place <= 2:
        return {}
    return {"reply_to_userid": "1", "reply_to_username": "路人", "reply_to_user_sec_id": "MS4w"}


def _user(who: Stranger) -> Json:
    uid = who.uid
    return {"uid": uid, "short_id": "0", "unique_id": f"person{uid}", "nickname": f"路人{uid[-4:]}",
            "avatar_thumb": avatar("100x100", uid), "region": "CN", "secret": 0,
            "sec_uid": who.sec_user_id}  # fmt: skip


def _picture(said: Said) -> Json:
    urls = [f"https://p3-sign.douyinpic.com/comment/{said.cid}~tplv.image",
            f"https://p3-sign.douyinpic.com/comment/{said.cid}~tplv.jpeg"]  # fmt: skip
    picture = {"uri": said.cid, "url_list": urls, "width": 960, "height": 1280}
    return dict.fromkeys(("origin_url", "crop_url", "thumb_url", "medium_url"), picture)


EXACT = {
    (HOST, "/aweme/v1/web/comment/list/"): Route("list", comments, WEB),
    (HOST, "/aweme/v1/web/comment/list/reply/"): Route("list", replies, WEB),
}
