"""Settles a desa: families drawn, named, numbered and housed, as of the first month."""

from dataclasses import dataclass

import numpy as np

from hub.simulator.families import CHILDREN, HEAD, SPOUSE, Families, draw_families
from hub.simulator.names import TWIN_NAMES, draw_names
from hub.simulator.numbers import FloatArray, IntArray, years
from hub.simulator.plan import words
from hub.simulator.village import RESIDENT, FamilyCards, People, VillageScene

STREETS = words(
    "KARTINI|PEMUDA|DIPONEGORO|AHMAD YANI|SULTAN HADLIRIN|RATU KALINYAMAT|KI HAJAR DEWANTARA|HASANUDIN|"
    "CITRASOMA|YOS SUDARSO|GAJAH MADA|SOEKARNO HATTA|MANGUNSARKORO|MERDEKA|MASJID|PASAR LAMA|RAYA|BALAI DESA"
)
HAMLETS = words(
    "KRAJAN|NGEMPLAK|GONDANG|KARANGSARI|SUMBEREJO|NGABLAK|JETIS|PULO|GEMPOL|KAUMAN|BENDO|SAMBIREJO|TEGALREJO|"
    "PURWOSARI|MULYOREJO|KEDUNGREJO|BLIMBING|RANDUSARI|WONOREJO|DUWET|SIDOMULYO|MRANGGEN|PAKEL|BANARAN"
)

#: Occupation codes of the Dukcapil list with rough shares; 27 carpenters are many in Jepara.
MEN_WORK = (
    (9, 12),
    (20, 8),
    (11, 7),
    (12, 6),
    (13, 5),
    (14, 3),
    (15, 17),
    (19, 11),
    (27, 9),
    (84, 5),
    (88, 11),
    (5, 2),
)
WOMEN_WORK = (
    (2, 52),
    (9, 5),
    (20, 6),
    (12, 5),
    (15, 13),
    (30, 3),
    (84, 7),
    (88, 4),
    (65, 2),
    (5, 1),
    (73, 1),
    (1, 3),
)
RARE_WORK = (4, 6, 7, 16, 65, 81, 85)
POOR_WORK = (1, 2, 9, 11, 19, 20)
SAFE_WORK = (4, 5, 6, 7, 16, 65, 73, 85)


@dataclass(slots=True)
class Settled:
    """The residents of a desa with their family index, relation and cards."""

    people: People
    family: IntArray
    relation: IntArray
    cards: FamilyCards
    issued: IntArray


def settle(scene: VillageScene) -> Settled:
    """The residents of a desa: exactly as many as the plan gives it."""
    random, wanted = scene.random, scene.desa.persons
    families = draw_families(random, wanted // 2 + 12)
    row, slot = (each[:wanted] for each in np.nonzero(families.present))
    sex, birth = families.sex[row, slot], scene.today - 1 - families.age[row, slot]
    people = _people(scene, families, row, slot, birth)
    _name_families(people, row, slot)
    _plant_namesakes(scene, people, row)
    prefix = _prefixes(scene, row, slot, people)
    people.nik, people.birth = scene.office.niks(prefix, people.birth, sex)
    _link_parents(people, row, slot)
    cards, issued = _cards(scene, people, row)
    return Settled(people, row, families.relation[row, slot], cards, issued)


def _people(
    scene: VillageScene, families: Families, row: IntArray, slot: IntArray, birth: IntArray
) -> People:
    random, count = scene.random, len(row)
    sex = families.sex[row, slot]
    age = (scene.today - birth) / 365.25
    christian = np.where(random.random(int(row.max()) + 1) < 0.012, 2, 1)
    limbs = random.integers(1, 7, count)
    names = [
        draw_names(random, each, years(birth) - shift)
        for each, shift in ((sex, 0), (sex * 0 + 2, 26), (sex * 0 + 1, 29))
    ]
    return People(
        status=np.full(count, RESIDENT, np.int64),
        sex=sex,
        birth=birth,
        married=families.married[row, slot],
        faith=christian[row],
        schooling=_schooling(random, age),
        work=_work(random, age, sex),
        disability=np.where(random.random(count) < 0.008 + 0.0002 * age, limbs, 7),
        twin=families.twin[row, slot],
        nik=np.zeros(count, np.int64),
        name=names[0],
        mother=names[1],
        father=names[2],
        mother_nik=np.zeros(count, np.int64),
        father_nik=np.zeros(count, np.int64),
        namesake=np.zeros(count, np.bool_),
    )


def _schooling(random: np.random.Generator, age: FloatArray) -> IntArray:
    """Highest schooling finished, Dukcapil code 1-9; the young of today got further."""
    reach = random.random(len(age)) + np.clip((55 - age) / 90, -0.2, 0.3)
    grown = np.select(
        [reach < 0.1, reach < 0.25, reach < 0.55, reach < 0.8, reach < 1.15], [1, 2, 3, 4, 5], 8
    )
    cap = np.select([age < 6, age < 12.5, age < 15.5, age < 18.5, age < 22.5], [1, 2, 3, 4, 5], 9)
    floor = np.select([age < 6, age < 12.5, age < 15.5, age < 18.5], [1, 2, 3, 3], 1)
    reached: IntArray = np.maximum(np.minimum(grown, cap), floor)
    return reached


def _work(random: np.random.Generator, age: FloatArray, sex: IntArray) -> IntArray:
    work = np.empty(len(age), np.int64)
    for code, table in ((1, MEN_WORK), (2, WOMEN_WORK)):
        chosen = np.flatnonzero(sex == code)
        weight = np.array([share for _, share in table], float)
        work[chosen] = random.choice([each for each, _ in table], len(chosen), p=weight / weight.sum())
    rare = random.random(len(age)) < 0.02
    work[rare] = random.choice(RARE_WORK, int(rare.sum()))
    work[(age >= 6) & (age < 19)] = 3
    work[(age < 6) | (age > 78)] = 1
    return work


def _name_families(people: People, row: IntArray, slot: IntArray) -> None:
    """Children bear their parents' names in the mother and father fields; twins have twin names."""
    head = {
        family: i
        for i, (family, place) in enumerate(zip(row.tolist(), slot.tolist(), strict=True))
        if place == HEAD
    }
    wife = {
        family: i
        for i, (family, place) in enumerate(zip(row.tolist(), slot.tolist(), strict=True))
        if place == SPOUSE
    }
    for i in np.flatnonzero((slot >= CHILDREN.start) & (slot < CHILDREN.stop)).tolist():
        family = int(row[i])
        first = head[family]
        if people.sex[first] == 1:
            people.father[i] = people.name[first]
            people.mother[i] = people.name[wife[family]] if family in wife else people.mother[i]
        else:
            people.mother[i] = people.name[first]
    seconds = np.flatnonzero(people.twin & (slot == CHILDREN.start + 1)).tolist()
    for i in seconds:
        if i == 0 or row[i - 1] != row[i]:
            continue
        one, two = TWIN_NAMES[int(row[i]) % len(TWIN_NAMES)]
        tail = people.name[i - 1].split()[-1]
        people.name[i - 1], people.name[i] = f"{one} {tail}", f"{two} {tail}"


def _plant_namesakes(scene: VillageScene, people: People, row: IntArray) -> None:
    """Two unrelated adults of one desa with one name, one sex and one birth date."""
    adults = np.flatnonzero((scene.today - people.birth > 30 * 365) & (people.sex == 2))
    for _ in range(scene.planted(20_000)):
        if len(adults) < 2:
            return
        one, two = (int(each) for each in scene.random.choice(adults, 2, replace=False))
        if row[one] == row[two]:
            continue
        people.birth[two], people.name[two] = people.birth[one], people.name[one]
        people.namesake[[one, two]] = True


def _prefixes(scene: VillageScene, row: IntArray, slot: IntArray, people: People) -> IntArray:
    """Six digits of first registration: mostly here, some from the next kecamatan, some from afar."""
    random, count = scene.random, len(row)
    prefix = np.full(count, scene.office.prefix, np.int64)
    sisters = np.array([int(each.file_code) for each in scene.area.kecamatan], np.int64)
    near = random.random(count) < 0.045
    prefix[near] = random.choice(sisters, int(near.sum()))
    far = (random.random(count) < 0.04) & ((slot == HEAD) | (slot == SPOUSE))
    place = (random.random(int(far.sum())) ** 1.7 * len(scene.area.origins)).astype(np.int64)
    prefix[far] = np.array(scene.area.origins, np.int64)[place]
    seconds = np.flatnonzero(people.twin[1:] & (slot[1:] == CHILDREN.start + 1)) + 1
    prefix[seconds] = prefix[seconds - 1]
    return prefix


def _link_parents(people: People, row: IntArray, slot: IntArray) -> None:
    """Fills the parents' NIK where the parents live in the family."""
    count = int(row.max()) + 1
    head, wife = np.full(count, -1), np.full(count, -1)
    head[row[slot == HEAD]] = np.flatnonzero(slot == HEAD)
    wife[row[slot == SPOUSE]] = np.flatnonzero(slot == SPOUSE)
    child = np.flatnonzero((slot >= CHILDREN.start) & (slot < CHILDREN.stop))
    first, second = head[row[child]], wife[row[child]]
    man = people.sex[first] == 1
    people.father_nik[child] = np.where(man, people.nik[first], 0)
    people.mother_nik[child] = np.where(man, np.where(second < 0, 0, people.nik[second]), people.nik[first])


def _cards(scene: VillageScene, people: People, row: IntArray) -> tuple[FamilyCards, IntArray]:
    """Card numbers, addresses and the welfare score; about one family in sixteen shares a house."""
    random, count = scene.random, int(row.max()) + 1
    first = np.searchsorted(row, np.arange(count))
    oldest = np.maximum(people.birth[first] + 19 * 365, scene.today - 15 * 365)
    issued = oldest + (random.random(count) * np.maximum(1, scene.today - 40 - oldest)).astype(np.int64)
    issued = np.minimum(issued, scene.today - 1)
    prefix = np.full(count, scene.office.prefix, np.int64)
    earlier = issued - random.integers(200, 3000, count)
    score = random.normal(0, 1, count) - 0.5 * np.isin(people.work[first], POOR_WORK)
    score += 1.6 * np.isin(people.work[first], SAFE_WORK) + 0.12 * people.schooling[first]
    address, rt, rw, hamlet = _addresses(scene, count)
    cards = FamilyCards(
        scene.office.kks(prefix, issued).tolist(),
        scene.office.kks(prefix, earlier).tolist(),
        [scene.desa.code] * count,
        address,
        rt,
        rw,
        hamlet,
        score.tolist(),
    )
    return cards, issued


def _addresses(scene: VillageScene, count: int) -> tuple[list[str], list[int], list[int], list[str]]:
    random = scene.random
    hamlets = random.choice(HAMLETS, min(5, len(HAMLETS)), replace=False).tolist()
    rw = random.integers(1, 1 + max(2, min(12, count // 60)), count)
    rt = random.integers(1, 7, count)
    street = random.integers(0, len(STREETS), count)
    number = random.integers(1, 190, count)
    on_street = random.random(count) < (0.3 if scene.desa.rural else 0.85)
    shared = random.random(count) < 0.06
    source = np.where(shared & (np.arange(count) > 0), np.arange(count) - 1, np.arange(count))
    rw, rt, street, number, on_street = (
        rw[source],
        rt[source],
        street[source],
        number[source],
        on_street[source],
    )
    hamlet = [hamlets[each % len(hamlets)] for each in rw.tolist()]
    address = [
        f"JL. {STREETS[s]} NO. {n}" if is_street else f"DUKUH {h} NO. {n}"
        for s, n, is_street, h in zip(
            street.tolist(), number.tolist(), on_street.tolist(), hamlet, strict=True
        )
    ]
    return address, rt.tolist(), rw.tolist(), hamlet
