"""Another folk than the simulator's: what the shipped model links of it by itself is right."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from hub.domain.names import match_key
from hub.identity.linkage import load_model
from hub.identity.linkage.engine import opened
from hub.identity.linkage.persons import judge
from hub.settings import default_config_dir
from tests.identity.linkage.folk import listed, mentions, register

MODEL = load_model(default_config_dir() / "identity" / "hub.toml")
PRECISION, RECALL = 0.9995, 0.94
LINKS = "select person_a, person_b from judged where kind = 'probable' and score >= ?"


@dataclass(frozen=True)
class Found:
    """Pairs of rows that are of one person, that stand together, and both."""

    true: int
    made: int
    hit: int

    @property
    def precision(self) -> float:
        """Share of the pairs made that are of one."""
        return self.hit / self.made

    @property
    def recall(self) -> float:
        """Share of the true pairs that stand together."""
        return self.hit / self.true


def found(families: int, seed: int) -> Found:
    """What stands together after the exact stage (number and name are equal) and the scored links."""
    people = register(families, seed)
    rows = [each for each in people if each.anchored] + listed(people, seed + 1)
    keys = [(row.nik, match_key(row.name)) for row in rows]
    first = {key: place for place, key in reversed(list(enumerate(keys)))}
    stands = [first[key] if key[0] else place for place, key in enumerate(keys)]
    with opened("1GB") as engine:
        engine.register("told", mentions(rows, stands))
        engine.execute("create table mention as select * from told")
        judge(engine, MODEL)
        cluster = _joined(stands, engine.execute(LINKS, [MODEL.costs.link]).fetchall())
    both = Counter((cluster[person], row.truth) for person, row in zip(stands, rows, strict=True))
    made, true = Counter[int](), Counter[int]()
    for (of, truth), count in both.items():
        made[of] += count
        true[truth] += count
    return Found(_pairs(true.values()), _pairs(made.values()), _pairs(both.values()))


def _pairs(counts: Iterable[int]) -> int:
    return sum(count * (count - 1) // 2 for count in counts)


def _joined(persons: Iterable[int], links: list[tuple[int, int]]) -> dict[int, int]:
    head = {person: person for person in persons}

    def of(person: int) -> int:
        while head[person] != person:
            person = head[person] = head[head[person]]
        return person

    for one, other in links:
        head[of(one)] = of(other)
    return {person: of(person) for person in head}


def test_of_another_folk_nobody_is_linked_with_another_and_most_are_found() -> None:
    told = found(120, 5)
    assert (told.made, told.true > 900) == (told.hit, True)
    assert told.recall >= RECALL


@pytest.mark.long
@pytest.mark.parametrize("seed", [5, 6, 7])
def test_of_many_of_another_folk_the_links_are_right(seed: int) -> None:
    told = found(2_000, seed)
    assert told.precision >= PRECISION
    assert told.recall >= RECALL
