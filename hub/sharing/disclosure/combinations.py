"""Which combinations of programs may be told beside the totals of the programs.

How many hold a program and no other is told nowhere, so that a hidden one may be anything from nothing to what is
left of each of its programs when the told ones are taken away: whoever is not in it may hold the program alone.
Hidden ones are not named, because that somebody holds one is a small fact too.
"""

from collections.abc import Collection, Mapping

Combination = tuple[str, ...]
UNBOUNDED = 10**9
"""Stands for a width without an end."""


def hidden_combinations(
    counts: Mapping[Combination, int],
    totals: Mapping[str, int | None],
    k: int,
    first: Collection[Combination] = (),
    kept: Collection[Combination] = (),
) -> tuple[set[Combination], int | None]:
    """The combinations to hide in one area, and the narrowest interval that is left to an attacker.

    Args:
        counts: Persons by exact combination of two programs or more.
        totals: Persons by program as told; None: withheld, and then is every combination with it.
        k: Least number that is told, and least width of an interval.
        first: Combinations that are hidden whatever their number.
        kept: Combinations that are hidden before others where a choice is: they were the last time.
    """
    hidden = set(first) | {
        each for each, n in counts.items() if 0 < n < k or any(totals.get(p) is None for p in each)
    }
    while True:
        rest = _rest(counts, totals, hidden)
        thin = [(each, p) for each in sorted(hidden) for p in each if rest.get(p, k) < k]
        chosen = next(
            (found for _, p in thin if (found := _next(counts, hidden, kept, p, k - rest[p]))), None
        )
        if chosen is None:
            if thin:
                raise ValueError(
                    "the total of a program is less than its combinations, or too small to be told"
                )
            return hidden, min((_width(each, rest) for each in hidden), default=None)
        hidden.add(chosen)


def _rest(
    counts: Mapping[Combination, int], totals: Mapping[str, int | None], hidden: set[Combination]
) -> dict[str, int]:
    """What is left of the told total of each program when the told combinations are taken away."""
    rest = {program: total for program, total in totals.items() if total is not None}
    for each, n in counts.items():
        if each not in hidden:
            for program in each:
                rest[program] -= n
    return rest


def _next(
    counts: Mapping[Combination, int],
    hidden: set[Combination],
    kept: Collection[Combination],
    program: str,
    lacking: int,
) -> Combination | None:
    """The smallest told combination of a program that suffices, else the largest."""
    pool = sorted((n, each) for each, n in counts.items() if each not in hidden and program in each and n > 0)
    pool = [(n, each) for n, each in pool if each in kept] or pool
    enough = [each for n, each in pool if n >= lacking]
    return enough[0] if enough else pool[-1][1] if pool else None


def _width(each: Combination, rest: Mapping[str, int]) -> int:
    """From nothing to the least of what is left of its programs; of none that is told: no bound."""
    return min((rest[program] for program in each if program in rest), default=UNBOUNDED)
