"""What a user's list of activities that are touchpoints may say, row by row and together."""

from collections.abc import Iterator, Mapping, Sequence

Row = Mapping[str, str]


def activity_channel_row_problems(row: Row) -> Iterator[str]:
    """What is wrong with one row."""
    if not row["type"].strip():
        yield "type is empty. Say which activities are touchpoints."
    if not row["channel"].strip():
        yield "channel is empty. Say of which channel they are."


def activity_channels_problems(rows: Sequence[Row]) -> Iterator[str]:
    """Activities that two rows name alike: they would be two touchpoints each."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        named = (row["type"].strip().lower(), row["direction"].strip().lower())
        if named in seen:
            yield f"type '{named[0]}' with direction '{named[1]}' is there twice. Keep one of the rows."
        seen.add(named)
