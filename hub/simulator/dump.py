"""Writes the register dump: the SIAK table biodata_wni joined with the address of its family table.

Layout: 45 known columns of `biodata_wni` (subset, single source), then ALAMAT, NO_RT, NO_RW, DUSUN and
KODE_POS as joined from `data_keluarga` (inference). `;` between fields, UTF-8, dates ISO, codes of the
Dukcapil lists, area numbers unpadded as the database holds them. The dead stay, with STAT_HIDUP 2 and
TGL_UBAH the day of death.
"""

import numpy as np

from hub.simulator.areas import AreaPlan
from hub.simulator.numbers import IntArray, iso_dates, texts
from hub.simulator.plan import words
from hub.simulator.village import Village

COLUMNS = words(
    "NIK|NO_KTP|TMPT_SBL|NO_PASPOR|TGL_PAS_AKH|NAMA_LGKP|JENIS_KLMIN|TMPT_LHR|TGL_LHR|AKTA_LHR|NO_AKTA_LHR|"
    "GOL_DRH|AGAMA|STAT_KWN|AKTA_KWN|NO_AKTA_KWN|TGL_KWN|AKTA_CRAI|NO_AKTA_CRAI|TGL_CRAI|STAT_HBKEL|KLAIN_FSK|"
    "PNYDNG_CCT|PDDK_AKH|JENIS_PKRJN|NIK_IBU|NAMA_LGKP_IBU|NIK_AYAH|NAMA_LGKP_AYAH|NAMA_KET_RT|NAMA_KET_RW|NO_KK|"
    "JENIS_BNTU|NO_PROP|NO_KAB|NO_KEC|NO_KEL|STAT_HIDUP|TGL_UBAH|TGL_CETAK_KTP|GELAR|GLR_AGAMA|GLR_AKADEMIS|"
    "GLR_BANGSAWAN|FLAG_STATUS|ALAMAT|NO_RT|NO_RW|DUSUN|KODE_POS"
)
HEAD = (";".join(COLUMNS) + "\n").encode()

_BLOOD = ("13", "13", "13", "13", "13", "13", "4", "4", "1", "2", "3", "13")


def area_numbers(code: str) -> str:
    """`33.20.01.2001` as the four unpadded number fields `33;20;1;2001`."""
    return ";".join(str(int(part)) for part in code.split("."))


def postal_code(code: str) -> str:
    """A made-up postal code of five digits that starts like those of the area's province."""
    parts = code.split(".")
    return f"5{int(parts[0]) % 10}{int(parts[2]) % 100:02d}{int(parts[3]) % 10}"


def row_lines(village: Village, month: int, chosen: IntArray) -> list[str]:
    """Register rows of the chosen persons in a month, without line ends."""
    if not len(chosen):
        return []
    return ["".join(row) for row in zip(*_fields(village, month, chosen), strict=True)]


def _fields(village: Village, month: int, chosen: IntArray) -> list[list[str]]:
    """Pieces of each row in order; empty columns stand in the pieces' separators."""
    people, register = village.people, village.register(month)
    where, index = chosen.tolist(), people.birth[chosen]
    cards = [village.cards.number[family] for family in register.family[chosen].tolist()]
    nik = texts(village.shown_nik[chosen])
    born = iso_dates(index)
    codes = zip(
        register.relation[chosen].tolist(),
        people.disability[chosen].tolist(),
        people.schooling[chosen].tolist(),
        people.work[chosen].tolist(),
        strict=True,
    )
    alive = register.alive[chosen]
    ends = _ends(village, register.family[chosen])
    printed = ["" if day == "1970-01-01" else day for day in iso_dates(register.card[chosen])]
    return [
        [f"{number};" for number in nik],
        [f"{number if day else ''};;;;" for number, day in zip(nik, printed, strict=True)],
        [f"{people.name[i]};" for i in where],
        [f"{sex};" for sex in people.sex[chosen].tolist()],
        [f"{place};" for place in _birth_places(village.area, people.nik[chosen])],
        [f"{day};" for day in born],
        _birth_deeds(people.nik[chosen], born),
        [f"{faith};" for faith in people.faith[chosen].tolist()],
        _weddings(people.married[chosen], index, people.nik[chosen]),
        [f"{shdk};;{limbs};{school};{work};" for shdk, limbs, school, work in codes],
        _parents(village, chosen),
        [f"{card};;" for card in cards],
        [f"{area};" for area, _ in ends],
        ["1;" if each else "2;" for each in alive.tolist()],
        [f"{day};" for day in iso_dates(register.changed[chosen])],
        [f"{day};;;;;" for day in printed],
        ["0;" if each else "2;" for each in alive.tolist()],
        [address for _, address in ends],
    ]


def _parents(village: Village, chosen: IntArray) -> list[str]:
    """NIK and name of mother and father, and the two empty neighbourhood heads."""
    people, where = village.people, chosen.tolist()
    mothers, fathers = texts(people.mother_nik[chosen]), texts(people.father_nik[chosen])
    return [
        f"{mother};{people.mother[i]};{father};{people.father[i]};;;"
        for i, mother, father in zip(where, mothers, fathers, strict=True)
    ]


def _ends(village: Village, family: IntArray) -> list[tuple[str, str]]:
    """Area numbers and address fields by person, worked out once a card."""
    cards, known = village.cards, dict[int, tuple[str, str]]()
    for card in np.unique(family).tolist():
        tail = f"{cards.rt[card]};{cards.rw[card]};{cards.hamlet[card]};{postal_code(cards.area[card])}"
        known[card] = area_numbers(cards.area[card]), f"{cards.address[card]};{tail}"
    return [known[card] for card in family.tolist()]


def _birth_places(area: AreaPlan, nik: IntArray) -> list[str]:
    """The kabupaten of first registration stands in for the place of birth."""
    here = area.name.upper().removeprefix("KABUPATEN ").removeprefix("KOTA ")
    mine = int(area.code.replace(".", ""))
    towns = ("SEMARANG", "KUDUS", "DEMAK", "PATI", "SURABAYA", "JAKARTA", "JAYAPURA", "MERAUKE")
    prefix = (nik // 10**12).tolist()
    return [here if each == mine else towns[each % len(towns)] for each in prefix]


def _birth_deeds(nik: IntArray, born: list[str]) -> list[str]:
    """AKTA_LHR (1 none, 2 has), its number, and the blood group."""
    serial = (nik % 10_000).tolist()
    found = []
    for number, day in zip(serial, born, strict=True):
        has = day > "1985" and number % 10 != 3
        deed = f"2;3320-LT-{day[:4]}-{number};" if has else "1;;"
        found.append(f"{deed}{_BLOOD[number % len(_BLOOD)]};")
    return found


def _weddings(married: IntArray, birth: IntArray, nik: IntArray) -> list[str]:
    """STAT_KWN, wedding deed, number and day, and the three empty divorce fields."""
    serial = nik % 10_000
    days = iso_dates(birth + 22 * 365 + serial % 1000)
    return [
        f"2;2;{number}/{day[5:7]}/{day[:4]};{day};;;;" if state == 2 else f"{state};1;;;;;;"
        for state, number, day in zip(married.tolist(), serial.tolist(), days, strict=True)
    ]
