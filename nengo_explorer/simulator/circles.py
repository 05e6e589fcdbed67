"""Strongly connected components of a graph: who has, by way of others, an influence on itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def components(successors: Sequence[Sequence[int]]) -> list[int]:
    """Number of the strongly connected component of each node.

    Tarjan's algorithm [1]_ without recursion.

    Parameters
    ----------
    successors : sequence of sequences of int
        For each node, the nodes that an edge leads to.

    Returns
    -------
    component : list of int
        Numbers from 0, such that edges between components lead to lower numbers.

    References
    ----------
    .. [1] Tarjan (1972). Depth-first search and linear graph algorithms. SIAM J. Comput. 1(2).
    """
    size = len(successors)
    order, low, component = [-1] * size, [0] * size, [-1] * size
    waiting: list[int] = []
    found = visited = 0
    for root in range(size):
        path = [(root, 0)] if order[root] < 0 else []
        while path:
            node, place = path.pop()
            if place == 0:
                order[node] = low[node] = visited
                visited += 1
                waiting.append(node)
            else:
                low[node] = min(low[node], low[successors[node][place - 1]])
            target = _next_unvisited(successors[node], place, node, order, low, component)
            if target < len(successors[node]):
                path += [(node, target + 1), (successors[node][target], 0)]
            elif low[node] == order[node]:
                while component[node] < 0:
                    component[waiting.pop()] = found
                found += 1
    return component


def _next_unvisited(
    targets: Sequence[int],
    place: int,
    node: int,
    order: list[int],
    low: list[int],
    component: list[int],
) -> int:
    """Place of the next target that was not visited; takes note of those that were."""
    while place < len(targets):
        target = targets[place]
        if order[target] < 0:
            break
        if component[target] < 0:
            low[node] = min(low[node], order[target])
        place += 1
    return place
