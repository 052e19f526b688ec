"""The world as files: contracts.md §1 folders, and the seeds that go with it."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from sandbox.choices import SEEDS
from sandbox.schemas import BEHAVIOUR, CUSTOMER_RECORDS, MOMENT
from sandbox.visibility import APPEARS_AT
from sandbox.world import World

FILE_ENTITIES = (
    "touchpoints", "identities", "orders", "subscription_periods", "contact_merges", "activities",
    "funnel_events", "costs", "consents", "feedback",
)  # fmt: skip
ALL_ENTITIES = (*CUSTOMER_RECORDS, *BEHAVIOUR)
MONTHLY = {
    **{
        name: APPEARS_AT[name]
        for name in (*FILE_ENTITIES, "email_events")
        if name in APPEARS_AT and name != "contact_merges"
    },
    "ad_performance": "date_day",
}
NOT_IN_FILES = {"contacts": ("person_no",)}
OF_CONTACTS = {"contacts": "contact_id", "lifecycle_history": "contact_id", "deal_contacts": "contact_id"}
OF_DEALS = {
    name: "deal_id" for name in ("deals", "deal_contacts", "deal_stage_history", "deal_field_history")
}


def write_files(
    world: World, folder: Path, entities: Sequence[str] = FILE_ENTITIES, format: str = "parquet"
) -> list[Path]:
    """Write the entities, a folder each, events in a file a month; unchanged files stay, leftover ones go."""
    if format not in WRITERS:
        raise ValueError(f"format {format!r} is unknown; choose one of {', '.join(WRITERS)}")
    unknown = sorted(set(entities) - set(ALL_ENTITIES))
    if unknown:
        raise ValueError(f"no entity is called {', '.join(unknown)}; choose from {', '.join(ALL_ENTITIES)}")
    written: list[Path] = []
    for entity in entities:
        home = Path(folder) / entity
        home.mkdir(parents=True, exist_ok=True)
        rows = shown(world, entity)
        if entity == "contact_merges" and "contacts" in entities:
            rows = _all_merges(world)
        now = [_put(home / f"{name}.{format}", WRITERS[format](part)) for name, part in _parts(entity, rows)]
        for path in home.glob(f"{entity}*"):
            if path not in now and path.suffix.removeprefix(".") in WRITERS:
                path.unlink()
        written += now
    return written


def write_seeds(world: World, folder: Path) -> list[Path]:
    """Write the seeds that replace the project's own: this company's rates, exclusions and targets."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    return [_put(Path(folder) / f"{name}.csv", _csv(rows(world))) for name, rows in SEEDS.items()]


def shown(world: World, entity: str) -> pa.Table:
    """An entity as an export shows it: without what was deleted and what nobody records."""
    rows = world[entity].drop_columns(list(NOT_IN_FILES.get(entity, ())))
    if entity == "contacts":
        losers = world["crm_merges"]["loser_id"].combine_chunks()
        rows = rows.filter(pc.invert(pc.is_in(rows["contact_id"], value_set=losers)))
    gone = world["archived_objects"]
    for kind, keys in (("contact", OF_CONTACTS), ("deal", OF_DEALS)):
        if entity in keys:
            ids = gone.filter(pc.equal(gone["object"], kind))["id"].combine_chunks()
            rows = rows.filter(pc.invert(pc.is_in(rows[keys[entity]], value_set=ids)))
    return rows


def _all_merges(world: World) -> pa.Table:
    """The CRM's own merges, too, which nobody else tells where contacts come as files."""
    own = world["crm_merges"]
    own = own.append_column("unmerged_at", pa.nulls(own.num_rows, MOMENT))
    rows = pa.concat_tables([world["contact_merges"], own])
    return rows.sort_by([("merged_at", "ascending"), ("loser_id", "ascending")])


def _parts(entity: str, rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """(file name, rows): a file a month for what happens, one file for the rest."""
    if entity not in MONTHLY:
        yield entity, rows
        return
    months = pc.strftime(rows[MONTHLY[entity]], format="%Y-%m")
    for month in sorted(pc.unique(months).to_pylist()):
        yield f"{entity}-{month}", rows.filter(pc.equal(months, month))


def _put(path: Path, content: bytes) -> Path:
    """Write the file only when its content differs, so that an unchanged one keeps its date."""
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
    return path


def _parquet(rows: pa.Table) -> bytes:
    """The rows as one parquet file."""
    sink = pa.BufferOutputStream()
    pyarrow.parquet.write_table(rows.combine_chunks(), sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Moments in ISO with Z, everything else as Arrow writes it."""
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column.cast(pa.timestamp("s", tz="UTC")), format="%Y-%m-%dT%H:%M:%SZ")
    return column.cast(pa.string())


def _csv(rows: pa.Table) -> bytes:
    """The rows as CSV; NULL is an empty field."""
    sink = io.BytesIO()
    texts = pa.table({name: _as_text(rows[name]) for name in rows.column_names})
    pyarrow.csv.write_csv(texts, sink, pyarrow.csv.WriteOptions(quoting_style="needed"))
    return sink.getvalue()


def _jsonl(rows: pa.Table) -> bytes:
    """The rows as JSON lines; money as text so that no cent is lost, NULL left out."""
    plain = [
        rows[name] if rows[name].type in (pa.bool_(), pa.int64(), pa.float64()) else _as_text(rows[name])
        for name in rows.column_names
    ]
    lines = pa.table(plain, names=rows.column_names).to_pylist()
    return "".join(
        json.dumps({key: value for key, value in line.items() if value is not None}, ensure_ascii=False)
        + "\n"
        for line in lines
    ).encode()


WRITERS: dict[str, Callable[[pa.Table], bytes]] = {"parquet": _parquet, "csv": _csv, "jsonl": _jsonl}
