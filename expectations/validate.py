"""Run the suites of a source or a domain over a warehouse, opened read-only."""

import importlib
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from expectations.suite import Severity, Suite

if TYPE_CHECKING:
    from expectations.evaluation import Verdict

Layer = Literal["raw", "marts"]
LAYERS: tuple[Layer, ...] = ("raw", "marts")
ALL = "all"
NOT_SUPPLIED = "not supplied"


@dataclass(frozen=True)
class CheckResult:
    """What one check found; `message` says what failed and how to see the rows, without personal data."""

    check_name: str
    asset: str
    kind: str
    severity: Severity
    passed: bool
    rows_seen: int
    rows_failing: int
    message: str


class Declared(NamedTuple):
    """A suite that exists: its layer, its source or domain, the table it judges, its number of checks."""

    layer: Layer
    name: str
    asset: str
    checks: int


class SuiteIncomplete(Exception):
    """Great Expectations gave back fewer results than the suite has checks."""


def suites() -> tuple[Declared, ...]:
    """Every suite, without importing Great Expectations."""
    return tuple(
        Declared(suite.layer, suite.name, suite.asset, len(suite.checks))
        for layer in LAYERS
        for suite in suites_of(layer)
    )


def suites_of(layer: Layer, name: str = ALL) -> Iterator[Suite]:
    """The suites of a source or domain, or of the whole layer."""
    package = importlib.import_module(f"expectations.{layer}")
    modules = [module.name for module in pkgutil.iter_modules(package.__path__)]
    if name not in (ALL, *modules):
        known = ", ".join(modules)
        raise ValueError(f"no suites for {name!r} in layer {layer}: there are {known}, and {ALL}")
    for module in modules:
        if name in (ALL, module):
            yield from importlib.import_module(f"{package.__name__}.{module}").SUITES


def expected(suite: Suite, supplied: Collection[str]) -> bool:
    """Whether the table should have rows: it was supplied itself, or an entity that feeds the mart was."""
    if {suite.asset, suite.table} & set(supplied):
        return True
    entities = {entity for raw in suites_of("raw") if raw.asset in supplied for entity in raw.fed_by}
    return suite.layer == "marts" and not (entities | set(supplied)).isdisjoint(suite.fed_by)


def validate(
    warehouse: Path,
    layer: Layer,
    source_or_domain: str,
    as_of: date,
    supplied: Collection[str],
    docs: Path | None = None,
    run_id: str = "",
    assets: Collection[str] | None = None,
) -> list[CheckResult]:
    """The results of every check of the source's or domain's suites ('all': of the layer's).

    `assets`, where given, leaves out the suites of other tables. `supplied` names what should have rows: raw
    tables (as raw_hubspot.deals), or entities (as deals). Where that is so, a table without rows fails each
    of its checks; elsewhere they pass as "not supplied". Data Docs, a site of its own, is written to the
    folder `docs`.
    """
    chosen = [
        suite for suite in suites_of(layer, source_or_domain) if assets is None or suite.asset in assets
    ]
    # Importing Great Expectations takes seconds, so only a run pays for it.
    from expectations.evaluation import evaluate

    outcome = evaluate(warehouse, chosen, as_of, docs, run_id)
    return [
        result
        for suite in chosen
        for result in (
            with_rows(suite, *outcome[suite.asset])
            if outcome[suite.asset][0]
            else without_rows(suite, outcome[suite.asset][0] is None, expected(suite, supplied))
        )
    ]


def with_rows(suite: Suite, rows: int | None, verdicts: Mapping[str, "Verdict"]) -> Iterator[CheckResult]:
    """Results of a suite whose table has rows, as many as it has checks."""
    if missing := sorted({check.name for check in suite.checks} - set(verdicts)):
        raise SuiteIncomplete(
            f"suite {suite.asset}: {len(suite.checks)} checks are declared, {len(verdicts)} came back; "
            f"missing: {', '.join(missing)}. Great Expectations drops what it can't use: see its log"
        )
    for check in suite.checks:
        verdict = verdicts[check.name]
        yield CheckResult(
            check.name,
            suite.asset,
            "gx",
            check.severity,
            verdict.passed,
            rows or 0,
            verdict.rows_failing,
            verdict.message,
        )


def without_rows(suite: Suite, is_missing: bool, is_expected: bool) -> Iterator[CheckResult]:
    """Results of a suite whose table has no rows: a check that saw none proves nothing."""
    what, advice = (
        ("doesn't exist", "did its model or its load fail?")
        if is_missing
        else (
            "has no rows",
            "look at the load's row counts in observability.row_conservation and at "
            "observability.quarantined_rows",
        )
    )
    supplied = " or ".join(suite.fed_by) if suite.layer == "marts" else "it"
    for check in suite.checks:
        severity: Severity = "warn" if "warn" in (check.severity, suite.empty) else "error"
        message = (
            f"{suite.asset} {what}, though {supplied} was supplied: {advice}" if is_expected else NOT_SUPPLIED
        )
        yield CheckResult(check.name, suite.asset, "gx", severity, not is_expected, 0, 0, message)
