"""The assets of the lineage, from the moment that rules a run to the published page."""
