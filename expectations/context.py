"""The ephemeral Great Expectations context of a process: nothing of it is configured on disk."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

from expectations.data_docs import SITE, kept_results, site


@lru_cache(maxsize=1)
def context_for(docs: Path | None) -> Any:
    """One context for the runs of a process that write to the same docs, as each costs time to make."""
    defaults = InMemoryStoreBackendDefaults()
    if docs is not None:
        # Pages of a source that isn't judged in this run stay listed, because its last result is kept.
        defaults.stores |= kept_results(docs)
    return gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=defaults,
            data_docs_sites={SITE: site(docs)} if docs is not None else {},
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        ),
    )
