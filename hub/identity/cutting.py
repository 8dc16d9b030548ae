"""Parts one contradictory component: what was judged different stands apart, whatever links the two."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Tie(NamedTuple):
    """A judgement that two mentions are one person.

    `trust` sorts first what is believed first; it has to tell any two ties of a component apart by what they say and
    never by the order in which they came.
    """

    trust: tuple[object, ...]
    one: int
    other: int


def part(ties: Iterable[Tie], apart: Iterable[tuple[int, int]]) -> Mapping[int, int]:
    """The smallest mention of its part, for each mention of a component.

    Ties are taken by trust; one that would join what was judged different is left out. The answer is a function of
    the ties and cuts alone, not of their order.

    Args:
        ties: Every tie of the component.
        apart: Pairs of its mentions that were judged different.
    """
    parts: dict[int, set[int]] = {}
    enemies: dict[int, set[int]] = {}
    for one, other in apart:
        enemies.setdefault(one, set()).add(other)
        enemies.setdefault(other, set()).add(one)
    for tie in sorted(ties):
        left = parts.setdefault(tie.one, {tie.one})
        right = parts.setdefault(tie.other, {tie.other})
        if left is right or any(enemies.get(mention, set()) & right for mention in left):
            continue
        left |= right
        for mention in right:
            parts[mention] = left
    return {mention: min(members) for mention, members in parts.items()}
