"""Lists read with a Session: retries, limits and counts as in a crawl."""

from pathlib import Path

from f2scrapy.api.session import Session
from f2scrapy.crawl.list_reader import ListReader
from f2scrapy.errors import Outcome, Refused
from f2scrapy.platforms.douyin.endpoints.posts import UserPost
from f2scrapy.platforms.douyin.items.posts import Post
from f2scrapy.platforms.tiktok.endpoints import posts as tiktok
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.posts import Post as TiktokPost
from f2scrapy.platforms.tiktok.items.users import User
from f2scrapy.sandbox.server import Sandbox
from f2scrapy.sandbox.state import Options


async def read(
    root: Path, *faults: str, platform: str = "douyin", user: str = "clean200", **limits: int
) -> tuple[ListReader, list[str], Exception | None]:
    """Read a user's works; return the reader, the ids, and the error that ended it."""
    error, ids = None, []
    async with Sandbox(Options(faults=faults)) as sandbox:
        sec_user_id = sandbox.state.catalogue.by_name[user].sec_user_id
        options = {"F2_SANDBOX": sandbox.url, "F2_PATH": str(root), "F2_PACE": "0",
                   "F2_BACKOFF": "0.001"}  # fmt: skip
        first, item = UserPost(sec_user_id=sec_user_id), Post
        if platform == "tiktok":
            first, item = tiktok.UserPost(sec_user_id=sec_user_id), TiktokPost
        async with Session(platform, **options) as session:
            reader = ListReader(session, first, item, **limits)
            try:
                async for page in reader:
                    ids += [post.aweme_id for post in page.items]
            except Refused as refused:
                error = refused
        assert not sandbox.state.report.violations
    return reader, ids, error


async def test_a_503_within_a_list_is_asked_again(tmp_path: Path) -> None:
    reader, ids, error = await read(tmp_path, "http=503:2@3~list", expected=200)
    assert (len(ids), len(set(ids)), error) == (200, 200, None)
    assert (reader.outcome, reader.summary) == (Outcome.OK, "OK: 200 of 200.")


async def test_a_list_that_claims_to_end_early_is_read_on(tmp_path: Path) -> None:
    reader, ids, _ = await read(tmp_path, "early_end", expected=200)
    assert (len(set(ids)), reader.outcome) == (200, Outcome.OK)


async def test_a_list_with_missing_rows_says_so(tmp_path: Path) -> None:
    reader, ids, _ = await read(tmp_path, "lossy", expected=200)
    assert len(ids) < 200
    assert reader.outcome is Outcome.LIST_GAP
    assert reader.summary.startswith(f"LIST_GAP: {len(ids)} of 200, {200 - len(ids)} missing")
    assert sum(gap.count for gap in reader.gaps) == 200 - len(ids)


async def test_limit_of_works(tmp_path: Path) -> None:
    reader, ids, _ = await read(tmp_path, max_counts=25, expected=200)
    assert len(ids) == 25
    assert (reader.listing.stopped, reader.summary) == ("max_counts", "OK: 25 of 25.")


async def test_a_refusal_ends_the_list_with_its_reason(tmp_path: Path) -> None:
    reader, ids, error = await read(tmp_path, "http=503@3~list")
    assert ids
    assert isinstance(error, Refused)
    assert reader.outcome is error.outcome is Outcome.SERVER_ERROR
    assert reader.listing.cursor


async def test_a_list_that_turns_in_circles_ends(tmp_path: Path) -> None:
    reader, _, error = await read(tmp_path, "stuck_cursor@2")
    assert isinstance(error, Refused)
    assert (error.outcome, error.detail) == (Outcome.LIST_GAP, "the list turns in circles")
    assert reader.gaps


async def test_a_list_that_was_not_read_to_its_end_is_interrupted(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        user = sandbox.state.catalogue.by_name["clean200"].sec_user_id
        options = {"F2_SANDBOX": sandbox.url, "F2_PATH": str(tmp_path)}
        async with Session("douyin", **options) as session:
            reader = ListReader(session, UserPost(sec_user_id=user), Post)
            async for _ in reader:
                break
    assert reader.outcome is Outcome.INTERRUPTED


async def test_an_empty_list_is_read_by_the_second_way(tmp_path: Path) -> None:
    faults = ("no_rows~post/item_list", "early_end~post/item_list")
    reader, ids, _ = await read(tmp_path, *faults, platform="tiktok", expected=200)
    assert len(set(ids)) == 200
    assert reader.listing.origin == "creator/item_list"


async def test_an_answer_that_is_refused_is_read_from_the_sites_page(tmp_path: Path) -> None:
    async with Sandbox(Options(faults=("captcha~user/detail",))) as sandbox:
        user = sandbox.state.catalogue.by_name["demo"]
        options = {"F2_SANDBOX": sandbox.url, "F2_PATH": str(tmp_path), "F2_BACKOFF": "0.001"}
        async with Session("tiktok", **options) as session:
            endpoint = UserProfile(unique_id=user.unique_id)
            answer, place = await session.ask_anywhere(endpoint)
        assert not sandbox.state.report.violations
    assert place == "page"
    assert User.parse_answer(endpoint, answer).sec_user_id == user.sec_user_id
