"""Run the jobs of a command one after the other, and say what each has given."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Formatter
from typing import Any, get_type_hints

from f2scrapy import project_package
from f2scrapy.command.child import Ended, run_child
from f2scrapy.command.jobs import Job, ShortLink, choose_spider
from f2scrapy.command.summary import describe_report
from f2scrapy.config.file import read_environment, read_user_file
from f2scrapy.crawl.start import build_process, run_scrapy
from f2scrapy.errors import EXIT_INPUT, EXIT_UNEXPLAINED, InputError, get_worst_exit_code
from f2scrapy.language import translate as _
from f2scrapy.model.link import Link
from f2scrapy.platforms import find_platform

_EXIT_USAGE = 2  # of Scrapy: it does not know the words
_MOST_LINKS = 100_000  # bytes; Linux takes 131,072 bytes in one argument
_LIMITS = ("max_counts", "update")  # arguments of lists that change nothing for a single work


@dataclass(frozen=True)
class Output:
    """The files that the user wants from a run; "" = none."""

    feed: str = ""
    report: str = ""
    shown_field: str = ""  # a field to print of each row, or a template such as "{desc}"
    quiet: bool = False


@dataclass
class _Place:
    """The files of one job."""

    spider: str
    folder: Path  # for files that the user does not see
    output: Output
    is_only: bool  # else the spider's name is added to the names of files
    rows: Path = field(init=False)
    report: Path = field(init=False)

    def __post_init__(self) -> None:
        self.rows = self.folder / f"{self.spider}.rows.jsonl"
        given = self.output.report
        path = self._name(given) if given else self.folder / f"{self.spider}.json"
        with suppress(RuntimeError):  # no home: the crawl says so
            path = path.expanduser()
        self.report = path

    def build_words(self) -> list[str]:
        """Return the words of `scrapy crawl` for its files."""
        words = ["-s", f"F2_REPORT={self.report}"]
        if self.output.feed:
            words += ["-o", str(self._name(self.output.feed))]
        if self.output.shown_field:
            words += ["-o", str(self.rows)]
        return words

    def read_report(self) -> dict[str, Any]:
        """Return the report; {} = there is none, or the file is something else."""
        try:
            found = json.loads(self.report.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) and "started" in found else {}

    def _name(self, text: str) -> Path:
        path = Path(text)
        if self.is_only or text.startswith("-:"):  # Scrapy's word for the standard output
            return path
        return path.with_name(f"{path.stem}.{self.spider}{path.suffix}")


def run_jobs(jobs: Sequence[Job], words: Sequence[str], output: Output) -> int:
    """Run each job with these words of `scrapy crawl`; return the worst exit code.

    One job runs in this process, which saves the start of another; Scrapy cannot run twice in one.
    Ctrl-C ends the present job and begins no other: that is incomplete, however the job ended.
    """
    codes: list[int] = []
    if output.shown_field:
        _check_shown(output.shown_field, jobs)
    with tempfile.TemporaryDirectory(prefix="f2scrapy.") as folder:
        for job in jobs:
            report = output.report or find_report(job.spider, words)
            wanted_files = replace(output, report=report)
            place = _Place(job.spider, Path(folder), wanted_files, len(jobs) == 1)
            wanted = words if len(jobs) == 1 else _drop_limits(job, words)
            ended = _run_job(job, wanted, place)
            codes.append(ended.code)
            if ended.is_stopped:
                break
    if left := [job.spider for job in jobs[len(codes) :]]:
        codes.append(EXIT_UNEXPLAINED)
        print(_("not begun: {names}", names=", ".join(left)), file=sys.stderr)  # noqa: T201
    return get_worst_exit_code(code if code in (0, 1, 3, 4, 5) else 4 for code in codes)


def find_report(spider: str, words: Sequence[str]) -> str:
    """Return the option F2_REPORT of a spider; "" = there is none.

    `words` are flags and values for `scrapy crawl`; they come before the environment, and that
    before the user's file. A mistake in the file is left to the crawl.
    """
    given = read_environment() | dict(text.split("=", 1) for text in words[1::2] if "=" in text)
    with suppress(InputError):
        file = read_user_file(given.get("F2_CONFIG", ""))
        own = {**file.section(find_platform(spider)), **file.section(spider)}
        named = dict(file.general_options()).get("F2_REPORT")
        return str(given.get("F2_REPORT", own.get("report") or named or ""))
    return given.get("F2_REPORT", "")


def _run_job(job: Job, words: Sequence[str], place: _Place) -> Ended:
    """Run a job and show its result."""
    old = place.read_report()
    ended = _crawl(job, words, place)
    report = _choose_new(old, place.read_report(), ended.code)
    _show(report, place)
    if not report and ended.code not in (EXIT_INPUT, _EXIT_USAGE):
        text = "{path}: the report of this run could not be written; its exit code is {code}"
        print(_(text, path=place.report, code=ended.code), file=sys.stderr)  # noqa: T201
    return Ended(ended.code, ended.is_stopped or report.get("closed") == "shutdown")


def _crawl(job: Job, words: Sequence[str], place: _Place) -> Ended:
    crawl = ["crawl", job.spider, *_build_url(job, place), *_choose_media(job, words)]
    crawl += [*words, *job.words, *place.build_words()]
    return Ended(run_scrapy(crawl), False) if place.is_only else run_child(build_process(crawl))


def _choose_new(old: dict[str, Any], found: dict[str, Any], code: int) -> dict[str, Any]:
    """Return the report that was found, if it is the last one of this run; else {}.

    A killed run (`code` < 0) leaves the report of its beginning, which is true.
    """
    is_whole = bool(found.get("closed")) or code < 0
    return found if is_whole and found != old else {}


def _drop_limits(job: Job, words: Sequence[str]) -> list[str]:
    """Return the words without limits of lists, for a spider that reads single works or rooms."""
    from f2scrapy.crawl.spider_loader import SpiderLoader  # noqa: PLC0415 - Scrapy takes time

    spider = SpiderLoader([project_package("spiders")]).load(job.spider)
    lost = {*_LIMITS} - get_type_hints(spider)["args"].model_fields.keys()
    pairs = zip(words[::2], words[1::2], strict=True)
    kept = [pair for pair in pairs if pair[0] != "-a" or pair[1].partition("=")[0] not in lost]
    return [word for pair in kept for word in pair]


def _choose_media(job: Job, words: Sequence[str]) -> list[str]:
    """Return the option that records a room, unless the user says what to fetch."""
    is_room = job.spider.endswith("_live") and job.texts
    is_chosen = any(word.startswith(("F2_MEDIA=", "F2_PLAN=")) for word in words)
    return ["-s", "F2_MEDIA=live"] if is_room and not is_chosen else []


def _build_url(job: Job, place: _Place) -> list[str]:
    """Return the argument `url`: a text, links, or a file with one text a line.

    Links stand in the argument itself, and so in the report; the file is gone after the run.
    """
    if not job.texts:
        return []
    links = " ".join(job.texts)
    are_plain = len(links.split()) == len(job.texts) == links.count("https://")
    if are_plain and len(links.encode()) < _MOST_LINKS:
        return ["-a", f"url={links}"]
    if len(job.texts) == 1 and "\n" not in job.texts[0]:
        return ["-a", f"url={job.texts[0].removeprefix('@')}"]  # @name would be a file
    file = place.folder / f"{job.spider}.txt"
    file.write_text("\n".join(" ".join(text.split()) for text in job.texts), encoding="utf-8")
    return ["-a", f"url=@{file}"]


def _show(report: dict[str, Any], place: _Place) -> None:
    if place.output.shown_field and place.rows.is_file():
        for line in place.rows.read_text("utf-8").splitlines():
            print(format_row(json.loads(line), place.output.shown_field))  # noqa: T201
        sys.stdout.flush()  # before the last line, which goes to stderr
    if report and report["closed"] != "bad input":  # then it is said already
        feed = [str(place._name(place.output.feed))] if place.output.feed else []
        print(describe_report(report, feed), file=sys.stderr)  # noqa: T201


def format_row(row: dict[str, Any], form: str) -> str:
    """Return a field of a row, or a text with fields in braces; a field without value is empty."""
    texts = {name: "" if value is None else str(value) for name, value in row.items()}
    return _to_template(form).format_map(defaultdict(str, texts))


def _to_template(form: str) -> str:
    return form if "{" in form else f"{{{form}}}"


def _check_shown(form: str, jobs: Sequence[Job]) -> None:
    """Check the fields in `--print FORM`.

    Raises:
        InputError: no row has such a field, or the text cannot be a template.
    """
    from f2scrapy.crawl.feed_checks import check_field  # noqa: PLC0415 - Scrapy takes time
    from f2scrapy.crawl.spider_loader import SpiderLoader  # noqa: PLC0415

    loader = SpiderLoader([project_package("spiders")])
    for job in jobs:
        loader.load(job.spider)  # and its items
    try:
        names = [
            name for _text, name, *_ in Formatter().parse(_to_template(form)) if name is not None
        ]
        for name in names:
            check_field(f"--print {form}", name)
        format_row(dict.fromkeys(names, ""), form)
    except (AttributeError, IndexError, ValueError) as error:
        raise InputError(f"--print {form}: {error}") from None


def resolve_short_links(
    found: Sequence[Job | ShortLink], task: str, options: dict[str, str]
) -> list[Job]:
    """Return the jobs with those of short links, which are followed for it.

    One that leads to nothing does not keep the others from being read: it is left to the spider of
    works, whose report names it.

    Raises:
        InputError: the only link is a short one and leads to nothing that a spider reads.
        Refused: one cannot be followed now.
    """
    jobs = {job.spider: job for job in found if isinstance(job, Job)}
    short = [one for one in found if isinstance(one, ShortLink)]
    for one, kind in asyncio.run(_find_kinds(short, options, len(found))) if short else ():
        spider = choose_spider(one.platform, kind, task)
        jobs.setdefault(spider, Job(spider)).texts.append(one.text)
    return list(jobs.values())


async def _find_kinds(
    short: Sequence[ShortLink], options: dict[str, str], count: int
) -> list[tuple[ShortLink, str]]:
    """Return the kind of what each short link leads to; `count` is the number of all links."""
    from f2scrapy.api.session import Session  # noqa: PLC0415 - the network's libraries take time

    kinds = []
    for one in short:
        async with Session(one.platform, guest=False, **options) as session:
            try:
                [link, *_] = await session.resolve(one.text)
            except InputError:
                if count == 1:
                    raise
                link = Link("aweme_id", one.text)
        kinds.append((one, link.kind))
    return kinds
