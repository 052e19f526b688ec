from orchestration.assets.dbt import group_of, published_models


def model(name: str, path: str) -> dict[str, object]:
    return {
        "name": name,
        "resource_type": "model",
        "schema": path.split("/")[0],
        "original_file_path": f"{path}/{name}.sql",
        "description": f"One row per {name}.",
        "columns": {"key": {"description": "The key."}},
    }


def test_a_group_is_the_stage_and_its_source_or_domain() -> None:
    assert group_of(model("stg_hubspot__deals", "staging/hubspot")) == "staging_hubspot"
    assert group_of(model("canonical_deals", "intermediate/canonical")) == "canonical"
    assert group_of(model("int_funnel__steps", "intermediate/funnel")) == "intermediate_funnel"
    assert group_of(model("fct_deals", "marts/core")) == "marts_core"
    assert group_of({"resource_type": "seed", "schema": "seeds"}) == "seeds"


def test_only_models_of_published_schemas_are_published_and_with_their_meaning() -> None:
    manifest = {
        "nodes": {
            "model.deals": model("canonical_deals", "intermediate/canonical"),
            "model.sales": model("fct_sales", "marts/pipeline"),
            "model.excluded": model("excluded_rows", "observability"),
        }
    }
    marts = published_models(manifest, "marts")
    assert list(marts) == ["fct_sales"]
    assert marts["fct_sales"].text == "One row per fct_sales."
    assert marts["fct_sales"].columns == {"key": "The key."}
    assert list(published_models(manifest, "observability")) == ["excluded_rows"]
    assert group_of(manifest["nodes"]["model.excluded"]) == "observability"


def test_a_model_is_published_under_its_name_in_the_warehouse() -> None:
    observed = model("observed_rows", "observability") | {"alias": "rows"}
    assert list(published_models({"nodes": {"model.observed": observed}}, "observability")) == ["rows"]
