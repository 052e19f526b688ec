"""Files in a folder or bucket, one folder an entity: new and changed ones replace their own rows."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.configuration import resolve_configuration
from dlt.common.configuration.exceptions import ConfigurationException
from dlt.common.exceptions import MissingDependencyException
from dlt.common.storages.configuration import FilesystemConfiguration
from dlt.common.storages.fsspec_filesystem import fsspec_from_config
from dlt.extract import DltResource

from ingestion.entities import ENTITIES, FILE_COLUMNS
from ingestion.errors import IngestionError, Misconfigured
from ingestion.file_formats import READERS, Batch
from ingestion.file_mapping import ExportMapping, RefusedFile, columns_of_file, mappings_from
from ingestion.landing import EXTRACTED, REJECTED, Landing, Read, package_rows
from ingestion.registry import Window
from ingestion.table import Table

TABLES: tuple[Table, ...] = tuple(ENTITIES.values())
ACCOUNT = "files"
# Counts as a change of every file: raise it when the same bytes are to be read in another way.
READING = 2
log = logging.getLogger(__name__)


class BrokenFile(IngestionError):
    """A file whose reading ended half way, after rows of it were taken."""


@dataclass(frozen=True)
class File:
    """A file of one entity: its path in the bucket, and what changes when it does."""

    path: str
    address: str
    fingerprint: str


def resources(as_of: date, window: Window | None) -> list[DltResource]:
    """One resource for each entity that has files; it reads those that are new or have changed."""
    mappings = mappings_from(dlt.config.get("sources.files.mapping"), ENTITIES)
    filesystem, root = _open_bucket()
    found = files_by_entity(filesystem, root, mappings)
    return [
        dlt.resource(_read_entity(table, filesystem, files, mappings.get(table.name)), name=table.name)
        for table in TABLES
        if (files := found[table.name])
    ]


def _open_bucket() -> tuple[Any, str]:
    try:
        config = resolve_configuration(FilesystemConfiguration(), sections=("sources", "files"))
        filesystem, root = fsspec_from_config(config)
    except (ConfigurationException, MissingDependencyException, ImportError, ValueError) as error:
        what = " ".join(str(error).strip().splitlines()[:2])
        # Without the address, which may hold a password.
        raise Misconfigured(
            f"SOURCES__FILES__BUCKET_URL can't be opened: {what}. Name a folder or an fsspec URL; what else "
            "it needs goes into variables that begin with SOURCES__FILES__CREDENTIALS__"
        ) from None
    if config.is_local_filesystem:
        root = FilesystemConfiguration.make_local_path(config.bucket_url)
        if not filesystem.isdir(root):
            raise Misconfigured(
                f"SOURCES__FILES__BUCKET_URL names {root}, which is not a folder. Make it, or name another; "
                "a relative path starts from the working directory"
            )
    return filesystem, root


def files_by_entity(
    filesystem: Any, root: str, mappings: Mapping[str, ExportMapping]
) -> dict[str, list[File]]:
    """The files of each entity by path: those in its folder, and those that its mapping names."""
    found: dict[str, list[File]] = {name: [] for name in ENTITIES}
    # fsspec may keep a listing of an earlier run in this process.
    filesystem.invalidate_cache()
    for address, info in sorted(filesystem.find(root, detail=True).items()):
        path = address.removeprefix(root).lstrip("/")
        if any(part.startswith(".") for part in PurePosixPath(path).parts):
            continue
        folder = path.partition("/")[0]
        entities = [folder] if "/" in path and folder in found else []
        entities += [
            name for name, mapping in mappings.items() if mapping.names_file(path) and name != folder
        ]
        if not entities or _suffix(path) not in READERS:
            log.warning("files: %s is ignored: %s", path, _why_ignored(path))
            continue
        for entity in entities:
            found[entity].append(
                File(path, address, _fingerprint(info, mappings.get(entity), ENTITIES[entity]))
            )
    return found


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.lower()


def _why_ignored(path: str) -> str:
    if _suffix(path) not in READERS:
        return f"only {', '.join(READERS)} are read"
    return "it lies in no folder of the contract, and no [sources.files.mapping.<folder>] names it as file"


def _fingerprint(info: Mapping[str, Any], mapping: ExportMapping | None, table: Table) -> str:
    marks = [
        info.get(name) for name in ("size", "mtime", "created", "ETag", "etag", "LastModified", "md5Hash")
    ]
    reading = [READING, table.columns, table.required, mapping.columns if mapping else None]
    return hashlib.sha256(json.dumps([marks, reading], default=str).encode()).hexdigest()


def _read_entity(
    table: Table, filesystem: Any, files: Sequence[File], mapping: ExportMapping | None
) -> Iterator[Any]:
    read = dlt.current.resource_state().setdefault("files", {})
    landing = Landing(table, ACCOUNT, table.name, extras_as_text=True)
    for gone in sorted(set(read) - {file.path for file in files}):
        # Exports are often moved away once read; only a full refresh makes raw what the bucket holds now.
        log.info("files: %s is gone; its rows in %s stay until a full refresh", gone, table.name)
    for file in files:
        if read.get(file.path) == file.fingerprint:
            continue
        try:
            batches = _batches(filesystem, file, table, mapping)
        except RefusedFile as refusal:
            log.error("files: %s is refused: %s", file.path, refusal)
            yield from _refused(table, file, refusal)
            # Not remembered as read, so that each run says it again until the file is repaired.
            read.pop(file.path, None)
            continue
        yield from landing.replaced(Read([(file.path,)]))
        yield package_rows(EXTRACTED, [_counts(table, file)])
        for batch in batches:
            yield from _land(landing, file, batch)
        read[file.path] = file.fingerprint


def _batches(filesystem: Any, file: File, table: Table, mapping: ExportMapping | None) -> Iterator[Batch]:
    """The batches of a file; what is wrong with its beginning refuses it whole."""
    stream = filesystem.open(file.address, "rb")
    reader = READERS[_suffix(file.path)](stream, lambda names: columns_of_file(table, names, mapping))
    try:
        first = next(reader, None)
    except (pa.ArrowException, OSError) as error:
        raise RefusedFile(f"it cannot be read: {error}") from error

    def rest() -> Iterator[Batch]:
        with stream:
            if first is None:
                return
            yield first
            try:
                yield from reader
            except (RefusedFile, pa.ArrowException, OSError) as error:
                raise BrokenFile(
                    f"{file.path} cannot be read to its end: {error}. Nothing of this load was kept; "
                    "repair or remove the file and run again"
                ) from error

    return rest()


def _land(landing: Landing, file: File, batch: Batch) -> Iterator[Any]:
    count = batch.rows.num_rows
    now = datetime.now(UTC)
    same: dict[str, Any] = {"_source_file": file.path, "_loaded_at": now}
    if count:
        rows = batch.rows.append_column("_source_row", batch.numbers)
        for column, value in same.items():
            kind = pa.string() if FILE_COLUMNS[column] == "text" else pa.timestamp("us", "UTC")
            rows = rows.append_column(column, pa.repeat(pa.scalar(value, kind), count))
        yield from landing.typed(rows, endpoint=file.path, row_numbers=batch.numbers)
    if batch.broken:
        place = {"entity": landing.table.name, "file_or_endpoint": file.path, "rejected_at": now}
        yield package_rows(
            REJECTED,
            [{**place, "row_number": n, "reason": why, "row_json": row} for n, why, row in batch.broken],
        )
        yield package_rows(EXTRACTED, [_counts(landing.table, file, len(batch.broken))])


def _refused(table: Table, file: File, refusal: RefusedFile) -> Iterator[Any]:
    # A refused file counts as one row without a number, so that it is never nowhere.
    reason = f"file refused: {refusal}"
    now = datetime.now(UTC)
    yield package_rows(
        REJECTED,
        [{"entity": table.name, "file_or_endpoint": file.path, "reason": reason, "rejected_at": now}],
    )
    yield package_rows(EXTRACTED, [_counts(table, file, 1)])


def _counts(table: Table, file: File, broken: int = 0) -> dict[str, Any]:
    counts = {"extracted": broken, "deduplicated": 0, "quarantined": broken}
    return {"entity": table.name, "file_or_endpoint": file.path, **counts}
