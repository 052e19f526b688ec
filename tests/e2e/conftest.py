"""What several modules here need and is dear to make."""

import pytest

from tests.conftest import House, Once

# tests/integration/test_demo.py has another company's truth.
SEED = 11


@pytest.fixture(scope="session")
def at_once(once: Once) -> House:
    """One run of a company to its last day. Another module runs it again, which changes no mart."""
    folder = once("at_once", lambda made: House(made / "home").run("demo", "--seed", f"{SEED}"))
    return House(folder / "home")
