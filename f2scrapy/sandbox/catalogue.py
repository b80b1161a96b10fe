"""Compute users and their works from (user, position); nothing is stored."""

from __future__ import annotations

import hashlib
import random
from base64 import urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from f2scrapy.sandbox.media import Asset

NEWEST = datetime(2026, 11, 1, 12, tzinfo=UTC)
OLDEST = datetime(2016, 9, 20, tzinfo=UTC)
_POSITION_BITS = 20
_USER_BITS = 10

# Recipes of a work; the works of a user cycle through the user's recipes.
#   video images live_photo slides         the kinds
#   private deleted prohibited             listed, with a null video
#   no_caption no_author unknown_type      a video with an incomplete answer
#   huge                                   a video of 1 GiB
#   article                                a text with pictures, on Douyin; a video on TikTok
CLEAN = ("video", "video", "images", "video", "live_photo")
FILMS = ("video",) * 9 + ("images",)
ALL_KINDS = ("video", "images", "video", "live_photo", "slides", "video")
MIXED = ("video", "images", "private", "video", "deleted", "live_photo", "prohibited", "slides",
         "no_caption", "no_author", "unknown_type", "video")  # fmt: skip
GONE = ("private", "deleted", "prohibited")
ALBUMS = ("images", "live_photo", "slides")

HOSTILE_TEXTS = (
    "../../../etc/passwd",
    "..\\..\\windows\\system32\\drivers",
    "/absolute/path",
    "CON",
    "aux.txt",
    "LPT1 .. ",
    'a<b>c:d"e|f?g*h',
    "ends with dots...",
    "ends with blanks   ",
    "\u202egpj.exe bidi\u202c \u2066hidden\u2069",
    "zero\u200bwidth\u200djoiner\ufeff",
    "tabs\tand\r\nnew\nlines",
    "control\x01\x07\x1b[31mred",
    "👩‍👩‍👧‍👦👍🏽🏳️‍🌈🇨🇳 emoji 🎉",
    "e\u0301 is not é",
    "㋿ﬁ①Ⅷ compatibility",
    "長" * 300,
    "x" * 300,
    "👨‍👩‍👧" * 60,
    "",
    "   ",
    ".",
    "..",
    "~",
    "-rf *",
    "$(touch pwned) `id` ;&&|",
    "%(nickname)s {aweme_id} {0} %s %2e%2e%2f",
    "=HYPERLINK(1)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "'; DROP TABLE works; --",
    "日本語 한국어 العربية עברית ไทย",
)
PHRASES = (
    "今天一起看山里的云", "海边的小猫慢慢走", "回家路上", "春天雨后阳光很好", "听风", "记录生活",
    "早安", "晚安", "第一次学会做蛋糕", "城市夜景", "厨房里", "花开了", "手作的一天", "旅行到这里",
)  # fmt: skip
TAGS = ("日常", "旅行日记", "美食教程", "萌宠", "手工", "城市夜景", "vlog", "慢生活")


@dataclass(frozen=True)
class User:
    """A user of the platform."""

    number: int
    name: str  # name for tests, demo and command line
    count: int  # works in the user's list
    recipes: tuple[str, ...] = CLEAN
    nickname: str = ""
    pinned: tuple[int, ...] = ()  # positions, counted from the newest, 0 first
    uncounted: int = 0  # works counted in the profile and missing from the list
    secret: bool = False  # a private account: works are counted, never listed
    pairs: bool = False  # each two works share their text and second
    texts: tuple[str, ...] = ()  # () = generated
    images: int = 0  # per album; 0 = one to four
    followers: int = 1200
    following: int = 42
    series: bool = False  # the works are the episodes of a mix, oldest first
    likes: int = 0  # number of liked works
    shows_likes: bool = True  # visible to other users
    banned: bool = False  # banned by the platform: invisible

    @cached_property
    def sec_user_id(self) -> str:
        """As long as the platform's, with the name in it."""
        digest = hashlib.sha512(self.name.encode()).digest()
        tail = urlsafe_b64encode(digest).decode().rstrip("=")
        return f"MS4wLjABAAAA{self.name.replace(' ', '_')}-{tail}"[:76]

    @property
    def uid(self) -> str:
        return str(98_000_000_000 + self.number)

    @property
    def mix_id(self) -> str:
        """Id of the mix, if `series`."""
        return str(7_300_000_000_000_000_000 + self.number)

    @property
    def unique_id(self) -> str:
        return f"sandbox{self.number}"

    @property
    def aweme_count(self) -> int:
        """Number of works in the profile."""
        return self.count + self.uncounted


@dataclass(frozen=True)
class Work:
    """A published work; `douyin.works` and `tiktok.works` know its files."""

    user: User
    position: int  # 0 = the newest
    recipe: str
    create_ms: int
    aweme_id: int
    text: str
    tag: str

    @property
    def create_time(self) -> int:
        return self.create_ms // 1000

    @property
    def pinned(self) -> bool:
        return self.position in self.user.pinned

    @property
    def desc(self) -> str:
        return f"{self.text} #{self.tag}" if self.tag else self.text


@dataclass(frozen=True)
class Sizes:
    """Sizes of generated media in bytes, as (least, most); renditions are scaled from `video`."""

    video: tuple[int, int] = (60_000, 300_000)
    image: tuple[int, int] = (20_000, 80_000)
    music: tuple[int, int] = (30_000, 90_000)

    def choose_size(self, kind: str, key: str) -> int:
        low, high = {"mp4": self.video, "mp3": self.music}.get(kind, self.image)
        spread = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=6).digest(), "big")
        return (low + spread % (high - low + 1)) & ~1

    def build_asset(self, kind: str, key: str) -> Asset:
        return Asset(key, kind, self.choose_size(kind, key))


class Catalogue:
    """All users, by name, sec_user_id, unique_id and number."""

    def __init__(self, extra: tuple[User, ...] = ()) -> None:
        users = {user.name: user for user in (*build_users(), *extra)}
        self.users = list(users.values())
        self.by_name = users
        self._by_sec = {user.sec_user_id: user for user in self.users}
        self._by_unique = {user.unique_id: user for user in self.users}
        self._by_number = {user.number: user for user in self.users}

    def find_visible(self, sec_user_id: str, uid: str = "") -> User | None:
        """Return the user unless banned; without a sec_user_id, by uid."""
        by_uid = (user for user in self.users if uid and user.uid == uid)
        user = self.find_user(sec_user_id) if sec_user_id else next(by_uid, None)
        return None if user is None or user.banned else user

    def find_user(self, sec_user_id: str = "", unique_id: str = "") -> User | None:
        return self._by_sec.get(sec_user_id) or self._by_unique.get(unique_id)

    def find_series(self, mix_id: str) -> User | None:
        """Return the user with the works of that mix; None if there is none."""
        return next((user for user in self.users if user.series and user.mix_id == mix_id), None)

    def find_work(self, aweme_id: int) -> Work | None:
        """Return the work with that id; None if there is none."""
        position = aweme_id & ((1 << _POSITION_BITS) - 1)
        number = aweme_id >> _POSITION_BITS & ((1 << _USER_BITS) - 1)
        user = self._by_number.get(number)
        if user is None or user.banned or position >= user.count:
            return None
        work = build_work(user, position)
        return work if work.aweme_id == aweme_id else None


def build_users() -> tuple[User, ...]:
    """Return the built-in users, which tests and the demo name."""
    return (
        User(1, "demo", 24, ALL_KINDS, "演示账号", pinned=(9, 17), likes=45),
        User(2, "clean200", 200, CLEAN, "干净的两百"),
        User(3, "mixed", 60, MIXED, "混合", pinned=(30,)),
        User(4, "empty", 0, CLEAN, "空空如也"),
        User(5, "private account", 12, CLEAN, "私密账号", secret=True),
        User(6, "one", 1, ("video",), "只有一个"),
        User(7, "big20k", 20_000, FILMS, "两万作品"),
        User(8, "big100k", 100_000, FILMS, "十万作品"),
        User(9, "hostile", 64, CLEAN, '../..\\CON<>:"|?*\u202eevil\u200b👾.', texts=HOSTILE_TEXTS),
        User(10, "samename", 12, ("video", "video", "images", "images"), "同名", pairs=True),
        User(11, "gap", 30, CLEAN, "少三个", uncounted=3, likes=12, shows_likes=False),
        User(12, "pinned", 45, CLEAN, "置顶", pinned=(44, 20, 19)),
        User(13, "huge", 1, ("huge",), "大文件"),
        User(14, "files2000", 2000, ("images",), "两千文件", images=1),
        User(15, "series", 45, CLEAN, "连载", series=True),
        User(16, "banned", 9, CLEAN, "封禁", banned=True),
        User(17, "articles", 4, ("article", "video"), "文章"),
    )


def list_works(user: User, before_ms: int, count: int) -> list[Work]:
    """Return works older than *before_ms* (0 = now), newest first, after the pinned ones.

    A pinned work stands on the first page only, not at its own time again. At least one other work
    stands beside them, because the cursor is the time of the last.
    """
    if user.secret:
        return []
    works = [build_work(user, p) for p in user.pinned] if before_ms <= 0 else []
    rest = _iter_unpinned(user, count_newer(user, before_ms))
    return works + [work for work, _ in zip(rest, range(max(count - len(works), 1)), strict=False)]


def _iter_unpinned(user: User, start: int) -> Iterator[Work]:
    return (build_work(user, p) for p in range(start, user.count) if p not in user.pinned)


def count_newer(user: User, cursor_ms: int) -> int:
    """Return how many works are as new as the cursor or newer."""
    if cursor_ms <= 0:
        return 0
    return bisect_right(range(user.count), -cursor_ms, key=lambda p: -compute_create_ms(user, p))


def compute_create_ms(user: User, position: int) -> int:
    """Return the time of publication, falling with position; whole seconds except for pairs."""
    slot = position // 2 if user.pairs else position
    second = (
        int(NEWEST.timestamp()) - slot * _compute_step(user) - _compute_jitter(user.number, slot)
    )
    return second * 1000 + (1 if user.pairs and position % 2 == 0 else 0)


def _compute_step(user: User) -> int:
    """Return the seconds between two works: a day, or less if the years would not suffice."""
    years = int((NEWEST - OLDEST).total_seconds())
    return min(86_400, years // max(user.count, 1))


def _compute_jitter(number: int, slot: int) -> int:
    return (slot * 2_654_435_761 + number * 40_503 >> 7) % 1500


def build_work(user: User, position: int) -> Work:
    """Return the work at *position* of the user's list, 0 = newest."""
    created = compute_create_ms(user, position)
    slot = position // 2 if user.pairs else position
    return Work(
        user=user,
        position=position,
        recipe=user.recipes[position % len(user.recipes)],
        create_ms=created,
        aweme_id=created // 1000 << 32 | (user.number << _POSITION_BITS) | position,
        text=_choose_text(user, slot),
        tag="" if user.texts else TAGS[slot % len(TAGS)],
    )


def make_hashtag_id(tag: str) -> str:
    """Return the platform's id of a hashtag; "0" for none."""
    return str(1_600_000_000_000_001 + TAGS.index(tag)) if tag else "0"


def _choose_text(user: User, slot: int) -> str:
    if user.texts:
        return user.texts[slot % len(user.texts)]
    chance = random.Random(user.number << 32 | slot)
    return "，".join(chance.sample(PHRASES, chance.randint(1, 5))) + str(slot + 1)
