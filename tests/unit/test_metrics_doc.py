"""The examples of docs/metrics.md are computed: their sums here, their figures by dbt unit tests of the SQL.

An example is a paragraph of lines that begin with "> " and ends with the name of its unit test in brackets.
"""

import ast
import operator
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
SUM = re.compile(r"(−?[\d(][\d., ()×/+−]*[\d)]) = (−?\d[\d,]*(?:\.\d+)?)")
SIGNS = str.maketrans({"×": "*", "−": "-", ",": None})
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
EXAMPLES = [
    " ".join(line.removeprefix("> ") for line in paragraph.splitlines())
    for paragraph in TEXT.split("\n\n")
    if paragraph.startswith("> ")
]
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[:40])


@cache
def unit_tests() -> dict[str, dict[str, Any]]:
    """The project's dbt unit tests by name."""
    found = {}
    for file in sorted((ROOT / "dbt_project").rglob("*unit_tests.yml")):
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["unit_tests"]:
            found[test["name"]] = test
    return found


def value(term: ast.expr) -> float:
    """What a sum of numbers comes to."""
    match term:
        case ast.BinOp():
            return OPERATORS[type(term.op)](value(term.left), value(term.right))
        case ast.UnaryOp(op=ast.USub()):
            return -value(term.operand)
        case ast.Constant(value=int() | float() as number):
            return float(number)
    raise ValueError(f"not a sum of numbers: {ast.unparse(term)}")


def figures(given: Any) -> Iterator[float]:
    """Every number in the rows of a unit test; of a moment its parts."""
    match given:
        case dict():
            for inner in given.values():
                yield from figures(inner)
        case list():
            for inner in given:
                yield from figures(inner)
        case bool() | None:
            return
        case int() | float():
            yield float(given)
        case str() | date() | datetime():
            yield from (float(number) for number in re.findall(r"\d+(?:\.\d+)?", str(given)))


def split(example: str) -> tuple[str, str]:
    """An example's words and the name of the unit test that computes it."""
    found = re.fullmatch(r"(.*) \(`(\w+)`\)", example)
    assert found, f"end the example with the name of its dbt unit test, as in (`the_name`): {example}"
    return found[1], found[2]


@each_example
def test_its_sums_are_right(example: str) -> None:
    for left, right in SUM.findall(split(example)[0]):
        shown = right.translate(SIGNS)
        places = len(shown.partition(".")[2])
        total = value(ast.parse(left.strip().translate(SIGNS), mode="eval").body)
        assert round(total, places) == float(shown), f"{left} is {total}, not {right}"


@each_example
def test_a_unit_test_computes_it(example: str) -> None:
    """What a sum comes to is expected or goes into a later sum; what is told beside sums is known."""
    words, name = split(example)
    assert name in unit_tests(), f"no dbt unit test is called {name}"
    test = unit_tests()[name]
    expected = {abs(number) for number in figures(test["expect"])}
    known = {abs(number) for number in figures([test["given"], test.get("overrides"), test["description"]])}
    sums = SUM.findall(words)
    for place, (_, right) in enumerate(sums):
        result = right.removeprefix("−")
        goes_on = any(result in NUMBER.findall(left) for left, _ in sums[place + 1 :])
        assert goes_on or shows(expected, result), f"{name} doesn't expect {right}"
    for number in NUMBER.findall(SUM.sub("", words)):
        assert shows(expected | known, number), f"{name} knows no {number}"


def shows(known: set[float], number: str) -> bool:
    """Whether a number is one of those known, to as many places as it shows."""
    shown = number.replace(",", "")
    places = len(shown.partition(".")[2])
    return any(round(one, places) == float(shown) for one in known)


@pytest.mark.parametrize(
    "domain", ["funnel", "pipeline", "cohorts", "survival", "value", "churn", "renewals", "risk"]
)
def test_every_mart_has_an_example(domain: str) -> None:
    parts = TEXT.split("\n\n")
    explained = {
        mart
        for words, example in pairwise(parts)
        if example.startswith("> ")
        for mart in re.findall(r"`(fct_\w+)`", words)
    }
    marts = {file.stem for file in (ROOT / "dbt_project" / "marts" / domain).glob("*.sql")}
    assert marts - explained == set(), "say in docs/metrics.md what it means, with an example right below"


def test_what_is_wrong_is_seen() -> None:
    with pytest.raises(AssertionError, match=r"2 / 4 is 0\.5, not 0\.6"):
        test_its_sums_are_right("Two of four: 2 / 4 = 0.6 (`any`)")
    with pytest.raises(AssertionError, match="end the example with the name of its dbt unit test"):
        test_its_sums_are_right("Two of four: 2 / 4 = 0.5")
    with pytest.raises(AssertionError, match="no dbt unit test is called nowhere"):
        test_a_unit_test_computes_it("Two of four: 2 / 4 = 0.5 (`nowhere`)")
    assert shows({0.16818}, "0.168") and not shows({0.16818}, "0.169")
