"""What dbt's manifest says of a node."""

from collections.abc import Mapping
from typing import Any


def relation_of(node: Mapping[str, Any]) -> tuple[str, str]:
    """Schema and name in the warehouse; a model whose name a seed has is called otherwise there."""
    return str(node["schema"]), str(node.get("alias") or node["name"])
