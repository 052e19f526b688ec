from datetime import date
from pathlib import Path

import pytest

from orchestration.failures import ConfigurationError
from orchestration.settings import read_settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("HOME", "AS_OF", "SEEDS", "KEEP_VERSIONS", "ALERT_WEBHOOK_URL"):
        monkeypatch.delenv(f"FUNNELHOUSE_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_home_is_var_of_the_working_directory(bare: Path) -> None:
    settings = read_settings()
    assert settings.home == bare / "var"
    assert settings.marts == bare / "var" / "marts.duckdb"
    assert settings.keep_versions == 5


def test_relative_paths_resolve_from_the_working_directory(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNELHOUSE_HOME", "here")
    monkeypatch.setenv("FUNNELHOUSE_SEEDS", "rules")
    monkeypatch.setenv("FUNNELHOUSE_AS_OF", "2026-07-01")
    settings = read_settings()
    assert (settings.home, settings.seeds, settings.as_of) == (
        bare / "here",
        bare / "rules",
        date(2026, 7, 1),
    )


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNELHOUSE_AS_OF", "")
    monkeypatch.setenv("FUNNELHOUSE_SEEDS", "")
    assert read_settings().as_of is None
    assert read_settings().seeds is None


@pytest.mark.parametrize(("name", "value"), [("KEEP_VERSIONS", "0"), ("AS_OF", "yesterday")])
def test_a_value_that_cannot_be_read_is_named_with_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"FUNNELHOUSE_{name}", value)
    with pytest.raises(ConfigurationError, match=f"FUNNELHOUSE_{name}") as stopped:
        read_settings()
    assert stopped.value.exit_code == 2


def test_the_webhook_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNNELHOUSE_ALERT_WEBHOOK_URL", "https://chat.example/hook/s3cr3t")
    assert "s3cr3t" not in repr(read_settings())
