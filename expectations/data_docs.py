"""Data Docs: Great Expectations' own site in a folder, with the newest result of each suite."""

from pathlib import Path
from typing import Any

from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)

SITE = "data_docs"
VIEW = {"module_name": "expectations.offline_pages"}
PAGE, INDEX = VIEW | {"class_name": "OfflinePage"}, VIEW | {"class_name": "OfflineIndex"}


def folder(path: Path) -> dict[str, str]:
    """A store of files in a folder."""
    return {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(path.absolute())}


def kept_results(docs: Path) -> dict[str, Any]:
    """Where suites and results are kept between processes; they hold counts and no values."""
    return {
        "expectations_store": {
            "class_name": "ExpectationsStore",
            "store_backend": folder(docs / "kept" / "expectations"),
        },
        "validation_results_store": {
            "class_name": "ValidationResultsStore",
            "store_backend": folder(docs / "kept" / "validations"),
        },
    }


def site(docs: Path) -> dict[str, Any]:
    """The site: a page a suite, a page a result, and an index, all readable without a network."""
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": folder(docs),
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "view": INDEX},
        "site_section_builders": {
            "expectations": {
                "class_name": "DefaultSiteSectionBuilder",
                "source_store_name": "expectations_store",
                "renderer": {"class_name": "ExpectationSuitePageRenderer"},
                "view": PAGE,
            },
            "validations": {
                "class_name": "DefaultSiteSectionBuilder",
                "source_store_name": "validation_results_store",
                "renderer": {"class_name": "ValidationResultsPageRenderer"},
                "view": PAGE,
            },
        },
    }


def write_pages(context: Any, docs: Path, assets: list[str]) -> None:
    """Render the suites' pages and the index, which drops the pages of older results."""
    store = context.validation_results_store
    newest: dict[str, ValidationResultIdentifier] = {}
    for key in sorted(store.list_keys(), key=lambda key: key.run_id.run_time):
        name = key.expectation_suite_identifier.name
        if name in newest:
            store.remove_key(newest[name])
        newest[name] = key
    chosen = [name for name in assets if name in newest]
    context.build_data_docs(
        resource_identifiers=[
            *(ExpectationSuiteIdentifier(name=name) for name in chosen),
            *(newest[name] for name in chosen),
        ]
    )
