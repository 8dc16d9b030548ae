"""Rows of the wide registers: columns by name in, lines out; and who writes them down."""

from collections.abc import Mapping, Sequence

import numpy as np

from hub.simulator.areas import stable_random
from hub.simulator.defects import Clerk, Written
from hub.simulator.enrolment import Entries
from hub.simulator.numbers import IntArray, NumberOffice, texts
from hub.simulator.village import Village, VillageScene
from hub.simulator.workshop import Workshop

Column = Sequence[str] | IntArray


def cells(values: Column) -> list[str]:
    """A column as texts; numbers of 0 and below are blank."""
    return texts(values) if isinstance(values, np.ndarray) else list(values)


def row_lines(columns: Sequence[str], given: Mapping[str, Column], delimiter: str = ";") -> list[str]:
    """A line a row; columns that are not given are blank.

    Raises:
        KeyError: A given column is none of the layout.
    """
    if strange := set(given) - set(columns):
        raise KeyError(min(strange))
    told = {name: cells(values) for name, values in given.items()}
    count = len(next(iter(told.values())))
    blank = [""] * count
    return [delimiter.join(row) for row in zip(*(told.get(name, blank) for name in columns), strict=True)]


def yes_no(held: np.ndarray, first: int = 1) -> IntArray:
    """Booleans as the pair of codes (yes, no) that begins with `first`."""
    found: IntArray = np.where(held, first, first + 1).astype(np.int64)
    return found


def numbered(groups: IntArray) -> IntArray:
    """How many rows share each row's group."""
    _, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    found: IntArray = counts[inverse]
    return found


def written_by_clerk(shop: Workshop, name: str, village: Village, people: IntArray) -> Written:
    """People of a desa as that list's own clerk wrote them, with faults."""
    random = stable_random("list", name, shop.plan.seed, village.desa.code)
    kecamatan = shop.kecamatan
    office = NumberOffice(int(kecamatan.file_code), kecamatan.position, len(shop.area.kecamatan))
    scene = VillageScene(shop.plan, shop.area, kecamatan, village.desa, office, random, village.today)
    entries = Entries()
    for person in people.tolist():
        entries.add(person, 3)
    return Clerk(scene, village).write(entries)


def household_numbers(village: Village, ruta: IntArray) -> list[str]:
    """IDBDT of households: the BPS code of the desa and eight digits (inference); the Kemendagri code where none."""
    place = village.desa.bps_code or village.desa.code.replace(".", "")
    return [f"{place}{number:08d}" for number in ruta.tolist()]


def bps_parts(village: Village) -> tuple[str, str, str, str]:
    """Province, kabupaten, kecamatan and desa as local parts of BPS codes; blank where the desa has none."""
    code = village.desa.bps_code
    return code[:2], code[2:4], code[4:7], code[7:10]
