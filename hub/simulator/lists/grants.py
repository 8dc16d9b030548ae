"""What groups and houses are given: KUBE, UEP and RTLH, a few in each desa. The three forms are inference.

KUBE: groups of ten with Rp20,000,000; UEP: groups of five women, or one person, with goods; RTLH: houses that the
dinas sosial finds unfit and another agency mends.
"""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from hub.simulator.enrolment import Entries, Lists
from hub.simulator.forms import Desk, FormFile, address, desk, kabupaten, listed
from hub.simulator.payrolls import area_texts
from hub.simulator.plan import words
from hub.simulator.village import Village, ages
from hub.simulator.workshop import Workshop

GROUP_HEADS = words(
    "TAHUN|ID KELOMPOK|NAMA KELOMPOK|JENIS USAHA|NIK|NAMA|NO KK|JABATAN|ALAMAT|DESA|KECAMATAN|KABUPATEN|"
    "JUMLAH ANGGOTA|BENTUK BANTUAN|NOMINAL|JUMLAH|SATUAN"
)
HOUSE_HEADS = words(
    "TAHUN|NIK|NAMA|NO KK|ALAMAT|RT|RW|DESA|KECAMATAN|KABUPATEN|TANGGAL VALIDASI|INSTANSI VALIDASI|"
    "TANGGAL SELESAI|INSTANSI PEMBANGUN|BENTUK BANTUAN|NOMINAL|JUMLAH|SATUAN"
)
TRADES = words("TERNAK KAMBING|WARUNG SEMBAKO|ANYAMAN BAMBU|KONVEKSI|OLAHAN IKAN")
NAMES = words("MEKAR|SEJAHTERA|BERKAH|MAJU BERSAMA|SUMBER REJEKI")
BUILDERS = words("DINAS PERKIM|BAZNAS|TNI (TMMD)|PEMERINTAH DESA")
#: One group a desa for so many persons.
KUBE_PER, UEP_PER, HOUSE_SHARE = 900, 600, 0.006


def cut(people: Sequence[int], sizes: Sequence[int]) -> list[list[int]]:
    """People in groups of the given sizes, as far as they last."""
    groups, at = [], 0
    for size in sizes:
        if at + size > len(people):
            break
        groups.append(list(people[at : at + size]))
        at += size
    return groups


class Groups:
    """A list of members of one program; its year is the one before the first extract, so that it does not change."""

    def __init__(self, shop: Workshop, source: str) -> None:
        self._shop, self._source = shop, source
        self._year = shop.plan.base_date.year - 1
        name = f"{source}_{shop.kecamatan.file_code}_{self._year}.csv"
        self._file = FormFile(shop, source, GROUP_HEADS, {1: name})

    def _groups(self, at: Desk) -> list[list[int]]:
        """The groups of a desa; one in ten has a member too few, which the rule does not allow."""
        people, village = at.village.people, at.village
        age = ages(people, village.today)
        able = village.first.alive & village.first.listed & (age > 20) & (age < 60)
        kube = self._source == "kube"
        pool = np.flatnonzero(able if kube else able & (people.sex == 2))
        rank = np.array([village.cards.score[int(village.first.family[person])] for person in pool])
        pool = pool[np.argsort(rank + at.random.normal(0, 0.3, len(pool)), kind="stable")]
        wanted = int(at.random.poisson(village.desa.persons / (KUBE_PER if kube else UEP_PER)))
        whole, few = (10, 9) if kube else (5, 1)
        sizes = [
            few if hit else whole for hit in at.few(range(wanted + village.desa.hard), 0.1 if kube else 0.3)
        ]
        return cut(pool[: len(pool) // 2].tolist(), sizes)

    def add(self, village: Village, _lists: Lists) -> None:
        """The rows of one desa."""
        at = desk(self._shop, village, self._source)
        groups = self._groups(at)
        entries = Entries()
        for number, members in enumerate(groups, 1):
            for place, person in enumerate(members):
                entries.add(person, 1, f"{number}|{place}|{len(members)}")
        written = at.write(entries)

        def cells(i: int, _: int) -> tuple[str, ...]:
            number, place, size = (int(each) for each in entries.part[i].split("|"))
            desa, district, _odd = area_texts(village, written.area[i])
            street = address(village, entries.people[i])[0]
            who = (written.nik[i], written.name[i], written.kk[i])
            home = (street, desa, district, kabupaten(village)[1])
            named = self._named(village, number) if size > 1 else ("", "", TRADES[number % len(TRADES)])
            office = "" if size == 1 else "KETUA" if place == 0 else "ANGGOTA"
            grant = self._grant() if place == 0 else ("", "", "", "")
            return (str(self._year), *named, *who, office, *home, str(size), *grant)

        self._file.add(village, entries, written, cells)

    def _named(self, village: Village, number: int) -> tuple[str, str, str]:
        """Number, name and trade of a group."""
        code = f"{self._source.upper()}-{village.desa.code.replace('.', '')}-{number:02d}"
        trade = TRADES[(village.desa.number + number) % len(TRADES)]
        return code, f"{NAMES[number % len(NAMES)]} {village.desa.name.upper()}", trade

    def _grant(self) -> tuple[str, str, str, str]:
        return ("UANG", "20000000", "", "") if self._source == "kube" else ("BARANG", "", "1", "paket")


class Kube(Groups):
    """The list of KUBE."""

    def __init__(self, shop: Workshop) -> None:
        super().__init__(shop, "kube")


class Uep(Groups):
    """The list of UEP."""

    def __init__(self, shop: Workshop) -> None:
        super().__init__(shop, "uep")


class Houses:
    """The list of unfit houses of the year: more are mended in the second month."""

    def __init__(self, shop: Workshop) -> None:
        self._shop, self._year = shop, shop.plan.base_date.year
        name = f"rtlh_{shop.kecamatan.file_code}_{self._year}.csv"
        self._file = FormFile(shop, "rtlh", HOUSE_HEADS, {1: name, 2: name})

    def add(self, village: Village, _lists: Lists) -> None:
        """The rows of one desa: at least one house."""
        at = desk(self._shop, village, "rtlh")
        homes = at.holders(0.2, from_age=25)
        entries = listed(homes[:: max(1, round(0.2 / HOUSE_SHARE))])
        written, base = at.write(entries), self._shop.plan.base_date
        # Half are mended by the first month, a quarter more by the second.
        luck = at.random.random(len(entries)).tolist()

        def cells(i: int, month: int) -> tuple[str, ...]:
            desa, district, _odd = area_texts(village, written.area[i])
            who = (written.nik[i], written.name[i], written.kk[i], *address(village, entries.people[i]))
            found = base - timedelta(days=100 + int(luck[i] * 90))
            ready = found + timedelta(days=70 if luck[i] < 0.5 else 110)
            built = luck[i] < 0.25 + 0.25 * month
            agency = BUILDERS[(village.desa.number + i) % len(BUILDERS)]
            given = (
                ("UANG", "20000000", "", "")
                if agency == "BAZNAS"
                else ("BARANG", "", "1", "paket bahan bangunan")
            )
            done = (ready.isoformat(), agency, *given) if built else ("", "", "", "", "", "")
            home = (desa, district, kabupaten(village)[1])
            return (str(self._year), *who, *home, found.isoformat(), "DINAS SOSIAL", *done)

        self._file.add(village, entries, written, cells)


ISSUERS = {"kube": Kube, "uep": Uep, "rtlh": Houses}
