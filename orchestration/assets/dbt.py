"""dbt's models and seeds as assets, its tests as their checks."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, Failure
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY as UNIQUE_ID
from dagster_dbt.core.dbt_cli_invocation import DbtCliInvocation

from orchestration.assets.begin import SEED_FILES
from orchestration.dbt_manifest import relation_of
from orchestration.dbt_parts import Part, chosen, parts, with_attached_tests, with_estimates
from orchestration.dbt_results import check_rows, errors
from orchestration.estimates import ESTIMATES
from orchestration.failures import ConfigurationError
from orchestration.observability import record
from orchestration.publication import Description
from orchestration.resources import Dbt, Home, Options, dbt_command
from orchestration.seeds import assemble
from orchestration.settings import DBT_PROJECT, Settings

KEPT_TARGETS = 5


class Translator(DagsterDbtTranslator):
    """A relation's key is [schema, name]; its group is its stage, and its source or domain."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self.get_resource_props(manifest, unique_id)
        if node["resource_type"] == "source":
            return spec
        spec = spec.replace_attributes(
            key=AssetKey(relation_of(node)),
            group_name=group_of(node),
            description=node["description"] or None,
        )
        return (
            spec.replace_attributes(deps=[*spec.deps, SEED_FILES])
            if node["resource_type"] == "seed"
            else spec
        )


def group_of(node: Mapping[str, Any]) -> str:
    """staging_hubspot, canonical, intermediate_funnel, marts_core, seeds: from where the file lies."""
    if node["resource_type"] != "model":
        return str(node["schema"])
    stage, *folders = Path(node["original_file_path"]).parent.parts
    if folders == ["canonical"]:
        return "canonical"
    return "_".join([stage, *folders[:1]])


def prepared_manifest(settings: Settings) -> dict[str, Any]:
    """dbt's manifest for this home: parsed only when the project has changed since."""
    path = settings.dbt_target / "manifest.json"
    if not path.exists() or path.stat().st_mtime < _last_change(DBT_PROJECT):
        if not settings.assembled_seeds.exists():
            assemble(DBT_PROJECT / "seeds", None, settings.assembled_seeds)
        parsing = dbt_command(settings).cli(
            ["parse"], target_path=settings.dbt_target, raise_on_error=False, manifest={}
        )
        if error := parsing.get_error():
            raise ConfigurationError(f"dbt cannot parse {DBT_PROJECT}:\n{error}")
    return with_attached_tests(with_estimates(json.loads(path.read_text()), ESTIMATES))


def _last_change(project: Path) -> float:
    skipped = {"target", "logs", "dbt_packages"}
    return max(
        path.stat().st_mtime
        for path in project.rglob("*")
        if not skipped & set(path.relative_to(project).parts)
    )


def published_models(manifest: Mapping[str, Any], schema: str) -> dict[str, Description]:
    """The models of a schema that readers may see, marts or observability, with what they mean."""
    return {
        relation_of(node)[1]: Description(
            node["description"], {name: column["description"] for name, column in node["columns"].items()}
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == schema
    }


def dbt_models(manifest: Mapping[str, Any], settings: Settings) -> list[AssetsDefinition]:
    """The operations that build and test the dbt project, or what a run selects of it: one a part."""
    translator = Translator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))
    project = DbtProject(DBT_PROJECT, target_path=settings.dbt_target, profiles_dir=DBT_PROJECT)
    return [_dbt_part(part, manifest, translator, project, settings) for part in parts(manifest)]


def _dbt_part(
    part: Part, manifest: Mapping[str, Any], translator: Translator, project: DbtProject, settings: Settings
) -> AssetsDefinition:
    @dbt_assets(
        manifest=manifest,
        project=project,
        name=part.name,
        select=part.select,
        exclude=part.exclude or None,
        dagster_dbt_translator=translator,
        pool="warehouse",
    )
    def built(context: AssetExecutionContext, dbt: Dbt, home: Home, options: Options) -> Iterator[Any]:
        # The parts of a run share a target: the first leaves its parse, made with the run's vars, there.
        target = settings.dbt_target / "runs" / context.run_id[:8]
        _prune(target)
        invocation = dbt.cli(
            _arguments(context, options, manifest, part, project),
            manifest=manifest,
            dagster_dbt_translator=translator,
            target_path=target,
            raise_on_error=False,
        )
        for event in invocation.stream_raw_events():
            yield from event.to_default_asset_events(manifest, translator, context, target, project)
        _conclude(context, invocation, home, manifest, part)

    return built


def _arguments(
    context: AssetExecutionContext,
    options: Options,
    manifest: Mapping[str, Any],
    part: Part,
    project: DbtProject,
) -> list[str]:
    """Build the part whole, or what the run selects of it with its tests; without a model, test alone."""
    verb = "build" if context.selected_asset_keys else "test"
    arguments = [verb, "--exclude-resource-type", "unit_test"]
    if options.vars:
        arguments += ["--vars", options.vars]
    if options.full_refresh and verb == "build":
        arguments += ["--full-refresh"]
    definition = context.assets_def
    every_check = {spec.key for spec in definition.node_check_specs_by_output_name.values()}
    if (
        context.selected_asset_keys in (set(), set(definition.node_keys_by_output_name.values()))
        and context.selected_asset_check_keys == every_check
        and not options.select
    ):
        return [*arguments, *part.words]
    models = {definition.get_asset_spec(key).metadata[UNIQUE_ID] for key in context.selected_asset_keys}
    tests = {
        (definition.get_spec_for_check_key(key).metadata or {})[UNIQUE_ID]
        for key in context.selected_asset_check_keys
    }
    if options.select:
        tests &= chosen(manifest, options.select, project)
    names = " ".join(sorted(manifest["nodes"][node]["name"] for node in models | tests))
    return [*arguments, "--select", names, "--indirect-selection", "empty"]


def _conclude(
    context: AssetExecutionContext,
    invocation: DbtCliInvocation,
    home: Home,
    manifest: Mapping[str, Any],
    part: Part,
) -> None:
    """Record the tests' results; a model that did not build, or a dbt that did not start, is a failure."""
    path = invocation.target_path / "run_results.json"
    if not path.exists():
        raise Failure(f"dbt stopped before it built anything: {invocation.get_error()}")
    # Under a name of its own: the next part must not find it and take it for its own.
    path = path.rename(path.with_name(f"run_results_{part.name}.json"))
    results = json.loads(path.read_text())["results"]
    record(home.warehouse, context.run_id, check_rows(results, manifest, home.warehouse))
    if broken := errors(results):
        raise Failure("\n".join(broken))


def _prune(target: Path) -> None:
    """Keep the artifacts of the last few runs beside those of this one."""
    others = [path for path in target.parent.glob("*") if path != target]
    for old in sorted(others, key=lambda path: path.stat().st_mtime)[: 1 - KEPT_TARGETS]:
        shutil.rmtree(old)
