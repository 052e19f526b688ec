"""What may change in a made-up world between two runs, one kind of change at a time."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from tests.attribution.reference import DAY, Rules, Touch, World, path, positions, rule_credits

OTHER = {"campaign-1": "campaign-2", "campaign-2": None, None: "campaign-1"}


def changes(world: World, rules: Rules, seed: int = 1) -> Iterator[tuple[str, World, Rules]]:
    """The world and the rules after each change, which befalls one in five."""
    random = Random(seed)
    for name, change in {
        "touches late": lambda one: replace(one, at=one.at + DAY),
        "ids of touches": lambda one: replace(one, id=f"~{one.id}"),
        "channels": lambda one: replace(one, channel="email" if one.channel != "email" else "referral"),
        "campaigns": lambda one: replace(one, campaign=OTHER[one.campaign]),
        "retargeting": lambda one: replace(one, is_retargeting=not one.is_retargeting),
        "merged people": lambda one: replace(one, person="p0"),
    }.items():
        yield name, replace(world, touches=_some(random, world.touches, change)), rules
    moved = _some(random, world.conversions, lambda one: replace(one, at=one.at - DAY))
    typed = _some(random, world.conversions, lambda one: replace(one, type="order"))
    leads = [one for one in world.conversions if one.type not in ("lead", "opportunity")]
    employers = {person: f"c{random.randrange(3)}" for person in world.employers}
    denied = _some(random, world.consents, lambda one: replace(one, status="denied", purpose="analytics"))
    one = random.choice(
        [touch for conversion in world.conversions for touch in path(world, rules, conversion)]
    )
    all_but_one = [touch for touch in world.touches if touch != one]
    yield "a touch deleted", replace(world, touches=all_but_one), rules
    yield (
        "touches deleted",
        replace(world, touches=random.sample(world.touches, len(world.touches) * 4 // 5)),
        rules,
    )
    yield "conversions early", replace(world, conversions=moved), rules
    yield "types", replace(world, conversions=typed), rules
    yield "milestones deleted", replace(world, conversions=leads), rules
    yield "consents", replace(world, consents=denied), rules
    yield "employers", replace(world, employers=employers), rules
    yield "direct channels", replace(world, direct=frozenset({"email"})), rules
    yield "lookbacks", world, replace(rules, lookbacks=(("order", None, 10), (None, None, 20)))
    weights = tuple((model, position, weight + 1) for model, position, weight in rules.weights)
    yield "weights", world, replace(rules, weights=weights)


def _some(random: Random, things: Any, change: Any) -> tuple:
    return tuple(change(thing) if random.random() < 0.2 else thing for thing in things)


def kept(world: World, rules: Rules) -> dict[str, tuple]:
    """All that is made of a conversion alone: its path, positions and shares by every rule model."""
    return {
        one.key: (
            one.type,
            one.at,
            path(world, rules, one),
            positions(world, rules, one),
            _shares(world, rules, one),
        )
        for one in world.conversions
        if path(world, rules, one)
    }


def _shares(world: World, rules: Rules, one: Any) -> list[tuple[str, list[tuple[Touch, float]]]]:
    return [
        (model, [(touch, float(share)) for touch, share in shares.items()])
        for model, shares in rule_credits(world, rules, one)
    ]
