"""Lists that speak against a benefit: civil servants, companies, wages, village officials, meters, vehicles.

Forms are the hub's documented minimum (inference). Shares follow published figures, scaled: KPK and the ministry
found 23,853 ASN and 13,369 owners of companies among some twenty million recipients (2023); BPK counts wages above
the minimum with 5.65 million of DTKS (2024). Owners of companies hold the known false positives: low-wage staff
whom their employer put down as director (kind `flag_wrong`).
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np

from hub.simulator.defects import Clerk
from hub.simulator.enrolment import Entries, Lists
from hub.simulator.lists import Issuer
from hub.simulator.numbers import IntArray, iso_dates
from hub.simulator.plan import INDONESIAN_MONTHS
from hub.simulator.roster import Roster, Row, grown_ups, some, turned_over
from hub.simulator.spelling import respell
from hub.simulator.village import Village, VillageScene
from hub.simulator.workshop import Workshop

SERVANTS, RETIRED, STAFF = (5, 6, 7), (4,), (12, 13, 14, 15, 16)
ASN_AMONG_RECIPIENTS, DIRECTORS_AMONG_RECIPIENTS = 23_853 / 20_000_000, 13_369 / 20_000_000
AGENCIES = {5: "PEMERINTAH KAB. JEPARA", 6: "TNI AD", 7: "POLRI", 4: "PEMERINTAH KAB. JEPARA"}
FIRMS = (
    "MEBEL JATI SENTOSA",
    "UKIR LESTARI",
    "TENUN TROSO MAJU",
    "CAHAYA GARMEN",
    "SAMUDRA IKAN",
    "BUMI MURIA",
)
OFFICES = (
    "KEPALA DESA",
    "SEKRETARIS DESA",
    "KAUR KEUANGAN",
    "KAUR UMUM",
    "KASI PELAYANAN",
    "KADUS",
    "KADUS",
    "MODIN",
)
CARS = (
    ("MINIBUS", "TOYOTA"),
    ("MINIBUS", "DAIHATSU"),
    ("PICK UP", "SUZUKI"),
    ("SEDAN", "HONDA"),
    ("TRUK", "ISUZU"),
)
SHARED = "NIK;NAMA;TGL LAHIR;NO KK"
Made = Iterator[tuple[int, int, list[str], tuple[str, ...]]]
Draw = Callable[[VillageScene, Village, Lists], Made]


class MatchedList:
    """A register's answer about the persons of a kecamatan: numbers are right, a few names are spelt otherwise.

    Args:
        shop: The kecamatan.
        source: Name of the source.
        own: Its own columns, after the shared ones and the day.
        draw: Yields person, months, kinds and own cells.
    """

    def __init__(self, shop: Workshop, source: str, own: str, draw: Draw) -> None:
        code = shop.kecamatan.file_code
        self._draw = draw
        self._roster = Roster(shop, source, f"{SHARED};TANGGAL DATA;{own}", lambda _: f"{source}_{code}.csv")
        self._days = {month: _data_day(shop, month) for month in (1, 2)}

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        scene = self._roster.scene(village)
        self._roster.write(village, self._rows(scene, village, lists))

    def _rows(self, scene: VillageScene, village: Village, lists: Lists) -> Iterator[Row]:
        for person, months, kinds, own in self._draw(scene, village, lists):
            shared, odd = _person_cells(scene, village, person)
            day = self._days[2 if months == 2 else 1]
            yield Row((*shared, day, *own), person, months, [*kinds, *odd])


def _data_day(shop: Workshop, month: int) -> str:
    """The day the owner's data speak of: some weeks before the extract."""
    return (shop.plan.extract_date(month) - timedelta(days=20)).isoformat()


def _person_cells(scene: VillageScene, village: Village, person: int) -> tuple[tuple[str, ...], list[str]]:
    people = village.people
    name, odd = people.name[person], list[str]()
    if scene.random.random() < 0.04:
        name, odd = respell(name, scene.random), ["name_variant"]
    birth = iso_dates(people.birth[[person]])[0]
    kk = str(village.cards.number[int(village.first.family[person])])
    return (str(people.nik[person]), name, birth, kk), odd


def _recipients(village: Village, lists: Lists) -> IntArray:
    """Living grown-up residents whom a program serves."""
    served = np.array([*lists.pkh.people, *lists.bpnt.people, *lists.blt_dd.people], np.int64)
    found: IntArray = np.intersect1d(grown_ups(village), served)
    return found


def _servants(scene: VillageScene, village: Village, lists: Lists) -> Made:
    random, work = scene.random, village.people.work
    pool = grown_ups(village)
    found = set(some(random, pool[np.isin(work[pool], SERVANTS)], 0.97))
    found |= set(some(random, pool[np.isin(work[pool], RETIRED)], 0.5))
    found |= set(some(random, _recipients(village, lists), ASN_AMONG_RECIPIENTS, int(scene.desa.hard)))
    for person in sorted(found):
        kind = int(work[person])
        state = "PENSIUN" if kind in RETIRED else "AKTIF"
        yield person, turned_over(random), [], (AGENCIES.get(kind, AGENCIES[5]), "", state)


def _owners(scene: VillageScene, village: Village, lists: Lists) -> Made:
    random, pool = scene.random, grown_ups(village, 21)
    wrong = set(some(random, _recipients(village, lists), DIRECTORS_AMONG_RECIPIENTS, int(scene.desa.hard)))
    own = set(some(random, pool[village.people.work[pool] == 88], 0.03)) - wrong
    for person in sorted(own | wrong):
        firm = FIRMS[int(random.integers(0, len(FIRMS)))]
        form = ("PT", "CV", "PT PERORANGAN")[int(random.integers(0, 3))]
        number = f"AHU-9{int(random.integers(0, 1_000_000)):06d}"
        kinds = ["flag_wrong"] if person in wrong else []
        yield person, turned_over(random), kinds, (firm, form, "DIREKTUR", number)


def _customers(scene: VillageScene, village: Village, _: Lists) -> Made:
    """One meter a family, of a third of the families; the well-off draw more power."""
    random, pool = scene.random, grown_ups(village)
    heads = pool[village.first.relation[pool] == 1]
    scores = np.array(village.cards.score)[village.first.family[heads]] + random.normal(0, 0.5, len(heads))
    score = dict(zip(heads.tolist(), scores.tolist(), strict=True))
    for person in some(random, heads, 0.35, int(scene.desa.hard)):
        level = sum(score[person] > each for each in (-0.8, 0.2, 0.8, 1.8))
        power, tariff = (("450", "R1"), ("900", "R1"), ("900", "R1M"), ("1300", "R1"), ("2200", "R1"))[level]
        number = f"99{village.number(person) % 10_000_000_000:010d}"
        yield person, turned_over(random), [], (number, power, tariff)


def _drivers(scene: VillageScene, village: Village, lists: Lists) -> Made:
    random, pool = scene.random, grown_ups(village, 20)
    heads = pool[village.first.relation[pool] == 1]
    rich = heads[np.array(village.cards.score)[village.first.family[heads]] > 0.6]
    cars = set(some(random, rich, 0.15)) | set(
        some(random, _recipients(village, lists), 0.002, int(scene.desa.hard))
    )
    for person in sorted(cars | set(some(random, heads, 0.1))):
        kind, brand = (
            CARS[int(random.integers(0, len(CARS)))] if person in cars else ("SEPEDA MOTOR", "HONDA")
        )
        plate = f"K {9000 + person % 1000} {chr(65 + village.desa.number % 26)}Z"
        yield person, turned_over(random), [], (plate, kind, brand, str(int(random.integers(2005, 2026))))


class WageList:
    """Wages by month; the same staff in each, with some who come and go."""

    def __init__(self, shop: Workshop) -> None:
        code, plan = shop.kecamatan.file_code, shop.plan
        head = f"{SHARED};NPP;NAMA PERUSAHAAN;UPAH;BULAN"
        self._roster = Roster(
            shop, "bpjs_wages", head, lambda month: f"bpjs_wages_{code}_{plan.extract_date(month):%Y%m}.csv"
        )
        days = {month: plan.extract_date(month) for month in self._roster.months}
        self._labels = {
            month: f"{INDONESIAN_MONTHS[day.month - 1]} {day.year}" for month, day in days.items()
        }

    def add(self, village: Village, lists: Lists) -> None:  # noqa: ARG002 - asked of every list
        """The rows of one desa."""
        scene = self._roster.scene(village)
        self._roster.write(village, self._rows(scene, village))

    def _rows(self, scene: VillageScene, village: Village) -> Iterator[Row]:
        random, pool = scene.random, grown_ups(village)
        staff = pool[np.isin(village.people.work[pool], STAFF)]
        for person in some(random, staff, 0.35, int(scene.desa.hard)):
            cells, odd = _person_cells(scene, village, person)
            firm, months = int(random.integers(0, len(FIRMS))), turned_over(random)
            wage = round(float(np.clip(random.normal(2_700_000, 700_000), 900_000, 9_000_000)), -4)
            for month, label in self._labels.items():
                stated = (f"JP9{firm:05d}", FIRMS[firm], f"{wage:.0f}", label)
                yield Row((*cells, *stated), person, months & month, odd)


class OfficialList:
    """The officials of each desa as a clerk of the kabupaten wrote them down, faults and all."""

    def __init__(self, shop: Workshop) -> None:
        code = shop.kecamatan.file_code
        head = f"{SHARED};TANGGAL DATA;KODE DESA;JABATAN;NOMOR SK"
        self._roster = Roster(shop, "village_officials", head, lambda _: f"village_officials_{code}.csv")
        self._day = _data_day(shop, 1)

    def add(self, village: Village, lists: Lists) -> None:  # noqa: ARG002 - asked of every list
        """The rows of one desa."""
        scene = self._roster.scene(village)
        pool, work = grown_ups(village, 25), village.people.work
        known = some(scene.random, pool[work[pool] == 85], 1.0)
        others = some(scene.random, pool[work[pool] != 85], 0.0, max(1, min(6, len(pool) // 150)))
        entries = Entries()
        for person in [*known, *others][: len(OFFICES)]:
            entries.add(person, 3)
        written = Clerk(scene, village).write(entries)
        code, day = village.desa.code.replace(".", ""), self._day
        rows = (
            Row(
                (
                    written.nik[i],
                    written.name[i],
                    written.birth[i],
                    written.kk[i],
                    day,
                    code,
                    OFFICES[i],
                    f"141/{i}/2024",
                ),
                person,
                3,
                written.kinds[i],
            )
            for i, person in enumerate(entries.people)
        )
        self._roster.write(village, rows)


def _matched(source: str, own: str, draw: Draw) -> Issuer:
    return lambda shop: MatchedList(shop, source, own, draw)


ISSUERS: dict[str, Issuer] = {
    "bkn": _matched("bkn", "INSTANSI;JABATAN;STATUS KEPEGAWAIAN", _servants),
    "ahu": _matched("ahu", "NAMA BADAN USAHA;BENTUK;JABATAN;NOMOR AHU", _owners),
    "bpjs_wages": WageList,
    "village_officials": OfficialList,
    "pln": _matched("pln", "ID PELANGGAN;DAYA;TARIF", _customers),
    "vehicles": _matched("vehicles", "NOMOR POLISI;JENIS KENDARAAN;MEREK;TAHUN", _drivers),
}
