"""Who has the health premium paid by the state, and whom the insurance bills: PBI-JK and the segments of BPJS.

Layouts: `pbi_jk_list` and `bpjs_segment_csv` (single source each, registry layouts of 2026-11-21).
Share: 96.8 million of 285 million persons (inference: 34 %).
"""

import numpy as np

from hub.simulator.codes import RELATION
from hub.simulator.enrolment import Entries, Lists
from hub.simulator.forms import (
    Desk,
    FormFile,
    address,
    bpjs_number,
    desk,
    kabupaten,
    listed,
    monthly,
    register_number,
)
from hub.simulator.payrolls import area_texts
from hub.simulator.plan import words
from hub.simulator.village import Village
from hub.simulator.workshop import Workshop

PBI_HEADS = words(
    "id|iddtks|provinsi|kota|kecamatan|kelurahan|rt|rw|dusun|alamat|noka_bpjs|psnoka_bpjs|nama|tanggal_lahir|"
    "tempat_lahir|jenis_kelamin|nik|nokk|hub_keluarga|nama_ibu_kandung|keterangan"
)
SEGMENT_HEADS = words("PSNOKA|NIK|NAMA|SEGMEN|BULAN|TAHUN")
PBI_SHARE, OTHER_SHARE = 0.34, 0.03
#: Share of participants who leave in a month, and of those billed twice in one.
LEAVE, TWICE = 0.003, 0.002
#: Of the dead whom the state still pays for.
DEAD = "dead_listed"


def premium_people(at: Desk, share: float) -> list[int]:
    """The living of the poorest families, as many as a share of the residents, in the order of the register."""
    family, score = at.homes()
    rank = np.argsort(np.argsort(score, kind="stable"), kind="stable")
    order = np.argsort(rank[family], kind="stable")
    alive = order[at.village.first.alive[order]]
    return sorted(alive[: round(share * len(family))].tolist())


class Premiums:
    """The list of PBI-JK, by month."""

    def __init__(self, shop: Workshop) -> None:
        self._shop, self._file = shop, FormFile(shop, "pbi_jk", PBI_HEADS, monthly(shop, "pbi_jk"), ",")

    def add(self, village: Village, _lists: Lists) -> None:
        """The rows of one desa; some leave after the first month, and a few of the dead stay."""
        at = desk(self._shop, village, "pbi_jk")
        people = premium_people(at, PBI_SHARE)
        entries = listed(people)
        for i in np.flatnonzero(at.few(people, LEAVE)).tolist():
            entries.months[i] = 1
        for person in at.dead(len(people)):
            entries.add(person, 3, "", DEAD)
        written = at.write(entries)
        family = at.homes()[0]
        heads = np.searchsorted(family, np.arange(int(family.max()) + 1)).tolist()
        place = village.area.name.upper().removeprefix("KABUPATEN ").removeprefix("KOTA ")
        province, city = kabupaten(village)
        persons = village.people

        def cells(i: int, _: int) -> tuple[str, ...]:
            person = entries.people[i]
            home = int(village.first.family[person])
            desa, district, _odd = area_texts(village, written.area[i])
            street, rt, rw = address(village, person)
            head = heads[home] if home < len(heads) else person
            return (
                str(i + 1), register_number(village, person), province, city, district, desa, rt, rw,
                village.cards.hamlet[home].upper(), street, bpjs_number(village, head), bpjs_number(village, person),
                written.name[i], written.birth[i], place, "L" if persons.sex[person] == 1 else "P", written.nik[i],
                written.kk[i], RELATION[str(int(village.first.relation[person]))], persons.mother[person], "AKTIF",
            )  # fmt: skip

        self._file.add(village, entries, written, cells)


class Segments:
    """The bill of BPJS, by month: the participants of PBI-JK, a few of other segments, and some of both at once."""

    def __init__(self, shop: Workshop) -> None:
        names, mark = monthly(shop, "bpjs_segments"), b"\xef\xbb\xbf"
        self._shop = shop
        self._file = FormFile(shop, "bpjs_segments", SEGMENT_HEADS, names, ",", mark)

    def add(self, village: Village, _lists: Lists) -> None:
        """The rows of one desa; BPJS has the numbers from the register, so its clerk errs as any other."""
        people = premium_people(desk(self._shop, village, "pbi_jk"), PBI_SHARE)
        at = desk(self._shop, village, "bpjs_segments")
        known = set(people)
        alive = np.flatnonzero(village.first.alive & village.first.listed)
        others = [person for person in alive.tolist() if person not in known]
        entries = Entries()
        for person in people:
            entries.add(person, 3, "PBI (APBN)")
        for person in [
            others[i] for i in np.flatnonzero(at.few(others, OTHER_SHARE / (1 - PBI_SHARE))).tolist()
        ]:
            entries.add(person, 3, ("PPU", "PBPU", "PBI (APBD)")[person % 3])
        for person in [people[i] for i in np.flatnonzero(at.few(people, TWICE)).tolist()]:
            entries.add(person, 3, "PBI (APBD)", "listed_twice")
        written = at.write(entries)

        def cells(i: int, month: int) -> tuple[str, ...]:
            day = self._shop.plan.extract_date(month)
            number = bpjs_number(village, entries.people[i])
            return number, written.nik[i], written.name[i], entries.part[i], str(day.month), str(day.year)

        self._file.add(village, entries, written, cells)


ISSUERS = {"pbi_jk": Premiums, "bpjs_segments": Segments}
