"""The survival of deals in their stages, in SQL, against numpy's product-limit."""

from collections.abc import Iterable

import duckdb
import jinja2
import numpy as np
import pytest

from tests.conftest import ROOT

MODELS = ROOT / "dbt_project" / "intermediate" / "pipeline"
DAY = 86_400_000_000
Stay = tuple[int, bool]


def product_limit(stays: Iterable[Stay]) -> dict[int, float]:
    """Kaplan and Meier (1958): the share that stays longer than each length; exits go before ties."""
    lengths, exits = (np.array(part) for part in zip(*stays, strict=True))
    times = np.unique(lengths)
    at_risk = np.array([(lengths >= time).sum() for time in times])
    gone = np.array([(exits & (lengths == time)).sum() for time in times])
    return dict(zip(times.tolist(), np.cumprod(1 - gone / at_risk).tolist(), strict=True))


def run(connection: duckdb.DuckDBPyConnection, model: str) -> None:
    """Make a table of a model whose SQL refers to others only by ref."""
    sql = jinja2.Template((MODELS / f"{model}.sql").read_text()).render(ref=lambda name: name)
    connection.execute(f"create table {model} as {sql}")


def curves(stays: dict[tuple[str, str | None], list[Stay]]) -> duckdb.DuckDBPyConnection:
    """A database with the survival and the typical stays of these."""
    connection = duckdb.connect()
    connection.execute(
        "create table int_pipeline__stage_stays"
        " (stage varchar, segment varchar, microseconds bigint, is_exit boolean)"
    )
    rows = [(*key, length, exit_) for key, mine in stays.items() for length, exit_ in mine]
    connection.executemany("insert into int_pipeline__stage_stays values (?, ?, ?, ?)", rows)
    run(connection, "int_pipeline__stage_survival")
    run(connection, "int_pipeline__typical_stays")
    return connection


def drawn(seed: int, count: int, longest: int, share: float) -> list[Stay]:
    """Stays with many ties: whole lengths up to the longest, a share of them exits."""
    rng = np.random.default_rng(seed)
    lengths, exits = rng.integers(0, longest, count), rng.random(count) < share
    return [(int(length) * DAY, bool(left)) for length, left in zip(lengths, exits, strict=True)]


CASES: dict[tuple[str, str | None], list[Stay]] = {
    ("many ties", "smb"): drawn(1, 400, 7, 0.7),
    ("few ties", None): drawn(2, 300, 10_000, 0.5),
    ("rare exits", "smb"): drawn(3, 200, 50, 0.05),
    ("all censored", "smb"): drawn(4, 20, 9, 0.0),
    ("all exit", "smb"): drawn(5, 40, 9, 1.1),
    ("all exit at once", None): [(5 * DAY, True)] * 12,
    ("exits and censored at once", None): [(5 * DAY, True), (5 * DAY, False)] * 11,
    ("the same stage", "smb"): drawn(6, 50, 9, 0.8),
    ("the same stage", None): drawn(7, 50, 90, 0.8),
    ("one exit", "smb"): [(3 * DAY, True)],
    ("one censored", "smb"): [(3 * DAY, False)],
}


def test_the_curve_is_the_product_limit() -> None:
    found: dict[tuple[str, str | None], dict[int, float]] = {}
    with curves(CASES) as connection:
        rows = connection.execute(
            "select stage, segment, microseconds, survival from int_pipeline__stage_survival"
        ).fetchall()
    for stage, segment, length, survival in rows:
        found.setdefault((stage, segment), {})[length] = survival
    assert found.keys() == CASES.keys()
    for key, stays in CASES.items():
        assert found[key] == pytest.approx(product_limit(stays), abs=1e-12), key


def test_a_stay_is_typical_where_the_curve_comes_down_to_a_fifth() -> None:
    wanted = {}
    for key, stays in CASES.items():
        reached = [length for length, survival in product_limit(stays).items() if survival <= 0.2 + 1e-12]
        if reached and sum(left for _, left in stays) >= 10:
            wanted[key] = reached[0] / DAY
    with curves(CASES) as connection:
        rows = connection.execute("select * from int_pipeline__typical_stays").fetchall()
    assert {(stage, segment): days for stage, segment, days in rows} == wanted
    assert ("all exit at once", None) in wanted
    assert ("all censored", "smb") not in wanted
    assert ("exits and censored at once", None) not in wanted


def test_eight_of_ten_exits_are_eighty_percent() -> None:
    ten = [(day * DAY, True) for day in range(1, 11)]
    with curves({("one", "smb"): ten, ("nine exits", "smb"): ten[:9]}) as connection:
        rows = connection.execute("select stage, typical_days from int_pipeline__typical_stays").fetchall()
    assert rows == [("one", 8.0)]
