"""Find the links a user gives a spider, and explain texts that it cannot use."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from f2scrapy.config.inputs import is_export
from f2scrapy.crawl.arguments import Args, KeywordArgs, LinkArgs, OwnArgs
from f2scrapy.model.link import OWN, Link, find_links
from f2scrapy.platforms import Links, get_platform, list_platforms


class Targets(NamedTuple):
    """The usable links of a user, and the parts of the text without one."""

    links: list[Link]
    unusable: list[str]


def find_targets(args: Args, links: Links, wants: Collection[str]) -> Targets:
    """Return the links in `args` of the kinds in `wants`.

    The account's own page counts where its own lists, or those of any user, are wanted.
    """
    if isinstance(args, LinkArgs):
        if not args.url:
            return Targets([OWN], [])
        takes_own = isinstance(args, OwnArgs) or "sec_user_id" in wants
        kinds = [*wants, OWN.kind] if takes_own else wants
        found, unusable = find_links(args.parts, links.find, kinds, links.KINDS)
        # An export names much that is no work: nothing of it is missing, and some is private.
        return Targets(found, [] if found and is_export(args.url) else unusable)
    if isinstance(args, KeywordArgs):
        return Targets([Link("keyword", args.keyword)], [])
    return Targets([OWN], [])


def explain_unusable(text: str, spider: str, platform: str, wants: Collection[str]) -> str:
    """Return the reason why a spider cannot use a text, and the kinds of link it wants."""
    if instead := describe_other(text, spider, platform, wants):
        return f"this is {instead}"
    beside = "; several names are written without @" if "unique_id" in wants else ""
    wish = describe_wants(platform, wants)
    return f"this holds no link or id that {spider} can use; want {wish}{beside}"


def describe_other(text: str, spider: str, platform: str, wants: Collection[str]) -> str:
    """Return the link in a text that the spider cannot use, in words; "" = there is none.

    A URL may be of another platform.
    """
    for name in [platform, *list_platforms()] if "/" in text else [platform]:
        links = get_platform(name).links
        found = links.find(text)
        if kinds := [link.kind for link in found if link.kind in links.KINDS]:
            of = "" if name == platform else f" of {name}"
            shown = f"{describe_wants(name, kinds[:1])}{of}"
            return f"{shown}; {spider} wants {describe_wants(platform, wants)}"
        if unoffered := links.name_unoffered(text):
            return f"{unoffered}, which f2scrapy does not offer"
    return ""


def describe_wants(platform: str, wants: Collection[str]) -> str:
    """Return kinds of link in words: "a user (sec_user_id) or …"."""
    kinds = get_platform(platform).links.KINDS
    return " or ".join(f"{kinds[kind].name} ({kind})" for kind in wants)
