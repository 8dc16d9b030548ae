"""Who is on which list: families ranked by welfare, then the entries each list makes of them.

Shares are those of Kab. Jepara scaled from the national margins (field report 7.2): about 45,000 PKH
families, 85,000 Sembako families and 80,000 PIP pupils of 413,000 families and 1.28 million persons.
"""

from dataclasses import dataclass, field

import numpy as np

from hub.simulator.numbers import BoolArray, FloatArray, IntArray
from hub.simulator.village import ELSEWHERE, RESIDENT, UNKNOWN, Village, VillageScene, ages

PKH_SHARE, SEMBAKO_SHARE, BLT_SHARE, PIP_SHARE = 0.109, 0.206, 0.024, 0.063
PKH_MOST = 4
#: Share of families that leave, and that enter, a list within a month.
TURNOVER = 0.008


@dataclass(slots=True)
class Entries:
    """Entries of one list in one desa, in file order.

    `months` tells in which months an entry stands (bit 1, bit 2); `kinds` bears what is odd about the
    entry before any clerk wrote it (`dead_listed`, `listed_twice` …).
    """

    people: list[int] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    part: list[str] = field(default_factory=list)
    kinds: list[list[str]] = field(default_factory=list)

    def add(self, person: int, months: int, part: str = "", *kinds: str) -> None:
        """One more entry at the end."""
        self.people.append(person)
        self.months.append(months)
        self.part.append(part)
        self.kinds.append(list(kinds))

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self.people)


@dataclass(slots=True)
class Lists:
    """The lists of a desa."""

    pkh: Entries
    bpnt: Entries
    blt_dd: Entries
    pupils: Entries


def enrol(scene: VillageScene, village: Village, rates: dict[str, float]) -> Lists:
    """The entries of all lists of a desa; of the rates `dead_listed` and `nik_duplicate` count here."""
    residents = int((village.people.status == RESIDENT).sum())
    family = village.first.family[:residents]
    count = int(family.max()) + 1
    score = np.array(village.cards.score[:count]) + scene.random.normal(0, 0.45)
    parts = _components(scene, village, residents)
    able = np.zeros(count, np.bool_)
    able[family[[bool(part) for part in parts]]] = True
    reach = float(np.clip(scene.random.lognormal(0, 0.22), 0.4, 2))
    pkh = _choose(scene, score, able, round(PKH_SHARE * count * reach))
    kept = score - 3 * ((pkh > 0) & (scene.random.random(count) < 0.86))
    bpnt = _choose(scene, kept, np.ones(count, np.bool_), round(SEMBAKO_SHARE * count * reach))
    free = (pkh == 0) & (bpnt == 0)
    blt = _choose(scene, score, free, round(BLT_SHARE * count * reach) if scene.desa.rural else 0)
    lists = Lists(
        _pkh_entries(family, parts, pkh),
        _family_entries(village, family, bpnt),
        _family_entries(village, family, blt),
        _pupils(scene, village, residents, (pkh > 0) | (bpnt > 0), score),
    )
    if scene.desa.rural:
        _plant_excluded(scene, village, family, (pkh > 0) | (bpnt > 0), lists.blt_dd)
    _add_oddities(scene, village, lists, rates)
    return lists


def _components(scene: VillageScene, village: Village, residents: int) -> list[str]:
    """The PKH component each resident could be on the list for, empty for none."""
    people, random = village.people, scene.random
    age = ages(people, scene.today)[:residents]
    wife = village.first.relation[:residents] == 3
    pregnant = wife & (age > 18) & (age < 43) & (random.random(residents) < 0.07)
    tests = (
        ~village.first.alive[:residents],
        pregnant,
        age < 7,
        age < 13,
        age < 16,
        age < 19,
        people.disability[:residents] < 7,
        age >= 60,
    )
    names = ("", "IBU HAMIL", "ANAK USIA DINI", "SD", "SMP", "SMA", "DISABILITAS", "LANSIA")
    chosen: list[str] = np.select(tests, names, "").tolist()
    return chosen


def _choose(scene: VillageScene, score: FloatArray, able: BoolArray, wanted: int) -> IntArray:
    """Months on the list by family (0 never, 1, 2, 3 both): the poorest able ones, with some turnover."""
    noisy = score + scene.random.normal(0, 0.35, len(score))
    order = np.argsort(np.where(able, noisy, np.inf), kind="stable")[: int(able.sum())]
    months = np.zeros(len(score), np.int64)
    months[order[:wanted]] = 3
    turn = int(scene.random.poisson(wanted * TURNOVER))
    months[order[max(0, wanted - turn) : wanted]] = 1
    months[order[wanted : wanted + turn]] = 2
    return months


def _pkh_entries(family: IntArray, parts: list[str], months: IntArray) -> Entries:
    entries, taken = Entries(), np.zeros(len(months), np.int64)
    for person in np.flatnonzero(months[family] > 0).tolist():
        home = int(family[person])
        if parts[person] and taken[home] < PKH_MOST:
            taken[home] += 1
            entries.add(person, int(months[home]), parts[person])
    return entries


def _family_entries(village: Village, family: IntArray, months: IntArray) -> Entries:
    """One entry a family, for its wife where there is one, else its head; never a dead person."""
    entries, first = Entries(), village.first
    heads = np.searchsorted(family, np.arange(len(months)))
    for home in np.flatnonzero(months > 0).tolist():
        head = int(heads[home])
        members = [i for i in range(head, min(head + 9, len(family))) if family[i] == home and first.alive[i]]
        if members:
            wives = [i for i in members if first.relation[i] == 3]
            entries.add((wives or members)[0], int(months[home]))
    return entries


def _pupils(
    scene: VillageScene, village: Village, residents: int, aided: BoolArray, score: FloatArray
) -> Entries:
    """Pupils whom PIP or a KIP card names; `part` is their school level."""
    age = ages(village.people, scene.today)[:residents]
    able = np.flatnonzero((age >= 6.5) & (age < 18.8) & village.first.alive[:residents])
    rank = score[village.first.family[able]] - 2.5 * aided[village.first.family[able]]
    rank += scene.random.normal(0, 0.5, len(able))
    wanted = round(PIP_SHARE * residents)
    turn = int(scene.random.poisson(wanted * TURNOVER))
    order = able[np.argsort(rank, kind="stable")]
    months = {int(person): 3 for person in order[:wanted]} | {
        int(p): 2 for p in order[wanted : wanted + turn]
    }
    entries = Entries()
    for person in sorted(months):
        level = "SD" if age[person] < 12.7 else "SMP" if age[person] < 15.7 else "SMA"
        entries.add(person, months[person], level)
    return entries


def _plant_excluded(
    scene: VillageScene, village: Village, family: IntArray, aided: BoolArray, blt: Entries
) -> None:
    """Families on BLT-DD that PKH or Sembako already serves: 1 to 2 % of the list."""
    homes = np.flatnonzero(aided)
    wanted = min(len(homes), max(int(scene.random.poisson(len(blt) * 0.015)), int(scene.desa.hard)))
    months = np.zeros(len(aided), np.int64)
    months[scene.random.choice(homes, wanted, replace=False)] = 3
    for person in _family_entries(village, family, months).people:
        blt.add(person, 3, "", "excluded_overlap")


def _add_oddities(scene: VillageScene, village: Village, lists: Lists, rates: dict[str, float]) -> None:
    """The dead, the strangers, and those who stand on a list twice."""
    people = village.people
    age = ages(people, scene.today)
    dead = np.flatnonzero(village.first.listed & ~village.first.alive & (age > 60))
    outside = np.flatnonzero((people.status >= ELSEWHERE) & (age > 60))
    outside_adult = np.flatnonzero((people.status >= ELSEWHERE) & (age > 20))
    for entries, strangers, part in (
        (lists.pkh, outside, "LANSIA"),
        (lists.bpnt, outside_adult, ""),
    ):
        wanted = int(scene.random.poisson(len(entries) * rates["dead_listed"]))
        wanted = max(wanted, 1) if scene.desa.hard else wanted
        for person in scene.random.choice(dead, min(len(dead), wanted), replace=False).tolist():
            entries.add(person, 3, part, "dead_listed")
        for person in strangers.tolist():
            kind = "not_registered" if people.status[person] == UNKNOWN else "registered_elsewhere"
            entries.add(person, 3, part, kind)
        _list_twice(scene, entries, rates["nik_duplicate"])
    for person in np.flatnonzero((people.status >= ELSEWHERE) & (age > 7) & (age < 18)).tolist():
        kind = "not_registered" if people.status[person] == UNKNOWN else "registered_elsewhere"
        lists.pupils.add(person, 3, "SD" if age[person] < 12.7 else "SMP", kind)


def _list_twice(scene: VillageScene, entries: Entries, rate: float) -> None:
    """The same person again on the same list: under the same card, or under the old and the new one."""
    if not len(entries):
        return
    wanted = int(scene.random.poisson(len(entries) * rate))
    wanted = max(wanted, 2) if scene.desa.hard else wanted
    chosen = scene.random.choice(len(entries), min(len(entries), wanted), replace=False).tolist()
    for turn, i in enumerate(chosen):
        kinds = ("listed_twice", "kk_old") if turn % 2 else ("listed_twice",)
        entries.add(entries.people[i], entries.months[i], entries.part[i], *kinds)
