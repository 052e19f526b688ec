"""The environment of the orchestration, read in this one place."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestration.failures import ConfigurationError

DBT_PROJECT = Path(__file__).parents[1] / "dbt_project"


class Settings(BaseSettings):
    """FUNNELHOUSE_* variables; relative paths resolve from the working directory."""

    model_config = SettingsConfigDict(env_prefix="FUNNELHOUSE_", env_ignore_empty=True)

    home: Path = Path("var")
    as_of: date | None = None
    seeds: Path | None = None
    keep_versions: Annotated[int, Field(ge=1)] = 5
    alert_webhook_url: SecretStr | None = None
    hash_key: SecretStr | None = None

    @field_validator("home", "seeds")
    @classmethod
    def absolute(cls, path: Path | None) -> Path | None:
        """DuckDB and dbt resolve relative paths against their own folders, so none may reach them."""
        return path.expanduser().absolute() if path else None

    @property
    def warehouse(self) -> Path:
        """The pipeline's database: never served."""
        return self.home / "warehouse.duckdb"

    @property
    def marts(self) -> Path:
        """The served database."""
        return self.home / "marts.duckdb"

    @property
    def docs(self) -> Path:
        return self.home / "docs"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def assembled_seeds(self) -> Path:
        """The project's seeds overlaid by the user's."""
        return self.home / "seeds"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def dbt_target(self) -> Path:
        """dbt's manifest and partial parse: of this home, as they hold its paths."""
        return self.home / "dbt"

    def environment(self) -> dict[str, str]:
        """What dbt and Great Expectations have to find in the process environment, where they look."""
        return {
            "FUNNELHOUSE_HOME": str(self.home),
            "FUNNELHOUSE_SEED_PATH": str(self.assembled_seeds),
            "DBT_TARGET_PATH": str(self.dbt_target),
            "DBT_LOG_PATH": str(self.dbt_target),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "GX_ANALYTICS_ENABLED": "false",
            # dbt keeps values of variables with this prefix out of its logs and artifacts.
            "DBT_ENV_SECRET_FUNNELHOUSE_HASH_KEY": self.hash_key.get_secret_value() if self.hash_key else "",
        }


def read_settings() -> Settings:
    """The settings of this process; a value that cannot be read is named with its variable."""
    try:
        return Settings()
    except ValidationError as error:
        problems = (
            f"FUNNELHOUSE_{'_'.join(map(str, found['loc'])).upper()}: {found['msg']}"
            for found in error.errors(include_input=False)
        )
        raise ConfigurationError(
            "Environment variables that cannot be read:\n  "
            + "\n  ".join(problems)
            + "\nCorrect or unset them; .env.example says what each takes."
        ) from error
