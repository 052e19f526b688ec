"""Who is who, from files to the bridge: merges, shared identifiers, and an identification that comes late."""

from pathlib import Path

import pytest

from tests.conftest import House, bare_environment

FILES = {
    "contacts": """contact_id,created_at,email
c1,2026-01-10,Ann@x.org
c2,2026-02-01,ann@private.example
c3,2026-02-10,ann@third.example
c4,2026-01-05,bob@x.org
c5,2026-01-06,cid@x.org
c6,2026-01-07,info@x.org
c7,2026-01-08,info@x.org
""",
    "contact_merges": """loser_id,winner_id,merged_at,unmerged_at
c3,c2,2026-03-05,
c2,c1,2026-03-06,
c5,c4,2026-02-01,2026-04-01
""",
    "touchpoints": """touchpoint_id,occurred_at,anonymous_id,click_id
t1,2026-01-01,a1,g1
t2,2026-01-02,a2,g2
t3,2026-01-03,a3,g2
""",
    "identities": "anonymous_id,email,seen_at\n"
    + "".join(f"kiosk,visitor{number}@y.example,2026-01-0{number}\n" for number in range(1, 7)),
}
BRIDGE = (
    "select person_key, strftime(valid_from, '%m-%d'), strftime(valid_to, '%m-%d')"
    " from marts.bridge_person_identifiers where kind = ? and identifier_hash = sha256(?) order by valid_from"
)


def write(folder: Path, entity: str, name: str, text: str) -> None:
    (folder / entity).mkdir(parents=True, exist_ok=True)
    (folder / entity / f"{name}.csv").write_text(text)


def rows(house: House, sql: str, *values: str) -> list[tuple]:
    return house.built(sql, values)


def people(house: House) -> set[frozenset[str]]:
    """The identifiers of each person, those of the other systems' names left aside."""
    found: dict[str, set[str]] = {}
    for identifier, person in rows(
        house, "select identifier, person_key from intermediate.canonical_person_identifiers"
    ):
        found.setdefault(person, set()).add(identifier)
    return {frozenset(group) for group in found.values()}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("identity")
    for entity, text in FILES.items():
        write(folder / "files", entity, entity, text)
    house = House(folder / "home", bare_environment() | {"SOURCES__FILES__BUCKET_URL": str(folder / "files")})
    build(house, "+bridge_person_identifiers +observed_shared_identifiers")
    return house


def build(house: House, selection: str) -> None:
    house.run("run", "--as-of", "2026-05-01", "--select", selection)


def test_people_are_what_edges_connect_until_a_late_identification_connects_more(house: House) -> None:
    ann = {"c1", "c2", "c3", "ann@x.org", "ann@private.example", "ann@third.example"}
    others = {frozenset(group) for group in ({"c4", "bob@x.org"}, {"c5", "cid@x.org"}, {"a2", "a3", "g2"})}
    alone = {frozenset({one}) for one in ("c6", "c7", "info@x.org", "kiosk")}
    visitors = {frozenset({f"visitor{number}@y.example"}) for number in range(1, 7)}
    assert people(house) == {frozenset(ann), frozenset({"a1"})} | others | alone | visitors
    [(own_key, since, until)] = rows(house, BRIDGE, "anonymous", "a1")
    assert (since, until) == ("01-01", None)
    assert rows(house, BRIDGE, "click", "g1") == [(own_key, "01-01", None)]

    write(
        house.home.parent / "files",
        "identities",
        "late",
        "anonymous_id,email,seen_at\na1,ann@third.example,2026-04-10\n",
    )
    # What stands behind an estimate has it estimated, and what it is estimated of built.
    build(house, "stg_estimates__person_components+,+bridge_person_identifiers")
    assert people(house) == {frozenset(ann | {"a1"})} | others | alone | visitors
    [(ann_key, *_)] = rows(house, BRIDGE, "email", "ann@x.org")
    assert rows(house, BRIDGE, "anonymous", "a1") == [(own_key, "01-01", "04-10"), (ann_key, "04-10", None)]
    assert rows(house, BRIDGE, "click", "g1") == [(ann_key, "01-01", None)]


def test_a_merge_that_was_undone_is_told_with_its_time(house: House) -> None:
    [(bob_key, *_)] = rows(house, BRIDGE, "contact", "c4")
    for kind, identifier in (("contact", "c5"), ("email", "cid@x.org")):
        (cid_key, *first), second, third = rows(house, BRIDGE, kind, identifier)
        assert cid_key != bob_key
        assert first == ["01-06", "02-01"]
        assert second == (bob_key, "02-01", "04-01")
        assert third == (cid_key, "04-01", None)


def test_what_is_shared_is_told_without_saying_whose_it_is(house: House) -> None:
    assert rows(
        house,
        "select kind, degree, reason from observability.shared_identifiers"
        " where identifier_hash in (sha256('info@x.org'), sha256('kiosk')) order by kind",
    ) == [("anonymous", 6, "more than 5 e-mails, or contacts of one source"), ("email", 2, "role mailbox")]
