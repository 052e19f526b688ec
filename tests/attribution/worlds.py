"""Made-up people whose touches lie on the edges: equal moments, windows met to the microsecond, repeats."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pyarrow as pa

from tests.attribution.reference import DAY, Consent, Conversion, Rules, Touch, World

START = datetime(2026, 1, 1)  # noqa: DTZ001 (the warehouse's timestamps are naive UTC)
CHANNELS = ("paid_search", "organic_search", "email", "direct", "referral", "sales > calls")
DIRECT = frozenset({"direct"})
DAYS = range(0, 145, 5)
TEXT, MOMENT = pa.string(), pa.timestamp("us")
MONEY = pa.decimal128(24, 6)
SCHEMAS = {
    "marts.fct_touchpoints": {
        "touchpoint_key": TEXT, "touchpoint_id": TEXT, "person_key": TEXT, "occurred_at": MOMENT,
        "channel": TEXT, "campaign_key": TEXT, "is_retargeting": pa.bool_(),
    },
    "marts.fct_conversions": {
        "conversion_key": TEXT, "conversion_id": TEXT, "person_key": TEXT, "company_key": TEXT,
        "deal_key": TEXT, "conversion_type": TEXT, "converted_at": MOMENT, "value_reporting": MONEY,
    },
    "marts.dim_people": {"person_key": TEXT, "company_key": TEXT},
    "marts.dim_channels": {"channel": TEXT, "is_paid": pa.bool_(), "is_direct": pa.bool_()},
    "staging.stg_files__consents": {"email": TEXT, "purpose": TEXT, "status": TEXT, "recorded_at": MOMENT},
    "intermediate.canonical_person_identifiers": {"kind": TEXT, "identifier": TEXT, "person_key": TEXT},
    "intermediate.canonical_as_of": {"as_of": MOMENT},
    "intermediate.canonical_deal_contacts": {"deal_key": TEXT, "person_key": TEXT},
    "seeds.attribution_weights": {"model": TEXT, "position": TEXT, "weight": pa.float64()},
    "seeds.attribution_lookbacks": {"conversion_type": TEXT, "channel": TEXT, "lookback_days": pa.int64()},
}  # fmt: skip


def moment(at: int) -> datetime:
    return START + timedelta(microseconds=at)


def crowd(seed: int, people: int = 40) -> World:
    """People of some companies, with what they did, converted to, allowed and forbade."""
    random = Random(seed)
    names = [f"p{number}" for number in range(people)]
    companies = [f"c{number}" for number in range(max(1, people // 4))]
    employers = {name: random.choice([*companies, None]) for name in names}
    keys = iter(random.sample(range(100_000, 1_000_000), 60 * people))
    touches = _touches(random, names, keys)
    silent = next((name for name in names if all(one.person != name for one in touches)), names[0])
    return World(
        touches=tuple(touches),
        conversions=tuple(_conversions(random, employers, companies, keys, touches)),
        consents=tuple(_consents(random, touches)),
        employers=employers,
        committees={
            f"d{number}": frozenset(random.sample(names, random.choice([0, 0, 1, 2])))
            for number in range(people)
        }
        | {"contact": frozenset({silent})},
        direct=DIRECT,
    )


def _at(random: Random) -> int:
    """A moment on a grid of five days, or a microsecond beside it."""
    return random.choice(DAYS) * DAY + random.choice([-1, 0, 0, 0, 0, 1])


def _touches(random: Random, names: Sequence[str], keys: Iterator[int]) -> list[Touch]:
    found: list[Touch] = []
    for person in names:
        for _ in range(random.choice([0, 1, 2, 3, 5, 8])):
            again = bool(found) and random.random() < 0.2
            found.append(
                Touch(
                    key=f"t{next(keys)}",
                    id=found[-1].id if again else f"{random.randrange(10 * len(names)):03}",
                    person=person if random.random() < 0.97 else None,
                    at=found[-1].at if again else _at(random),
                    channel=random.choice(CHANNELS[: random.choice([2, 6])]),
                    campaign=random.choice([None, "campaign-1", "campaign-2"]),
                    is_retargeting=random.random() < 0.2,
                )
            )
    return found


def _conversions(
    random: Random,
    employers: Mapping[str, str | None],
    companies: Sequence[str],
    keys: Iterator[int],
    touches: Sequence[Touch],
) -> list[Conversion]:
    found = []

    def at() -> int:
        own = [touch.at for touch in touches if touch.person == name]
        return random.choice([_at(random), random.choice(own or [_at(random)])])

    def add(type_: str, at: int, person: str | None, company: str | None, deal: str | None = None) -> None:
        id_ = f"{type_}:{random.randrange(10**4)}"
        for _ in range(2 if deal is None and random.random() < 0.1 else 1):
            worth = random.choice([None, Fraction(0), Fraction(random.randrange(1, 10**9), 10**6)])
            value = None if type_ == "lead" else worth
            found.append(Conversion(f"v{next(keys)}", id_, type_, at, person, company, deal, value))

    for number, (name, employer) in enumerate(employers.items()):
        company = random.choice([employer, employer, employer, None, random.choice(companies)])
        person = random.choice([name, name, name, None])
        if random.random() < 0.6:
            add("lead", at(), name, employer)
        for _ in range(random.choice([0, 0, 1, 2, 3])):
            add(random.choice(["order", "order", "signup"]), at(), person, company)
        if number % 20 == 3:
            # Two types whose conversions are the same have the same transitions.
            moment_of_both, value = at(), Fraction(number)
            for type_ in ("trial", "visit"):
                key, id_ = f"v{next(keys)}", f"{type_}:{number}"
                found.append(Conversion(key, id_, type_, moment_of_both, person, company, None, value))
        if random.random() < 0.5:
            created, closed = at(), at()
            add("opportunity", created, person, company, f"d{number}")
            add(
                "won",
                max(created, closed) if random.random() < 0.9 else closed,
                person,
                company,
                f"d{number}",
            )
        if random.random() < 0.4:
            add("opportunity", at(), random.choice([name, None]), company, f"e{number}")
    # Somebody touched converts to every type but the first, and so is lost to that one alone.
    leads = {one.person for one in found if one.type == "lead"}
    name = next(
        (one.person for one in touches if one.person and one.person not in leads), next(iter(employers))
    )
    for type_ in ("opportunity", "order", "signup", "trial", "visit", "won"):
        key, id_ = f"v{next(keys)}", f"{type_}:of all"
        found.append(Conversion(key, id_, type_, DAYS[-1] * DAY, name, employers[name], None, None))
    # Nobody is known of a company, and of a deal only who is a contact of it.
    found.append(Conversion(f"v{next(keys)}", "order:empty", "order", DAY, None, "empty", None, None))
    found.append(Conversion(f"v{next(keys)}", "won:contact", "won", DAY, None, None, "contact", None))
    return found


def _consents(random: Random, touches: Sequence[Touch]) -> list[Consent]:
    """Words of the touched, most at the moment of a touch of theirs, some with their opposite at once."""
    found = []
    for touch in touches:
        if touch.person is not None and random.random() < 0.4:
            status, purpose = (
                random.choice(["granted", "denied"]),
                random.choice(["analytics"] * 4 + ["marketing"]),
            )
            at = random.choice([touch.at, touch.at, _at(random)])
            found.append(Consent(touch.person, at, status, purpose))
            if random.random() < 0.15:
                other = "granted" if status == "denied" else "denied"
                found.append(Consent(touch.person, at, other, purpose))
    return found


def inputs(world: World, rules: Rules) -> dict[str, pa.Table]:
    """The relations that the models read."""
    rows = {
        "marts.fct_touchpoints": [
            (one.key, one.id, one.person, moment(one.at), one.channel, one.campaign, one.is_retargeting)
            for one in world.touches
        ],
        "marts.fct_conversions": [
            (one.key, one.id, one.person, one.company, one.deal, one.type, moment(one.at), decimal(one.value))
            for one in world.conversions
        ],
        "marts.dim_people": list(world.employers.items()),
        "marts.dim_channels": [(name, name == "paid_search", name in world.direct) for name in CHANNELS],
        "staging.stg_files__consents": [
            (f" {one.person}{number % 2}@X.example", one.purpose.title(), one.status, moment(one.at))
            for number, one in enumerate(world.consents)
        ],
        "intermediate.canonical_person_identifiers": [
            (kind, f"{name}{number}@x.example", name if kind == "email" else "p0")
            for name in world.employers
            for number in range(2)
            for kind in ("email", "contact")
        ],
        "intermediate.canonical_as_of": [(moment(max(DAYS) * DAY + DAY),)],
        "intermediate.canonical_deal_contacts": [
            (deal, person) for deal, people in world.committees.items() for person in sorted(people)
        ],
        "seeds.attribution_weights": [(*name, float(weight)) for *name, weight in rules.weights],
        "seeds.attribution_lookbacks": list(rules.lookbacks),
    }
    return {
        name: pa.Table.from_pylist(
            [dict(zip(SCHEMAS[name], row, strict=True)) for row in given], schema=pa.schema(SCHEMAS[name])
        )
        for name, given in rows.items()
    }


def decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)
