"""A folk of another making than the simulator's: clans, patronyms and lists that err in their own ways.

Families of several regions, with names of one word, clan names that half a village bears, names of the day of birth,
heaped birth dates, and children named alike. Lists leave out, guess, cut and misread; a list may know somebody whom the
register has never seen. Rows come as the mentions that `hub.identity.linkage.persons` judges.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

CLANS = (
    "SIREGAR",
    "NASUTION",
    "HARAHAP",
    "LUBIS",
    "SITOMPUL",
    "TAMBUNAN",
    "WAROUW",
    "MANUPUTTY",
    "DAENG",
    "",
)
MEN = (
    "AGUS", "ASEP", "UJANG", "DADANG", "BACHTIAR", "POLTAK", "TOGAR", "BALTHASAR", "ANDI", "LA ODE", "I WAYAN",
    "I MADE", "I NYOMAN", "MUHAMMAD", "ABDUL", "SYAMSUDDIN", "BURHANUDDIN", "YOHANES", "PETRUS", "KORNELIS",
)  # fmt: skip
WOMEN = (
    "NENENG", "EUIS", "TITIN", "ROSMAIDA", "TIURMA", "MARLINA", "NI WAYAN", "NI MADE", "NI NYOMAN", "SITI", "NUR",
    "WA ODE", "ANDI", "YOHANA", "MARIA", "MAGDALENA", "FATIMAH", "HALIMAH", "ROSDIANA", "SALMA",
)  # fmt: skip
SECOND = (
    "KOSASIH", "HIDAYAT", "RUSDI", "PARLINDUNGAN", "SUDARMA", "SUARTANA", "ARDANA", "RAHIM", "RAZAK", "LATIF",
    "HAMZAH", "LESTARI", "WAHYUNI", "SUKERTI", "SURYANI", "ANGGRAINI", "JUMIATI", "RAMLAH", "NURDIN", "GASPAR",
    "TEGUH", "MARANATHA", "SAHALA", "BASRI", "TAHIR", "WIRA", "SEMADI", "KANIA", "MULYANI", "SARTIKA",
)  # fmt: skip
MISREAD = {"0": "8", "1": "7", "3": "8", "5": "6", "6": "5", "7": "1", "8": "3", "9": "4"}
LISTS = 3


@dataclass(frozen=True)
class Row:
    """What a list says of whom; `truth` is the person, and `anchored` whether it is the register that speaks."""

    truth: int
    anchored: bool
    name: str
    birth_date: str | None
    sex: str | None
    nik: str | None
    no_kk: str | None
    mother_name: str | None
    area_key: str | None
    address: str | None
    birth_place: str | None


def register(families: int, seed: int) -> list[Row]:
    """Everybody, once; one in thirty is not in the register, as `anchored` tells."""
    dice, rows = Random(seed), list[Row]()
    for family in range(families):
        rows += _family(dice, family, len(rows))
    return rows


def _family(dice: Random, family: int, first: int) -> Iterator[Row]:
    village = 7301010001 + family // 60 % 40 + 10_000 * (family // 2400)
    clan = CLANS[(family // 7 + dice.randrange(3)) % len(CLANS)]
    wed = date(1955, 1, 1) + timedelta(days=dice.randrange(18_000))
    mothers = [f"{dice.choice(WOMEN)} {dice.choice(SECOND)}" for _ in range(2)]
    wife = f"{dice.choice(WOMEN)} {dice.choice(SECOND)}"
    address = f"LORONG {dice.randrange(1, 12)}"
    people = [
        ("L", _named(dice, MEN, clan), wed, mothers[0]),
        ("P", wife, wed + timedelta(days=dice.randrange(2500)), mothers[1]),
    ]
    born = wed + timedelta(days=8_000)
    for child in range(dice.choice((0, 1, 2, 2, 3, 4))):
        sex = dice.choice("LP")
        twin = child > 0 and dice.random() < 0.06
        born = born if twin else born + timedelta(days=dice.randrange(400, 1600))
        people.append((sex, _named(dice, MEN if sex == "L" else WOMEN, clan), born, wife))
    for place, (sex, name, day, mother) in enumerate(people):
        told = day.replace(month=1, day=1) if day.year < 1975 and dice.random() < 0.15 else day
        coded = told.day + (40 if sex == "P" else 0)
        nik = f"{str(village)[:6]}{coded:02d}{told:%m%y}{9000 + (first + place) % 1000}"
        kk = f"{str(village)[:6]}{9_000_000_000 + family}"
        yield Row(
            first + place, dice.random() > 1 / 30, name, str(told), sex, nik, kk, mother, str(village), address,
            "MAKASSAR",
        )  # fmt: skip


def _named(dice: Random, first: tuple[str, ...], clan: str) -> str:
    words = [dice.choice(first), *([] if dice.random() < 0.15 else [dice.choice(SECOND)]), clan]
    return " ".join(filter(None, words))


def listed(people: list[Row], seed: int) -> list[Row]:
    """The rows of the lists: each knows a half of the people, and errs."""
    dice, kin = Random(seed), dict[str | None, list[Row]]()
    for each in people:
        kin.setdefault(each.no_kk, []).append(each)
    return [
        _erring(dice, each, kin[each.no_kk], kind)
        for kind in range(LISTS)
        for each in people
        if dice.random() < 0.5
    ]


def _erring(dice: Random, row: Row, kin: list[Row], kind: int) -> Row:
    """A row of a list: the first takes from the register and mistypes, the second asks, the third knows little."""
    told = replace(row, anchored=False, mother_name=row.mother_name if dice.random() < 0.3 else None)
    if dice.random() < (0.1, 0.35, 0.6)[kind]:
        told = replace(told, name=_misspelt(dice, row.name))
    if dice.random() < (0.08, 0.25, 0.3)[kind]:
        told = replace(told, birth_date=_misdated(dice, row.birth_date or ""))
    if dice.random() < (0.15, 0.5, 0.7)[kind]:
        told = replace(told, nik=_misread(dice, row.nik or "", kin))
    if dice.random() < (0.05, 0.3, 0.6)[kind]:
        other = f"{str(row.no_kk)[:6]}{dice.randrange(10**9, 9 * 10**9)}"
        told = replace(told, no_kk=None if dice.random() < 0.6 else other)
    if dice.random() < 0.1:
        told = replace(told, area_key=str(int(row.area_key or 0) + dice.randrange(1, 9)), address=None)
    return replace(told, sex=told.sex if dice.random() < 0.98 else None, birth_place=None)


def _misspelt(dice: Random, name: str) -> str:
    words = name.split()
    match dice.randrange(6):
        case 0 if len(words) > 1:
            return " ".join(words[:-1])
        case 1 if len(words) > 1:
            return " ".join([*words[:-1], words[-1][0]])
        case 2:
            return name.replace("U", "OE", 1).replace("Y", "J", 1)
        case 3 if len(words) > 1:
            return " ".join(reversed(words))
        case 4:
            return name.replace("MUHAMMAD", "M.").replace("DD", "D").replace("SY", "S").replace("F", "P")
        case _:
            place = dice.randrange(1, len(name) - 1)
            return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _misdated(dice: Random, told: str) -> str | None:
    year, month, day = told.split("-")
    match dice.randrange(5):
        case 0:
            return None
        case 1:
            return f"{year}-01-01"
        case 2 if int(day) <= 12:
            return f"{year}-{day}-{month}"
        case 3:
            return (
                f"{int(year) + dice.choice((-1, 1))}-{month}-{day if (month, day) != ('02', '29') else '28'}"
            )
        case _:
            return f"{year}-{month}-{1 + dice.randrange(28):02d}"


def _misread(dice: Random, nik: str, kin: list[Row]) -> str | None:
    match dice.randrange(6):
        case 0 | 1:
            return None
        case 2:
            return nik[:15]
        case 3:
            return kin[0].nik
        case _:
            place = dice.choice([place for place, digit in enumerate(nik) if digit in MISREAD])
            return nik[:place] + MISREAD[nik[place]] + nik[place + 1 :]


def mentions(rows: list[Row], stands: list[int]) -> Any:
    """The rows as a frame of mentions; row n stands for person `stands[n]`."""
    import pyarrow as pa

    told = [
        {
            "mention_id": place,
            "person_id": stands[place],
            "touched": True,
            "exchanged": False,
            "refused": False,
        }
        | {name: getattr(row, name) for name in Row.__dataclass_fields__ if name != "truth"}
        for place, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(told)
