"""Whoever holds all that is told and solves it: linear programs over each hidden cell, in whole numbers at the ends."""

from collections.abc import Hashable, Iterable, Mapping
from math import ceil, floor

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

Sum = tuple[Hashable, list[Hashable]]
"""A cell, and the cells that it is the sum of."""


def intervals(
    told: Mapping[Hashable, int],
    hidden: Iterable[Hashable],
    sums: Iterable[Sum],
    least: Mapping[Hashable, int],
) -> dict[Hashable, tuple[int, float]]:
    """Lowest and highest value of each hidden cell by all that is told.

    Args:
        told: Value by cell.
        hidden: Cells that are not told; only these are asked about.
        sums: Equations that everybody knows.
        least: Lowest value of a cell where it is known to be more than 0.
    """
    asked = list(hidden)
    equations = [(whole, parts) for whole, parts in sums]
    unknown = sorted({c for whole, parts in equations for c in (whole, *parts)} | set(asked), key=str)
    unknown = [cell for cell in unknown if cell not in told]
    place = {cell: n for n, cell in enumerate(unknown)}
    rows, columns, values, right = [], [], [], []
    for number, (whole, parts) in enumerate(equations):
        constant = 0
        for cell, sign in [(whole, -1), *((part, 1) for part in parts)]:
            if cell in told:
                constant -= sign * told[cell]
            else:
                rows.append(number)
                columns.append(place[cell])
                values.append(sign)
        right.append(constant)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(equations), len(unknown)))
    bounds = [(least.get(cell, 0), None) for cell in unknown]
    found: dict[Hashable, tuple[int, float]] = {}
    for cell in asked:
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(unknown))
            goal[place[cell]] = sign
            solved = linprog(goal, A_eq=matrix, b_eq=right, bounds=bounds, method="highs")
            assert solved.status in (0, 3), "what is told contradicts itself"
            ends.append(sign * solved.fun if solved.status == 0 else float("inf"))
        low, high = ends
        found[cell] = (ceil(low - 1e-6), high if high == float("inf") else floor(high + 1e-6))
    return found
