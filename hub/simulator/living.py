"""A month goes by in a desa: deaths, births, moves, splits, new cards; and the strangers lists name."""

import numpy as np

from hub.simulator.names import draw_names
from hub.simulator.numbers import BoolArray, FloatArray, IntArray, years
from hub.simulator.settling import HAMLETS, Settled, settle
from hub.simulator.village import (
    ELSEWHERE,
    NEWBORN,
    UNKNOWN,
    FamilyCards,
    People,
    Register,
    Village,
    VillageScene,
    ages,
)

MONTH_DAYS = 28


def found_village(scene: VillageScene) -> Village:
    """A desa with its residents, newborns and strangers, and both months of its register."""
    settled = settle(scene)
    people, cards = settled.people, settled.cards
    residents = len(people)
    mothers = _add_newborns(scene, settled)
    _add_strangers(scene, people, cards)
    first = _first_register(scene, settled, residents)
    second = _second_register(scene, people, cards, first, residents)
    born = slice(residents, residents + len(mothers))
    second.listed[born] = True
    second.changed[born] = np.minimum(people.birth[born] + 7, scene.today + MONTH_DAYS)
    shown, borrowed = _borrowed_niks(scene, people, first)
    return Village(
        scene.today, scene.area, scene.kecamatan, scene.desa, people, cards, first, second, shown, borrowed
    )


def _extend(people: People, more: People) -> None:
    """Adds people at the end, of whatever status."""
    for name in People.__slots__:
        mine, new = getattr(people, name), getattr(more, name)
        setattr(people, name, mine + new if isinstance(mine, list) else np.concatenate([mine, new]))


def _newcomers(scene: VillageScene, status: int, sex: IntArray, birth: IntArray, nik: IntArray) -> People:
    """People without kin in the desa."""
    count, nobody = len(sex), np.zeros(len(sex), np.int64)
    grown = scene.today - birth > 19 * 365
    year = years(birth)
    return People(
        status=np.full(count, status, np.int64),
        sex=sex,
        birth=birth,
        married=np.where(grown, 2, 1).astype(np.int64),
        faith=np.ones(count, np.int64),
        schooling=np.where(grown, 3, 1).astype(np.int64),
        work=np.where(grown, 19, 1).astype(np.int64),
        disability=np.full(count, 7, np.int64),
        twin=np.zeros(count, np.bool_),
        nik=nik,
        name=draw_names(scene.random, sex, year),
        mother=draw_names(scene.random, np.full(count, 2, np.int64), year - 26),
        father=draw_names(scene.random, np.ones(count, np.int64), year - 29),
        mother_nik=nobody,
        father_nik=nobody.copy(),
        namesake=np.zeros(count, np.bool_),
    )


def _add_newborns(scene: VillageScene, settled: Settled) -> IntArray:
    """Children born in month 2, about 0.12 % of the people; each goes to a married couple's family."""
    people, random = settled.people, scene.random
    age = ages(people, scene.today)
    able = np.flatnonzero((settled.relation == 3) & (age > 18) & (age < 42))
    wanted = min(len(able), scene.planted(830))
    mothers = np.sort(random.choice(able, wanted, replace=False)) if wanted else able[:0]
    birth = scene.today + 1 + random.integers(0, MONTH_DAYS, len(mothers))
    sex = random.integers(1, 3, len(mothers))
    prefix = np.full(len(mothers), scene.office.prefix, np.int64)
    nik, _ = scene.office.niks(prefix, birth, sex)
    born = _newcomers(scene, NEWBORN, sex, birth, nik)
    fathers = np.searchsorted(settled.family, settled.family[mothers])
    born.mother = [people.name[i] for i in mothers.tolist()]
    born.father = [people.name[i] for i in fathers.tolist()]
    born.mother_nik, born.father_nik = people.nik[mothers], people.nik[fathers]
    settled.family = np.concatenate([settled.family, settled.family[mothers]])
    settled.relation = np.concatenate([settled.relation, np.full(len(mothers), 4, np.int64)])
    _extend(people, born)
    return mothers


def _add_strangers(scene: VillageScene, people: People, cards: FamilyCards) -> None:
    """People on this desa's lists whose register is elsewhere; a quarter is in no register at all."""
    random, count = scene.random, scene.planted(500) + (1 if scene.desa.hard else 0)
    status = np.where(random.random(count) < 0.25, UNKNOWN, ELSEWHERE).astype(np.int64)
    if scene.desa.hard:
        status[:2] = ELSEWHERE, UNKNOWN
    birth = scene.today - random.integers(7 * 365, 75 * 365, count)
    sex = random.integers(1, 3, count)
    homes = [scene.area.elsewhere[i] for i in random.integers(0, len(scene.area.elsewhere), count)]
    prefix = np.array([int(home[:8].replace(".", "")) for home in homes], np.int64)
    nik, birth = scene.office.niks(prefix, birth, sex)
    strangers = _newcomers(scene, ELSEWHERE, sex, birth, nik)
    strangers.status = status
    issued = np.full(count, scene.today - 1500, np.int64) - random.integers(0, 900, count)
    cards.number += scene.office.kks(prefix, issued).tolist()
    cards.former += scene.office.kks(prefix, issued - 900).tolist()
    cards.area += homes
    cards.hamlet += [HAMLETS[i % len(HAMLETS)] for i in range(count)]
    cards.address += [f"DUKUH {HAMLETS[i % len(HAMLETS)]}" for i in range(count)]
    cards.rt += [1 + i % 5 for i in range(count)]
    cards.rw += [1 + i % 3 for i in range(count)]
    cards.score += random.normal(-1, 0.5, count).tolist()
    _extend(people, strangers)


def _first_register(scene: VillageScene, settled: Settled, residents: int) -> Register:
    """The register of month 1; about one in eighty listed is dead, mostly the old."""
    people, random, count = settled.people, scene.random, len(settled.people)
    strangers = count - len(settled.family)
    family = np.concatenate([settled.family, np.arange(len(settled.cards) - strangers, len(settled.cards))])
    relation = np.concatenate([settled.relation, np.ones(strangers, np.int64)])
    age = ages(people, scene.today)
    listed = np.arange(count) < residents
    dead = listed & (random.random(count) < 1.5 * _mortality(age))
    if scene.desa.hard and residents:
        dead[int(np.argmax(np.where(listed, age, 0)))] = True
    issued = np.full(len(settled.cards), scene.today - 1500, np.int64)
    issued[: len(settled.issued)] = settled.issued
    changed = np.maximum(issued[family], people.birth + 14)
    changed = np.where(dead, scene.today - random.integers(10, 1400, count), np.minimum(changed, scene.today))
    changed[dead] = np.maximum(changed[dead], people.birth[dead] + 1)
    adult = np.maximum(people.birth + 17 * 366, scene.today - 3650)
    card = np.where((age > 17.1) & (people.status != NEWBORN), adult + random.integers(0, 30, count), 0)
    return Register(listed, family, relation, ~dead, changed, np.minimum(card, scene.today))


def _mortality(age: FloatArray) -> FloatArray:
    """Chance to die within a year, about 0.7 % over all."""
    return np.minimum(0.4, 0.0008 + np.exp((age - 98) / 9.5))


def _second_register(
    scene: VillageScene, people: People, cards: FamilyCards, first: Register, residents: int
) -> Register:
    """The register one month on; what nothing happened to stays as it was."""
    second, random = first.copy(), scene.random
    age = ages(people, scene.today)
    dies = first.listed & first.alive & (random.random(len(people)) < _mortality(age) / 12)
    if scene.desa.hard:
        dies[int(np.argmax(np.where(first.listed & first.alive, age, 0)))] = True
    second.alive[dies] = False
    second.changed[dies] = scene.today + 1 + random.integers(0, MONTH_DAYS, int(dies.sum()))
    _move_families(scene, cards, second, residents)
    _split_families(scene, cards, second, age[:residents])
    fresh = first.listed & first.alive & (age >= 17) & (random.random(len(people)) < 0.001)
    fresh &= ~dies
    second.card[fresh] = scene.today + 1 + random.integers(0, MONTH_DAYS, int(fresh.sum()))
    second.changed[fresh] = np.maximum(second.changed[fresh], second.card[fresh])
    return second


def _move_families(scene: VillageScene, cards: FamilyCards, second: Register, residents: int) -> None:
    """About one family in four hundred moves to another desa of the area, under a new No KK."""
    random, homes = scene.random, int(second.family[:residents].max()) + 1 if residents else 0
    others = [each for each in scene.area.kecamatan for _ in each.desa]
    near = [desa for desa in scene.kecamatan.desa if desa.code != scene.desa.code]
    for family in random.choice(homes, min(homes, scene.planted(1250)), replace=False).tolist():
        stays_near = bool(near) and random.random() < 0.5
        target = scene.kecamatan if stays_near else others[int(random.integers(0, len(others)))]
        places = [desa for desa in target.desa if desa.code != scene.desa.code]
        members = np.flatnonzero((second.family == family) & second.alive)
        if not places or not len(members):
            continue
        desa = places[int(random.integers(0, len(places)))]
        _open_card(scene, cards, family, desa.code)
        _join_card(second, members, len(cards) - 1, scene.today + 1 + int(random.integers(0, MONTH_DAYS)))


def _split_families(scene: VillageScene, cards: FamilyCards, second: Register, age: FloatArray) -> None:
    """About one family in six hundred loses a grown child to a card of its own."""
    residents = len(age)
    here = np.array([area == scene.desa.code for area in cards.area])[second.family[:residents]]
    able = np.flatnonzero(here & second.alive[:residents] & (second.relation[:residents] == 4) & (age > 20))
    chosen = scene.random.choice(able, min(len(able), scene.planted(1900)), replace=False)
    for person in chosen.tolist():
        _open_card(scene, cards, int(second.family[person]), scene.desa.code)
        moved = scene.today + 1 + int(scene.random.integers(0, MONTH_DAYS))
        _join_card(second, np.array([person]), len(cards) - 1, moved)


def _open_card(scene: VillageScene, cards: FamilyCards, origin: int, area: str) -> None:
    """A new family card in an area, for people who leave the card `origin`."""
    random = scene.random
    prefix = np.array([int(area[:8].replace(".", ""))], np.int64)
    issued = np.array([scene.today + 1 + int(random.integers(0, MONTH_DAYS))], np.int64)
    hamlet = HAMLETS[int(random.integers(0, len(HAMLETS)))]
    cards.number.append(int(scene.office.kks(prefix, issued)[0]))
    cards.former.append(cards.number[origin])
    cards.area.append(area)
    cards.hamlet.append(hamlet)
    cards.address.append(f"DUKUH {hamlet} NO. {int(random.integers(1, 190))}")
    cards.rt.append(int(random.integers(1, 7)))
    cards.rw.append(int(random.integers(1, 4)))
    cards.score.append(cards.score[origin])


def _join_card(register: Register, members: IntArray, card: int, day: int) -> None:
    """Members go to another card; the first of them is its head where the old head stays behind."""
    register.family[members] = card
    register.changed[members] = day
    if 1 not in register.relation[members]:
        register.relation[members[0]] = 1


def _borrowed_niks(scene: VillageScene, people: People, first: Register) -> tuple[IntArray, BoolArray]:
    """The NIK as the register prints it: a few wives stand under their husband's number."""
    shown, borrowed = people.nik.copy(), np.zeros(len(people), np.bool_)
    wives = np.flatnonzero((first.relation == 3) & first.listed)
    chosen = scene.random.choice(wives, min(len(wives), scene.planted(60_000)), replace=False)
    for wife in chosen.tolist():
        head = int(np.searchsorted(first.family[first.listed], first.family[wife]))
        shown[wife], borrowed[wife] = people.nik[head], True
    return shown, borrowed
