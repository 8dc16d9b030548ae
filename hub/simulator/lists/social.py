"""Social problems (PMKS) and who helps with them (PSKS): the upload forms of a portal, typed by clerks.

Forms: `buleleng_pmks_csv` and `buleleng_psks_csv` (single source), with columns of the hub's own for families, groups
and the day of assessment (inference). Shares by type are made up, in the order of what kabupaten publish: most are
poor families, then the disabled and the old. A few rows bear each fault that the portal knows (kind `pmks_fault`).
"""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from hub.simulator.defects import Clerk, Written
from hub.simulator.enrolment import Entries, Lists
from hub.simulator.lists import Issuer
from hub.simulator.numbers import FloatArray, IntArray
from hub.simulator.roster import BOTH, Roster, Row, grown_ups, some, turned_over
from hub.simulator.village import Village, VillageScene, ages
from hub.simulator.workshop import Workshop

PMKS_HEAD = (
    "nik;nama;tgl_lahir;jenis_kelamin;kode_kategori;catatan;jenis_disabilitas;no_kk;unit;nama_kelompok;jumlah;"
    "tgl_pendataan"
)
PSKS_HEAD = (
    "kode_kategori;nik;nama;tgl_lahir;jenis_kelamin;tipe_lembaga;nomor_registrasi;catatan;no_kk;nama_lembaga;alamat;"
    "tgl_pendataan"
)
KINDS = ("fisik", "intelektual", "mental", "sensorik")
FAULTS = ("age", "sex", "code", "disability", "twice")
FAULTY = 0.01
#: Type by (youngest, oldest) age and the chance of a poor person of that age.
POOR_TYPES = (("01", 0, 5, 0.02), ("02", 6.5, 18, 0.02), ("04", 7, 17, 0.002), ("08", 61, 110, 0.18))
#: Type and chance of a poor grown-up.
RARE_TYPES = (("12", 0.002), ("13", 0.004), ("15", 0.001), ("17", 0.001), ("19", 0.001), ("20", 0.002))
#: Further types of persons and how many of each there are in a desa, on average.
HELPERS = (("J-02", 1.0), ("J-03", 0.3), ("J-04", 0.2), ("J-05", 0.1), ("L-04", 0.2))
BODIES = (
    ("L-01", "LKSA", "PANTI ASUHAN", 0.1),
    ("L-03", "LK3", "LK3", 0.05),
    ("L-05", "WKSBM", "WKSBM", 0.3),
)


def _day(village: Village, shop: Workshop) -> str:
    """The day a desa was assessed, as the form writes days."""
    day = shop.plan.base_date - timedelta(days=30 + village.desa.number % 60)
    return f"{day:%d-%m-%Y}"


def _form_day(iso: str) -> str:
    return "-".join(reversed(iso.split("-")))


class PmksList:
    """The PMKS file of a kecamatan, the same name in each month."""

    def __init__(self, shop: Workshop) -> None:
        code = shop.kecamatan.file_code
        self._shop = shop
        self._roster = Roster(shop, "pmks", PMKS_HEAD, lambda _: f"pmks_{code}.csv")

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        scene = self._roster.scene(village)
        entries = _found(scene, village, lists)
        written = Clerk(scene, village).write(entries)
        rows = [*self._rows(scene, village, entries, written), *self._groups(village)]
        self._roster.write(village, rows)

    def _rows(
        self, scene: VillageScene, village: Village, entries: Entries, written: Written
    ) -> Iterator[Row]:
        day, random, people = _day(village, self._shop), scene.random, village.people
        for i, person in enumerate(entries.people):
            kind, family = entries.part[i], entries.part[i] in ("24", "25")
            fault = FAULTS[int(random.integers(0, len(FAULTS)))] if random.random() < FAULTY else ""
            sex = "L" if people.sex[person] == 1 else "P"
            disability = KINDS[person % len(KINDS)] if kind in ("05", "09") else ""
            code = {"age": "01" if kind not in ("01", "05") else "08", "sex": "23", "code": "27"}.get(
                fault, kind
            )
            if fault == "disability":
                code, disability = "09", ""
            odd = ["pmks_fault"] if _is_faulty(fault, code, sex, kind) else []
            cells = (
                written.nik[i], written.name[i], _form_day(written.birth[i]), sex, f"PMKS-{code}", "", disability,
                written.kk[i], "keluarga" if family and code == kind else "", "", "", day,
            )  # fmt: skip
            yield Row(cells, person, entries.months[i], [*written.kinds[i], *odd])
            if fault == "twice":
                again = (*cells[:5], "sudah didata", *cells[6:])
                yield Row(again, person, entries.months[i], [*written.kinds[i], "pmks_fault"])

    def _groups(self, village: Village) -> Iterator[Row]:
        """One group hit by a flood in a hard desa, and one community of sea people in the area."""
        desa, day = village.desa, _day(village, self._shop)
        if desa.hard:
            name = f"KORBAN BANJIR {desa.name.upper()}"
            yield Row(("", "", "", "", "PMKS-21", "", "", "", "kelompok", name, "24", day), 0)
        if desa.number == 1:
            name = f"KOMUNITAS ADAT {desa.name.upper()}"
            yield Row(("", "", "", "", "PMKS-26", "", "", "", "komunitas", name, "90", day), 0)


def _is_faulty(fault: str, code: str, sex: str, kind: str) -> bool:
    """Whether the portal would refuse the row for what was done to it."""
    return fault in ("age", "code", "disability") or (fault == "sex" and (sex == "L" or kind != code))


def _found(scene: VillageScene, village: Village, lists: Lists) -> Entries:
    """Who is a PMKS of which type; one person may be of several."""
    random, people = scene.random, village.people
    everyone, grown = grown_ups(village, 0), grown_ups(village)
    age = ages(people, village.today)
    score = np.array(village.cards.score)[village.first.family]
    poor = everyone[score[everyone] < -0.6]
    disabled = everyone[people.disability[everyone] < 7]
    found: list[tuple[int, str]] = []
    for kind, youngest, oldest, share in POOR_TYPES:
        pool = poor[(age[poor] >= youngest) & (age[poor] < oldest)]
        found += [(person, kind) for person in some(random, pool, share)]
    for kind, pool in (("05", disabled[age[disabled] < 18]), ("09", disabled[age[disabled] >= 19])):
        found += [(person, kind) for person in some(random, pool, 0.8)]
    able = np.intersect1d(grown, poor)
    for kind, share in RARE_TYPES:
        found += [(person, kind) for person in some(random, able, share)]
    alone = _women_alone(village, grown, age)
    found += [(person, "23") for person in some(random, alone, 0.4)]
    served = np.intersect1d(np.array(lists.bpnt.people, np.int64), grown)
    found += [(person, "24") for person in some(random, served, 0.4, 1)]
    found += [(person, "25") for person in some(random, able, 0.001)]
    entries = Entries()
    for person, kind in sorted(found):
        entries.add(person, turned_over(random), kind)
    return entries


def _women_alone(village: Village, grown: IntArray, age: FloatArray) -> IntArray:
    """Widowed and divorced women of working age who head a family."""
    people = village.people
    heads = grown[(village.first.relation[grown] == 1) & (people.sex[grown] == 2)]
    chosen: IntArray = heads[(age[heads] < 59) & np.isin(people.married[heads], (3, 4))]
    return chosen


class PsksList:
    """The PSKS file of a kecamatan, the same name in each month."""

    def __init__(self, shop: Workshop) -> None:
        code = shop.kecamatan.file_code
        self._shop, self._desa = shop, 0
        self._roster = Roster(shop, "psks", PSKS_HEAD, lambda _: f"psks_{code}.csv")

    def add(self, village: Village, lists: Lists) -> None:  # noqa: ARG002 - asked of every list
        """The rows of one desa."""
        scene, pool = self._roster.scene(village), grown_ups(village, 20)
        parts = ["L-02", *(["J-06"] if self._desa == 0 else [])]
        parts += [part for part, mean in HELPERS for _ in range(int(scene.random.poisson(mean)))]
        self._desa += 1
        entries = Entries()
        chosen = scene.random.choice(pool, min(len(pool), len(parts)), replace=False).tolist()
        for person, part in zip(chosen, parts, strict=False):
            entries.add(person, BOTH, part)
        written = Clerk(scene, village).write(entries)
        self._roster.write(
            village, [*self._persons(village, entries, written), *self._bodies(scene, village)]
        )

    def _persons(self, village: Village, entries: Entries, written: Written) -> Iterator[Row]:
        """Helpers, and the youth organisation of the desa with whoever chairs it."""
        day, desa = _day(village, self._shop), village.desa.name.upper()
        for i, (person, part) in enumerate(zip(entries.people, entries.part, strict=True)):
            youth = part == "L-02"
            body = ("KARANG TARUNA", f"KT-{9000 + village.desa.number}") if youth else ("", "")
            address = village.cards.address[int(village.first.family[person])]
            sex = "L" if village.people.sex[person] == 1 else "P"
            cells = (
                f"PSKS-{part}", written.nik[i], written.name[i], _form_day(written.birth[i]), sex, *body, "",
                written.kk[i], f"KARANG TARUNA {desa}" if youth else "", address, day,
            )  # fmt: skip
            yield Row(cells, person, entries.months[i], written.kinds[i])

    def _bodies(self, scene: VillageScene, village: Village) -> Iterator[Row]:
        """Institutions that name nobody; some have no number."""
        day, desa = _day(village, self._shop), village.desa.name.upper()
        for part, kind, name, share in BODIES:
            if scene.random.random() < share:
                number = f"{kind}-9{village.desa.number:03d}" if village.desa.number % 3 else ""
                yield Row(
                    (f"PSKS-{part}", "", f"{name} {desa}", "", "", kind, number, "", "", "", "", day), 0
                )


ISSUERS: dict[str, Issuer] = {"pmks": PmksList, "psks": PsksList}
