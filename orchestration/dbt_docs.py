"""dbt's documentation as one page that opens without a network and without running dbt again."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt_manifest import relation_of
from orchestration.failures import Stopped

# Where `dbt docs generate --static` puts the two files into its page.
PLACES = {"manifest": '"MANIFEST.JSON INLINE DATA"', "catalog": '"CATALOG.JSON INLINE DATA"'}
NO_STATS = {"has_stats": {"id": "has_stats", "label": "Has Stats?", "value": False, "include": False}}


def write_page(manifest: Mapping[str, Any], warehouse: Path, target: Path) -> Path:
    """dbt's own page with the manifest and the warehouse's columns inside."""
    page = _template().read_text(encoding="utf-8")
    contents = {"manifest": manifest, "catalog": catalog(manifest, warehouse)}
    for name, place in PLACES.items():
        if place not in page:
            raise Stopped(
                f"dbt's docs page has no place {place} for the {name}: it changed with the version of dbt. "
                "Pin dbt-core as requirements.lock has it."
            )
        page = page.replace(place, json.dumps(contents[name]).replace("</", "<\\/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")
    return target


def _template() -> Path:
    """The page that dbt ships."""
    found = find_spec("dbt.task.docs")
    if found is None or not found.submodule_search_locations:
        raise Stopped("dbt-core is not installed. Make the environment with make setup.")
    return Path(next(iter(found.submodule_search_locations))) / "index.html"


def catalog(manifest: Mapping[str, Any], warehouse: Path) -> dict[str, Any]:
    """The relations of the manifest as they are in the warehouse, in the shape of dbt's catalog.json."""
    columns: dict[tuple[str, str], dict[str, Any]] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for schema, table, name, kind, index in connection.execute(
            "select schema_name, table_name, column_name, data_type, column_index from duckdb_columns()"
            " where not internal order by all"
        ).fetchall():
            column = {"name": name, "type": kind, "index": index, "comment": None}
            columns.setdefault((schema, table), {})[name] = column
    return {
        "metadata": {},
        "errors": None,
        **{
            part: {
                unique_id: _entry(unique_id, node, columns[relation_of(node)])
                for unique_id, node in manifest[part].items()
                if relation_of(node) in columns
            }
            for part in ("nodes", "sources")
        },
    }


def _entry(unique_id: str, node: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "unique_id": unique_id,
        "metadata": {
            "type": "VIEW" if node.get("config", {}).get("materialized") == "view" else "BASE TABLE",
            "database": node.get("database"),
            "schema": node["schema"],
            "name": relation_of(node)[1],
            "comment": None,
            "owner": None,
        },
        "columns": columns,
        "stats": NO_STATS,
    }
