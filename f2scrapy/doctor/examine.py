"""Examine this machine and each platform."""

from __future__ import annotations

from collections.abc import Iterator

from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.session import Session
from f2scrapy.config.file import load_options
from f2scrapy.doctor.finding import Finding, State
from f2scrapy.doctor.machine import examine_connection, examine_machine
from f2scrapy.doctor.platforms import examine_platform
from f2scrapy.errors import InputError
from f2scrapy.platforms import list_platforms


async def examine(*, offline: bool, **options: str) -> list[Finding]:
    """Return all findings; `options` override those of the file and the environment."""
    try:
        known = load_options(**options)
        profile = load_profile(list_platforms()[0], known.client, known.file_name)
    except InputError as error:
        return [_refuse(error)]
    findings = [*examine_machine(known), *examine_connection(profile, known.sandbox)]
    for name in list_platforms():
        findings += await _examine(name, offline=offline, **options)
    found: list[Finding] = []
    for finding in findings:
        if finding.name != "options" or finding not in found:  # wrong for each platform
            found.append(finding)
    return found


async def _examine(name: str, *, offline: bool, **options: str) -> list[Finding]:
    try:
        async with Session(name, guest=False, **options) as session:
            return [finding async for finding in examine_platform(session, offline=offline)]
    except InputError as error:
        return [_refuse(error)]


def _refuse(error: InputError) -> Finding:
    return Finding("options", State.BAD, str(error), "Correct that option.")


def describe(findings: list[Finding]) -> Iterator[dict[str, str]]:
    """Yield the findings for JSON."""
    for finding in findings:
        yield {"name": finding.name.strip(), "state": finding.state, "text": finding.text,
               "advice": finding.advice}  # fmt: skip
