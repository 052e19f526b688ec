"""DuckDB for Great Expectations: a SQLAlchemy dialect that reads results before their connection closes.

Great Expectations fetches a result after it has given the connection back to the pool, where DuckDB's results
end; docs/decisions/0003-great-expectations-on-duckdb.md says why this dialect and what it costs.
"""

from pathlib import Path
from typing import Any

import sqlalchemy
from duckdb_engine import DBAPI, Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.pool import NullPool

DRIVER = "duckdb.buffered"


class BufferedContext(PGExecutionContext_psycopg2):
    """A statement whose rows are read before its connection can be closed."""

    def post_exec(self) -> None:
        """Read all rows; expectations ask for counts and short samples only."""
        super().post_exec()
        if self.cursor.description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor,
                alternate_description=self.cursor.description,
                initial_buffer=self.cursor.fetchall(),
            )


class BufferedDialect(Dialect):
    """duckdb_engine's dialect with buffered results."""

    driver = "buffered"
    supports_statement_cache = False
    execution_ctx_cls = BufferedContext

    @classmethod
    def import_dbapi(cls) -> Any:
        """The same driver as duckdb_engine's own dialect."""
        return DBAPI

    @classmethod
    def get_pool_class(cls, url: Any) -> type[NullPool]:
        """No pool: a connection that waits in one would keep the pipeline from writing."""
        return NullPool

    def connect(self, *arguments: Any, **settings: Any) -> Any:
        """A connection whose comparisons of days with moments don't depend on the machine."""
        connection = super().connect(*arguments, **settings)
        connection.execute("set TimeZone = 'UTC'")
        return connection

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        """Columns from DuckDB's own catalogue, as pg_catalog's reflection is slow."""
        rows = connection.exec_driver_sql(
            "select column_name, data_type, is_nullable from duckdb_columns() "
            "where schema_name = $1 and table_name = $2 order by column_index",
            (schema or "main", str(table_name)),
        )
        return [
            {"name": name, "type": self._type(data_type), "nullable": nullable, "default": None}
            for name, data_type, nullable in rows
        ]

    def _type(self, data_type: str) -> sqlalchemy.types.TypeEngine[Any]:
        known = self.ischema_names.get(data_type.split("(")[0].lower(), sqlalchemy.types.NullType)
        return known() if isinstance(known, type) else known

    def get_pk_constraint(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> Any:
        """Tables of the warehouse have none."""
        return {"constrained_columns": [], "name": None}


def url(warehouse: Path) -> str:
    """The address of a DuckDB file through this dialect."""
    registry.register(DRIVER, __name__, BufferedDialect.__name__)
    return f"duckdb+buffered:///{warehouse.absolute()}"


READ_ONLY = {"read_only": True}
