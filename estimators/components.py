"""Connected components: which numbered nodes belong together, given the pairs that do."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components as labelled_components

Integers = NDArray[np.int64]

CHECKSUM_MODULUS = 2_147_483_647


def connected_components(edges: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """Of every node of an edge the least node number that it is connected with (component_no).

    edges: left_no and right_no, one pair an edge, in any order and number. edges_checksum repeats what tells
    these edges from others, so that a reader knows whether the components are those of the edges it has.
    """
    left = np.asarray(edges["left_no"], dtype=np.int64)
    right = np.asarray(edges["right_no"], dtype=np.int64)
    nodes, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    ends = places.astype(np.int32)
    least = nodes[_least_places(ends[: len(left)], ends[len(left) :], len(nodes))]
    checksum = edges_checksum(left, right)
    return {
        "node_no": nodes,
        "component_no": least,
        "edges_checksum": np.full(len(nodes), checksum, dtype=np.int64),
    }


def _least_places(left: NDArray[np.int32], right: NDArray[np.int32], size: int) -> NDArray[np.intp]:
    """For each of the places 0..size-1 the first place of its component."""
    pairs = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    count, labels = labelled_components(pairs, directed=False) if size else (0, np.empty(0, np.int32))
    first = np.empty(count, dtype=np.intp)
    # Written from the last place to the first, each component keeps the first.
    first[labels[::-1]] = np.arange(size - 1, -1, -1)
    return first[labels]


def edges_checksum(left: Integers, right: Integers) -> int:
    """The sum over the edges of (left x right + left) modulo 2^31 - 1, whatever their order.

    Numbers below 2^31 keep the product within 64 bits, here as in SQL.
    """
    return int(((left * right + left) % CHECKSUM_MODULUS).sum())
