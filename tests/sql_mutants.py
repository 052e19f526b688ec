"""Every way in which one step of a query could have been written wrongly, by its syntax tree."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

SWAPS: tuple[tuple[type[exp.Expression], type[exp.Expression]], ...] = (
    (exp.LT, exp.LTE), (exp.LTE, exp.LT), (exp.GT, exp.GTE), (exp.GTE, exp.GT), (exp.EQ, exp.NEQ),
    (exp.NEQ, exp.EQ), (exp.Add, exp.Sub), (exp.Sub, exp.Add), (exp.Mul, exp.Div), (exp.Div, exp.Mul),
    (exp.And, exp.Or), (exp.Or, exp.And), (exp.Min, exp.Max), (exp.Max, exp.Min), (exp.Sum, exp.Max),
    (exp.Greatest, exp.Least), (exp.Least, exp.Greatest), (exp.RowNumber, exp.Rank), (exp.Lag, exp.Lead),
    (exp.Lead, exp.Lag),
)  # fmt: skip

# A number beyond is a unit's size, in which one more is within the rounding.
LARGE = 10_000


@dataclass(frozen=True)
class Mutant:
    """A query with one step changed, and which."""

    model: str
    change: str
    sql: str


def mutants(model: str, sql: str, spared: Collection[str] = ()) -> Iterator[Mutant]:
    """The query's mutants, each named by its change, of equal ones with a number.

    What is spared are columns and subqueries, by their alias.
    """
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    told: Counter[str] = Counter()
    for place, node in enumerate(tree.walk(bfs=False)):
        if any(isinstance(one, exp.Alias | exp.Subquery) and one.alias in spared for one in ancestry(node)):
            continue
        for name, change in changes(node):
            copy = tree.copy()
            twin = next(one for number, one in enumerate(copy.walk(bfs=False)) if number == place)
            negated = name == "negate" and isinstance(twin.parent, exp.Not)
            before = told_as(twin.parent if negated else twin)
            after = change(twin)
            what = f"{name}: {before}" if after is None else f"{name}: {before} → {told_as(after)}"
            told[what] += 1
            number = f" ({told[what]})" if told[what] > 1 else ""
            yield Mutant(model, what + number, copy.sql(dialect="duckdb"))


def reason_among(
    equivalent: Mapping[str, Iterable[tuple[str, str]]], model: str, change: str
) -> tuple[str, str] | None:
    """The entry of a model, and of how a change begins, that says why no input tells a mutant apart."""
    entries = (entry for group in equivalent.values() for entry in group)
    return next((entry for entry in entries if entry[0] == model and change.startswith(entry[1])), None)


def ancestry(node: exp.Expression | None) -> Iterator[exp.Expression]:
    while node is not None and not isinstance(node, exp.Select):
        yield node
        node = node.parent


def told_as(node: exp.Expression) -> str:
    text = node.sql(dialect="duckdb", comments=False)
    return text if len(text) <= 120 else f"{text[:80]} … {text[-37:]}"


Change = Callable[[exp.Expression], exp.Expression | None]


def changes(node: exp.Expression) -> Iterator[tuple[str, Change]]:
    """What may be changed at a node: the operator's name, and what does it."""
    for kind, other in SWAPS:
        if type(node) is kind:
            yield "swap", lambda twin, other=other: put(twin, other(**twin.args))
    if isinstance(node, exp.And | exp.Or):
        yield "drop right", lambda twin: put(twin, twin.left)
        yield "drop left", lambda twin: put(twin, twin.right)
    if isinstance(node, exp.Coalesce):
        yield "coalesce to first", lambda twin: put(twin, twin.this)
        yield "coalesce to last", lambda twin: put(twin, twin.expressions[-1])
    if isinstance(node, exp.Nullif):
        yield "nullif dropped", lambda twin: put(twin, twin.this)
    if isinstance(node, exp.Is):
        yield "negate", negate
    # Where a sorted list has its NULLs is a flag of the tree alone: the text has none.
    if isinstance(node, exp.Boolean) and not isinstance(node.parent, exp.ArraySort):
        yield "flip", lambda twin: put(twin, exp.Boolean(this=not twin.this))
    yield from of_literals(node)
    yield from of_clauses(node)
    yield from of_windows(node)
    yield from of_cases(node)


def of_literals(node: exp.Expression) -> Iterator[tuple[str, Change]]:
    if not isinstance(node, exp.Literal) or isinstance(node.parent, exp.DataTypeParam):
        return
    if node.is_string:
        yield "other text", lambda twin: put(twin, exp.Literal.string(twin.this + "!"))
    elif float(node.this) < LARGE:
        yield "one more", lambda twin: put(twin, exp.Literal.number(f"{float(twin.this) + 1:g}"))
    else:
        yield "twice", lambda twin: put(twin, exp.Literal.number(2 * int(twin.this)))


def of_clauses(node: exp.Expression) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.Join):
        if node.side == "LEFT":
            yield "left to inner", lambda twin: rejoin(twin, None)
        elif node.kind in ("INNER", "") and node.args.get("on"):
            yield "inner to left", lambda twin: rejoin(twin, "LEFT")
    if isinstance(node, exp.Where | exp.Having):
        yield "drop", drop
    if isinstance(node, exp.Distinct):
        yield "drop", drop
    if isinstance(node, exp.Union):
        yield "left side only", lambda twin: put(twin, twin.left)
        yield "right side only", lambda twin: put(twin, twin.right)
        # What a chain of unions tells once, the outermost says.
        if not (isinstance(node.parent, exp.Union) and node.parent.args["distinct"]):
            yield (
                "all or distinct",
                lambda twin: put(twin, exp.Union(**twin.args | {"distinct": not twin.args["distinct"]})),
            )


def of_windows(node: exp.Expression) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.Window):
        for place, _ in enumerate(node.args.get("partition_by") or ()):
            yield f"drop key {place + 1}", lambda twin, place=place: without(twin, "partition_by", place)
    in_window = isinstance(node.parent, exp.Order) and isinstance(node.parent.parent, exp.Window)
    if isinstance(node, exp.Ordered) and in_window:
        yield (
            "reverse",
            lambda twin: put(twin, exp.Ordered(**twin.args | {"desc": not twin.args.get("desc")})),
        )
        if len(node.parent.expressions) > 1:
            yield "drop order", drop


def of_cases(node: exp.Expression) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.Case):
        for place, _ in enumerate(node.args["ifs"]):
            if len(node.args["ifs"]) > 1:
                yield f"drop when {place + 1}", lambda twin, place=place: without(twin, "ifs", place)
        if node.args.get("default"):
            yield "drop else", lambda twin: without(twin, "default", None)


def put(twin: exp.Expression, other: exp.Expression) -> exp.Expression:
    other = other.copy()
    twin.replace(other)
    return other


def negate(twin: exp.Expression) -> exp.Expression:
    if isinstance(twin.parent, exp.Not):
        return put(twin.parent, twin)
    return put(twin, exp.Not(this=twin.copy()))


def rejoin(twin: exp.Expression, side: str | None) -> None:
    twin.set("side", side)
    twin.set("kind", None)


def drop(twin: exp.Expression) -> None:
    twin.pop()


def without(twin: exp.Expression, clause: str, place: int | None) -> None:
    left = twin.args[clause]
    twin.set(clause, None if place is None else [one for number, one in enumerate(left) if number != place])
