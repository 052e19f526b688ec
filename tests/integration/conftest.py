"""What several modules here need and is dear to make."""

import pytest

from tests.attribution.comparison import VARIANTS
from tests.attribution.models import Model, compiled


@pytest.fixture(scope="session")
def attribution_models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Model]]:
    """The attribution models as compiled for each variant of the vars."""
    variables = {name: variant.variables for name, variant in VARIANTS.items()}
    return compiled(tmp_path_factory.mktemp("attribution"), variables)
