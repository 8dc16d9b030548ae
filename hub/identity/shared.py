"""One number of a register and all who bear it: which of them are one person, and which two stand against each other.

A function of what the records under the number say, and of nothing else: not of the order in which they came, nor of
whom they stand for. Where some of them agree with two that do not agree with each other, whose number it is cannot be
told from it, and none of these is linked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import combinations, groupby
from typing import NamedTuple, TypeVar

from hub.domain.names import keys_agree

CONTESTED = 0.9
"""The most that a pair scores whose number is contested; below every threshold."""
_DIFFERS, _UNTOLD, _NEAR, _SUPPORTED = 0.25, 0.1, 0.01, 0.09
_HEAPED = {(1, 1), (12, 31), (7, 1)}


class Kind(NamedTuple):
    """A kind of number, whether it names one person, and what two who agree score."""

    scheme: str
    personal: bool
    score: float


class Says(NamedTuple):
    """What a record says of the bearer; `register` is `confirmed` or `refused` where the register spoke of the NIK."""

    name: str
    born: date | None
    sex: str | None
    nik: str | None
    register: str | None
    families: frozenset[str]


class Bearer(NamedTuple):
    """A mention under the number."""

    mention: int
    says: Says


class Proposed(NamedTuple):
    """A pair of mentions with its verdicts by field; without a score it is a doubt."""

    one: int
    other: int
    score: float | None
    evidence: dict[str, str]


class Beside:
    """Two that bear one number, side by side.

    Args:
        kind: Of the number.
        one: What one says.
        other: What the other says.
    """

    def __init__(self, kind: Kind, one: Says, other: Says) -> None:
        self.kind, self.one, self.other = kind, one, other

    @cached_property
    def agree(self) -> bool:
        """Whether the names agree."""
        return keys_agree(self.one.name, self.other.name)

    @cached_property
    def verdicts(self) -> dict[str, str]:
        """By field; what one of them does not state is left out."""
        one, other = self.one, self.other
        told = {
            "birth_date": one.born and other.born and _dates(one.born, other.born),
            "sex": one.sex and other.sex and _same(one.sex, other.sex),
            "nik": one.nik and other.nik and self._numbers,
            "family": one.families and other.families and ("equal" if self._supported else "other"),
        }
        return {field: verdict for field, verdict in told.items() if isinstance(verdict, str)}

    @property
    def _numbers(self) -> str:
        refused = "refused" in (self.one.register, self.other.register)
        return "refused" if refused else _same(self.one.nik, self.other.nik)

    @property
    def _supported(self) -> bool:
        return not self.one.families.isdisjoint(self.other.families)

    @property
    def one_number(self) -> bool:
        """Whether both stand under one NIK: then the exact stage has judged them."""
        return self.one.nik is not None and self.one.nik == self.other.nik

    @property
    def two_of_register(self) -> bool:
        """Whether the register confirmed two NIK: it has each person once."""
        both = self.one.register == self.other.register == "confirmed"
        return both and self.verdicts.get("nik") == "other"

    @property
    def compatible(self) -> bool:
        """Whether the names agree and nothing else contradicts."""
        fields = ("birth_date", "sex", "nik")
        return self.agree and not any(self.verdicts.get(field) == "other" for field in fields)

    def score(self) -> float:
        """How likely the two are one person, given that their names agree."""
        verdicts = self.verdicts
        score = self.kind.score
        score -= _DIFFERS * sum(verdicts.get(field) == "other" for field in ("birth_date", "sex", "nik"))
        score -= _NEAR if verdicts.get("birth_date") == "near" else 0
        if "birth_date" not in verdicts:
            score -= _UNTOLD - (_SUPPORTED if verdicts.get("family") == "equal" else 0)
        return round(max(score, 0.1), 2)

    def evidence(self, number: str = "equal") -> dict[str, str]:
        """Verdict by field, codes only."""
        return {self.kind.scheme: number, "name": "agrees" if self.agree else "differs"} | self.verdicts


class _Node(NamedTuple):
    """Records that one NIK makes one person of, or that say the same: each wording with its smallest mention."""

    wordings: tuple[Bearer, ...]


def proposals(kind: Kind, bearers: Sequence[Bearer]) -> Iterator[Proposed]:
    """The pairs under one number: those that may be one person, and those whose names do not agree.

    Args:
        kind: Of the number.
        bearers: All of them, by mention.
    """
    wordings: list[Bearer] = []
    for says, told in groupby(sorted(bearers, key=_wording), key=lambda bearer: bearer.says):
        first, *others = sorted(told)
        wordings.append(first)
        if says.nik is None:
            alike = Beside(kind, says, says)
            for other in others:
                yield Proposed(first.mention, other.mention, alike.score(), alike.evidence())
    yield from _between(kind, _nodes(kind, wordings))


def _between(kind: Kind, nodes: Sequence[_Node]) -> Iterator[Proposed]:
    """The pairs of several nodes; of two nodes, the two wordings that speak most for their being one."""
    best = {pair: _best(kind, *pair) for pair in combinations(nodes, 2)}

    def beside(one: _Node, other: _Node) -> Beside:
        return (best.get((one, other)) or best[other, one])[2]

    tied = [part for part in parts(nodes, lambda one, other: beside(one, other).compatible) if len(part) > 1]
    clear = {
        node for part in tied for node in part
        if all(beside(*pair).compatible and _one_name(kind, *pair) for pair in combinations(part, 2))
    }  # fmt: skip
    for (left, right), (one, other, found) in best.items():
        if found.one_number:
            continue
        if kind.personal and (not found.agree or found.two_of_register):
            if left is nodes[0] or (not found.agree and _met(left, right, tied)):
                yield Proposed(one, other, None, found.evidence())
        elif found.agree and (kind.personal or found.compatible):
            sure = not found.compatible or left in clear
            score = found.score() if sure else min(found.score(), CONTESTED)
            yield Proposed(one, other, score, found.evidence("equal" if sure else "contested"))


def _best(kind: Kind, left: _Node, right: _Node) -> tuple[int, int, Beside]:
    found = [
        (one.mention, other.mention, Beside(kind, one.says, other.says))
        for one in left.wordings for other in right.wordings
    ]  # fmt: skip
    return max(found, key=lambda pair: (pair[2].agree, pair[2].score(), -pair[0], -pair[1]))


def _one_name(kind: Kind, left: _Node, right: _Node) -> bool:
    return all(Beside(kind, one.says, other.says).agree for one in left.wordings for other in right.wordings)


def _met(left: _Node, right: _Node, tied: Iterable[Sequence[_Node]]) -> bool:
    return any(left in part and right in part for part in tied)


def _nodes(kind: Kind, wordings: Sequence[Bearer]) -> list[_Node]:
    """Wordings of one NIK whose names all agree stand together, as the exact stage has them; all others alone."""

    def one_person(one: Bearer, other: Bearer) -> bool:
        side = Beside(kind, one.says, other.says)
        return side.one_number and side.agree

    nodes: list[_Node] = []
    for part in parts(wordings, one_person):
        whole = all(one_person(one, other) for one, other in combinations(part, 2))
        nodes += [_Node(tuple(part))] if whole else [_Node((each,)) for each in part]
    return sorted(_Node(_of_one_verdict(node.wordings)) for node in nodes)


def _of_one_verdict(wordings: tuple[Bearer, ...]) -> tuple[Bearer, ...]:
    """What the register says of a number under the name that it knows best counts for all of its wordings."""
    verdicts = [bearer.says.register for bearer in wordings]
    register = next(each for each in ("confirmed", None, "refused") if each in verdicts)
    return tuple(Bearer(mention, says._replace(register=register)) for mention, says in wordings)


Thing = TypeVar("Thing")


def parts(things: Sequence[Thing], tied: Callable[[Thing, Thing], bool]) -> list[list[Thing]]:
    """The components of a relation; things in each, and components, in the order given."""
    label = list(range(len(things)))
    for (at, one), (of, other) in combinations(enumerate(things), 2):
        if label[at] != label[of] and tied(one, other):
            low, high = sorted((label[at], label[of]))
            label = [low if each == high else each for each in label]
    return [
        [thing for thing, own in zip(things, label, strict=True) if own == each]
        for each in sorted(set(label))
    ]


def _wording(bearer: Bearer) -> tuple[str, ...]:
    says = bearer.says
    return (says.name, str(says.born), *(str(each) for each in says[2:5]), *sorted(says.families))


def _same(one: str | None, other: str | None) -> str:
    return "equal" if one == other else "other"


def _dates(one: date, other: date) -> str:
    """`near`: day and month exchanged, the year off by one, or one of them a day that is written for an unknown one."""
    if one == other:
        return "equal"
    days = ((one.month, one.day), (other.month, other.day))
    if one.year == other.year:
        near = days[0] == days[1][::-1] or any(day in _HEAPED for day in days)
    else:
        near = abs(one.year - other.year) == 1 and days[0] == days[1]
    return "near" if near else "other"
