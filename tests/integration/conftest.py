"""What several modules here need and is dear to make."""

from pathlib import Path

import pytest

from tests.attribution.comparison import VARIANTS
from tests.churn.comparison import MODELS as CHURN_MODELS
from tests.churn.comparison import VARIABLES as CHURN_VARIABLES
from tests.conftest import Once
from tests.funnel_models import MODELS as FUNNEL_MODELS
from tests.models import Compile, Model, compile_into, compiled, parse


@pytest.fixture(scope="session")
def parsed(once: Once) -> Path:
    """A home for which dbt has parsed the project: what it leaves there, every target can begin with."""
    return once("parsed", parse)


@pytest.fixture(scope="session")
def compile_models(once: Once, parsed: Path) -> Compile:
    """The models of a selection as compiled for each set of vars, kept for all under a name."""
    return lambda name, variants, selection: compiled(
        once(name, lambda home: compile_into(home, parsed, variants, selection))
    )


@pytest.fixture(scope="session")
def attribution_models(compile_models: Compile) -> dict[str, list[Model]]:
    """The attribution models as compiled for each variant of the vars."""
    variables = {name: variant.variables for name, variant in VARIANTS.items()}
    return compile_models("attribution", variables, "group:attribution canonical_consents")


@pytest.fixture(scope="session")
def funnel_models(compile_models: Compile) -> list[Model]:
    """The funnel's models as compiled with the vars as shipped."""
    found = compile_models("funnel", {"as shipped": {}}, " ".join(FUNNEL_MODELS))["as shipped"]
    assert len(found) == len(FUNNEL_MODELS)
    return found


@pytest.fixture(scope="session")
def churn_models(compile_models: Compile) -> dict[str, list[Model]]:
    """The models of churn, survival and cohorts as compiled for each variant of the vars."""
    return compile_models("churn", CHURN_VARIABLES, CHURN_MODELS)


@pytest.fixture(scope="session")
def value_models(compile_models: Compile) -> dict[str, list[Model]]:
    """The models of customer value as compiled for each share of the days that a fit sees."""
    variants = {"half": {}, "seven of twelve months": {"value_holdout_share": 0.581}}
    return compile_models("value", variants, "group:value")
