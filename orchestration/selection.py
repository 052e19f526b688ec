"""Which of the definitions a run takes: what a selection in dbt's words names, groups, checks in rounds."""

from collections.abc import Sequence

from dagster import AssetCheckKey, AssetKey, AssetsDefinition, AssetSelection, Definitions
from dagster_dbt.asset_utils import get_manifest_and_translator_from_dbt_assets

from ingestion.registry import SOURCES
from orchestration.dbt_parts import PART, chosen
from orchestration.failures import ConfigurationError

# The groups of what every run begins with.
BEGINNING = ("run", *(f"raw_{name}" for name in SOURCES))


def in_groups(groups: Sequence[str], definitions: Definitions) -> list[AssetKey]:
    """The assets of some groups."""
    return list(AssetSelection.groups(*groups).resolve(definitions.resolve_asset_graph()))


def selected(words: str, definitions: Definitions) -> list[AssetKey]:
    """The models, seeds and estimates that a selection in dbt's syntax names."""
    manifest, translator, project = get_manifest_and_translator_from_dbt_assets(_parts(definitions)[:1])
    keys = {
        translator.get_asset_spec(manifest, node, project).key
        for node in chosen(manifest, words, project)
        if not node.startswith("test.")
    }
    # Of the sources only what is estimated: what a run begins with reads the others.
    known = definitions.resolve_asset_graph().materializable_asset_keys
    found = sorted(key for key in keys & known if key.path[0] not in BEGINNING)
    if not found:
        raise ConfigurationError(
            f"--select {words}: no model or seed matches. "
            "Use dbt's selection syntax, for example --select +fct_deals."
        )
    return found


def check_rounds(definitions: Definitions) -> list[frozenset[AssetCheckKey]]:
    """Every check, in rounds: within one run Dagster skips what stands behind a check that failed."""
    beside = [key for checks in definitions.asset_checks or [] for key in checks.check_keys]
    return [frozenset(beside), *(frozenset(part.check_keys) for part in _parts(definitions))]


def _parts(definitions: Definitions) -> list[AssetsDefinition]:
    """The parts of the dbt project, in their order."""
    assets = [asset for asset in definitions.assets or [] if isinstance(asset, AssetsDefinition)]
    return [asset for asset in assets if asset.op.name.startswith(PART)]
