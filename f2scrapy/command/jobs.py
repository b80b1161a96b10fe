"""Turn the words of a command into jobs: which spider reads which links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from f2scrapy.command.arguments import COMMANDS
from f2scrapy.config.inputs import is_export, read_lines
from f2scrapy.config.spider_files import find_spider_modules
from f2scrapy.errors import InputError
from f2scrapy.model.link import OWN, decode_urls, list_urls
from f2scrapy.platforms import get_platform, list_platforms
from f2scrapy.text import describe_unknown, make_visible

_WORD = re.compile(r"[\s,，;；]+")
_MEANT = re.compile(r"https?://|[!-~]*\w[!-~]*$", re.ASCII)  # a URL, or what may be a name or an id


@dataclass
class Job:
    """A spider to run, the texts with the links for it, and more words of `scrapy crawl`."""

    spider: str
    texts: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ShortLink:
    """A link that only its redirects resolve; `text` is how the user wrote it."""

    platform: str
    text: str


def find_jobs(words: Iterable[str], task: str = "") -> list[Job | ShortLink]:
    """Return the jobs of the words, in their order; each spider has one job.

    A word is a link, an id, an @name, a text that contains some, `@file`, or the name of a spider.
    `task` names another spider for all links, without its platform, such as "comment".

    Raises:
        InputError: a word names nothing that a spider can read.
    """
    jobs: dict[str, Job] = {}
    short: list[ShortLink] = []
    for word in words:
        if not word.strip():  # as that of a script's variable without value
            raise InputError("LINK is empty")
        if word in find_spider_modules():
            jobs.setdefault(word, Job(word))
            continue
        for text in _expand_file(word):
            for found in _find_in_text(decode_urls(text), task):
                if isinstance(found, ShortLink):
                    short.append(found)
                else:
                    job = jobs.setdefault(found.spider, found)
                    job.texts += [one for one in found.texts if one not in job.texts]
    return [*jobs.values(), *short]


def choose_spider(platform: str, kind: str, task: str = "") -> str:
    """Return the spider for a kind of link.

    Raises:
        InputError: the platform has no such spider.
    """
    name = f"{platform}_{task or _find_task(platform, kind)}"
    valid = find_spider_modules()
    if name in valid:
        return name
    if not task:
        raise InputError(f"no spider of {platform} reads links of this kind ({kind})")
    tasks = [one.removeprefix(f"{platform}_") for one in valid if one.startswith(platform)]
    raise InputError(describe_unknown(f"--what {task} of {platform}", task, tasks))


def _expand_file(word: str) -> list[str]:
    """Return the lines of the file that `@file` names; `@name` is a user if there is no file.

    An export of an account names much that is no work, such as pictures: it is left out.
    """
    path = Path(word[1:])
    if word[:1] != "@" or not ("/" in word or path.suffix in (".txt", ".json") or path.is_file()):
        return [word]
    lines = read_lines(word)
    if is_export(word):
        finders = [get_platform(name).links.find for name in list_platforms()]
        return [line for line in lines if any(find(line) for find in finders)] or lines
    return lines


def _find_in_text(text: str, task: str) -> Iterator[Job | ShortLink]:
    """Yield what the links of a text need; without any, its ids and @names.

    Raises:
        InputError: there is none, or one that nothing reads. Words around links are those of a
            pasted text; a word beside an id or an @name may be a name without its @.
    """
    found = {url: _find_job(url, task) for url in map("".join, list_urls(text))}
    if not any(found.values()):
        found = {word: _find_job(word, task) for word in _WORD.split(text)}
    if not any(found.values()):
        raise InputError(f"{make_visible(text)[:200]}: {_explain(text)}")
    for part, jobs in found.items():
        if not jobs and _MEANT.match(part):
            raise InputError(f"{make_visible(part)[:200]}: {_explain(part)}")
        yield from jobs


def _find_job(text: str, task: str) -> list[Job | ShortLink]:
    """Return the job of one link, of the first platform that knows it; [] = it is no link."""
    for platform in list_platforms():
        for link in get_platform(platform).links.find(text):
            if link.kind == "short":
                return [ShortLink(platform, text)]
            if task or _find_task(platform, link.kind):
                shown = task or get_platform(platform).links.choose_list(link, text)
                return [Job(choose_spider(platform, link.kind, shown), [text])]
    return []


def _find_task(platform: str, kind: str) -> str:
    """Return the spider of a link, without its platform; "" = the kind alone names none."""
    known = get_platform(platform).links.KINDS
    shown = "sec_user_id" if kind == OWN.kind else kind
    return known[shown].task if shown in known else ""


def _explain(text: str) -> str:
    for platform in list_platforms():
        if unoffered := get_platform(platform).links.name_unoffered(text):
            return f"this is {unoffered}, which f2scrapy does not offer"
        if words := get_platform(platform).links.name_spider(text):
            return f"this page has a spider of its own: f2scrapy {words}"
        if words is not None:
            wish = "want the whole link of a user, a work, a list or a room"
            return f"f2scrapy knows no such page of {platform}: {wish}"
    near = get_close_matches(text, [*COMMANDS, *find_spider_modules()], n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"this is no link, id or @name of a platform, and no command or spider of f2scrapy{hint}"
