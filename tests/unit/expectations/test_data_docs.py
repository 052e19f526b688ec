"""Data Docs can be read without a network, and hold the newest result of each suite."""

import re
from pathlib import Path
from urllib.parse import unquote

from expectations import CheckResult, validate

from .conftest import ALL_SUITES, AS_OF

Results = dict[tuple[str, str], CheckResult]


def pages(docs: Path) -> list[Path]:
    """The pages of the site."""
    return [file for file in docs.rglob("*.html") if "kept" not in file.parts]


def test_nothing_is_fetched_from_the_network(bad: Results, docs: Path) -> None:
    fetched = re.compile(r"""(?:src=|<link[^>]*href=|url\()["']?https?://[^"')> ]*""")
    assert len(pages(docs)) > 2 * len(ALL_SUITES)
    assert [found for page in pages(docs) for found in fetched.findall(page.read_text())] == []


def test_links_lead_to_pages(bad: Results, docs: Path) -> None:
    for page in pages(docs):
        for link in re.findall(r'<a [^>]*href="([^"#:]+)"', page.read_text()):
            assert (page.parent / unquote(link)).resolve().is_file(), (page, link)


def test_the_index_lists_each_suite_and_whether_it_passed(bad: Results, docs: Path) -> None:
    index = (docs / "index.html").read_text()
    assert all(suite.asset in index for suite in ALL_SUITES)
    assert "fa-times" in index


def test_a_later_run_replaces_the_pages_of_its_source_and_keeps_the_others(
    bad: Results, broken: Path, docs: Path
) -> None:
    before = {page.relative_to(docs).as_posix() for page in pages(docs)}
    validate(broken, "marts", "churn", AS_OF, set(), docs, "a later run")
    after = {page.relative_to(docs).as_posix() for page in pages(docs)}
    assert len(after) == len(before)
    assert {page for page in after - before if "a later run" not in page} == set()
    assert len(after - before) == sum((suite.layer, suite.name) == ("marts", "churn") for suite in ALL_SUITES)
