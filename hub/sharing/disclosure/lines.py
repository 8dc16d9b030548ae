"""Cells along one line whose sum is known: which more to hide, so that no hidden one is known to within the need."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def completed(
    masses: Mapping[Key, int], first: Iterable[Key], need: int, kept: Collection[Key] = ()
) -> set[Key]:
    """The cells to hide, `first` among them: none, or at least two that sum to the need and one more for each.

    Whoever subtracts what is told from the sum learns what the hidden ones sum to, and no more. Zeros are told and hide
    nothing, so that a hidden one is at least 1: each may be anything from 1 to what leaves the others 1 each.

    Args:
        masses: Value by cell, none below 0.
        first: Cells that have to be hidden.
        need: Least width of the interval that is left.
        kept: Cells that are chosen before others, because they were hidden the last time.

    Returns:
        All cells above 0 where fewer do not suffice; the caller sees to it that their sum does, or hides that too.
    """
    hidden = set(first)
    pool = sorted((mass, str(key), key) for key, mass in masses.items() if key not in hidden and mass > 0)
    while hidden and pool and (len(hidden) < 2 or slack(masses, hidden) < need):
        lacking = need - slack(masses, hidden) + 1
        near = [each for each in pool if each[2] in kept] or pool
        enough = [each for each in near if each[0] >= lacking]
        chosen = min(enough) if enough else max(near)
        pool.remove(chosen)
        hidden.add(chosen[2])
    return hidden


def slack(masses: Mapping[Key, int], hidden: Iterable[Key]) -> int:
    """Width of the interval of each hidden cell."""
    return sum(masses[key] - 1 for key in hidden)
