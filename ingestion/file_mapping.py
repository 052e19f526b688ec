"""How the columns of an export become the columns of an entity, by configuration."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from dlt.common.normalizers.naming.snake_case import NamingConvention

from ingestion.errors import Misconfigured
from ingestion.table import RESERVED_PREFIXES, Table


class RefusedFile(Exception):
    """A file that cannot be read as its entity; the message says what it lacks."""


@dataclass(frozen=True)
class ExportMapping:
    """An entity's columns as an export names them, and the files outside its folder that hold it."""

    columns: Mapping[str, str]
    files: tuple[str, ...] = ()

    def names_file(self, path: str) -> bool:
        """Whether a file, by its path in the bucket or its bare name, is one of this mapping's."""
        return any(fnmatchcase(path, p) or fnmatchcase(path.rpartition("/")[2], p) for p in self.files)


def mappings_from(configured: Any, tables: Mapping[str, Table]) -> dict[str, ExportMapping]:
    """The mappings of `[sources.files.mapping.<folder>]`, checked against the contract."""
    mappings: dict[str, ExportMapping] = {}
    for folder, settings in _tables_of(configured).items():
        where = f"[sources.files.mapping.{folder}]"
        if folder not in tables:
            raise Misconfigured(f"{where}: there is no folder {folder!r}; there are {', '.join(tables)}")
        if not isinstance(settings, Mapping):
            raise Misconfigured(f'{where} must be a table of lines such as deal_id = "opportunity_id"')
        files = settings.get("file", ())
        columns = {name: export for name, export in settings.items() if name != "file"}
        contract = [c for c in tables[folder].columns if not c.startswith("_")]
        if unknown := sorted(set(columns) - set(contract)):
            raise Misconfigured(
                f"{where}: {folder} has no column {', '.join(unknown)}. Write contract column = \"export's "
                f"column\"; the contract's are {', '.join(contract)}"
            )
        named = tuple(files) if isinstance(files, list | tuple) else (files,)
        if odd := [v for v in (*columns.values(), *named) if not isinstance(v, str) or not v]:
            raise Misconfigured(f"{where}: {odd[0]!r} is not a name; names are texts in quotes")
        mappings[folder] = ExportMapping(columns, named)
    return mappings


def _tables_of(configured: Any) -> Mapping[str, Any]:
    """The configured mappings, which a variable holds as JSON."""
    if isinstance(configured, str):
        try:
            configured = json.loads(configured)
        except ValueError:
            configured = [configured]
    if not isinstance(configured or {}, Mapping):
        raise Misconfigured(
            "[sources.files.mapping] must be a table of folders, or as a variable JSON such as "
            'SOURCES__FILES__MAPPING=\'{"deals": {"deal_id": "opportunity_id"}}\''
        )
    return configured or {}


def columns_of_file(table: Table, names: Sequence[str], mapping: ExportMapping | None) -> dict[str, str]:
    """For each column to land, the name that the file gives it; refuses a file that lacks a required one."""
    cleaned = {name.strip().strip("\ufeff"): name for name in names}
    if len(cleaned) < len(names):
        bare = [name.strip().strip("\ufeff") for name in names]
        twice = next(name for name in bare if bare.count(name) > 1)
        raise RefusedFile(f"two columns are called {twice!r}; rename one")
    by_normal: dict[str, str] = {}
    for name in cleaned:
        if (normal := normalized(name)) in table.columns and normal in by_normal:
            raise RefusedFile(f"columns {by_normal[normal]!r} and {name!r} are both {normal}; rename one")
        by_normal.setdefault(normal, name)
    chosen = _mapped(table, cleaned, by_normal, mapping)
    own = {c: by_normal[c] for c in table.columns if c in by_normal and not c.startswith("_")}
    landed = {**own, **chosen}
    _require(table, landed, list(cleaned))
    for name in cleaned:
        if name not in landed.values():
            landed[_extra_name(name, landed)] = name
    return {column: cleaned[name] for column, name in landed.items()}


def _mapped(
    table: Table, cleaned: Mapping[str, str], by_normal: Mapping[str, str], mapping: ExportMapping | None
) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for column, export in (mapping.columns if mapping else {}).items():
        if export in cleaned:
            chosen[column] = export
        elif normalized(export) in by_normal:
            chosen[column] = by_normal[normalized(export)]
        elif column not in by_normal:
            raise RefusedFile(
                f"column {export!r}, which the mapping names for {column}, is not in the file; "
                f"it has {', '.join(cleaned)}"
            )
    return chosen


def _require(table: Table, landed: Mapping[str, str], names: Sequence[str]) -> None:
    lacking = [column for column in table.required if column not in landed]
    if table.one_of and not set(table.one_of) & set(landed):
        lacking.append(f"one of {' / '.join(table.one_of)}")
    if lacking:
        raise RefusedFile(
            f"required column {', '.join(lacking)} is missing; the file has {', '.join(names) or 'none'}. "
            f"Add it, or name the export's column in [sources.files.mapping.{table.name}]"
        )


def normalized(name: str) -> str:
    """A column name as dlt will write it; one in another script keeps apart from its neighbours by a hash."""
    ascii_name = NamingConvention().normalize_identifier(name or "unnamed")
    if name.isascii() and name:
        return ascii_name
    return f"{ascii_name.strip('_')}_{hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:8]}"


def _extra_name(name: str, taken: Mapping[str, str]) -> str:
    column = normalized(name)
    # Ours, or a contract column that the mapping fills from elsewhere.
    if column in taken or column.startswith(RESERVED_PREFIXES):
        column = f"export_{column.strip('_')}"
    suffix = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:8]
    return f"{column}_{suffix}" if column in taken else column
