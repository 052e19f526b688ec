"""Connected components against the plainest way to find them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from estimators.components import connected_components, edges_checksum

NODES = st.integers(min_value=1, max_value=30)
# Few nodes connect much; great ones show that no array is as long as the greatest number.
EDGES = st.lists(st.tuples(NODES, NODES | st.integers(2**30, 2**30 + 5)), max_size=60)


def components(edges: list[tuple[int, int]]) -> dict[int, int]:
    given = {"left_no": np.array([left for left, _ in edges], dtype=np.int64),
             "right_no": np.array([right for _, right in edges], dtype=np.int64)}  # fmt: skip
    found = connected_components(given)
    return dict(zip(found["node_no"].tolist(), found["component_no"].tolist(), strict=True))


def naive(edges: list[tuple[int, int]]) -> dict[int, int]:
    """Every node's least companion, by joining two groups at a time."""
    group = {node: {node} for edge in edges for node in edge}
    for left, right in edges:
        joined = group[left] | group[right]
        for node in joined:
            group[node] = joined
    return {node: min(companions) for node, companions in group.items()}


@given(EDGES)
def test_components_are_those_of_a_naive_union(edges: list[tuple[int, int]]) -> None:
    assert components(edges) == naive(edges)


@given(EDGES, st.randoms(use_true_random=False))
def test_neither_the_order_of_edges_nor_their_direction_matters(edges, random) -> None:
    shuffled = [edge if random.random() < 0.5 else edge[::-1] for edge in random.sample(edges, len(edges))]
    assert components(shuffled) == components(edges)


def test_a_chain_is_one_component_called_by_its_least_node() -> None:
    assert components([(9, 7), (5, 7), (5, 3), (4, 8)]) == {9: 3, 7: 3, 5: 3, 3: 3, 4: 4, 8: 4}


def test_no_edges_have_no_components() -> None:
    assert components([]) == {}


def test_other_edges_have_another_checksum() -> None:
    left, right = np.array([1, 3]), np.array([2, 4])
    assert edges_checksum(left, right) == (1 * 2 + 1) + (3 * 4 + 3)
    assert edges_checksum(left[::-1], right[::-1]) == edges_checksum(left, right)
    assert edges_checksum(left, right[::-1]) != edges_checksum(left, right)
    assert edges_checksum(np.append(left, 5), np.append(right, 6)) != edges_checksum(left, right)


def test_the_checksum_of_great_numbers_does_not_overflow() -> None:
    great = 2**31 - 3
    assert edges_checksum(np.array([great]), np.array([great + 1])) == (great * (great + 1) + great) % (
        2**31 - 1
    )
