"""The published marts as the tables that the page and the summary show."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

Rows = list[dict[str, object]]

FIGURES = Path(__file__).parent / "figures"


def figures(marts: Path) -> Mapping[str, Rows]:
    """Each query of figures/ over a published database, by the query's file name."""
    with duckdb.connect() as connection:
        # Opened under its own name, the file marts.duckdb hides its schema marts behind an ambiguity.
        path = str(marts).replace("'", "''")
        connection.execute(f"attach '{path}' as published (read_only)")
        connection.execute("use published")
        return {file.stem: _rows(connection, file.read_text()) for file in sorted(FIGURES.glob("*.sql"))}


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Rows:
    result = connection.execute(query)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
