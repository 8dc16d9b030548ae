"""Lists of programs that are over, written once: Rastra 2016-2017, BST 2020-2021, PKH resertification 2018.

Layouts: `bst_bpnt_distribution` and `pkh_resertifikasi` (single source each); the form of Rastra is inference.
"""

from hub.simulator.enrolment import Entries, Lists
from hub.simulator.forms import FormFile, address, desk, kabupaten, listed, register_number
from hub.simulator.numbers import years
from hub.simulator.payrolls import BPNT_HEADS, area_texts
from hub.simulator.plan import words
from hub.simulator.village import Village
from hub.simulator.workshop import Workshop

RASTRA_HEADS = words("PERIODE|NO KK|NIK|NAMA|ALAMAT|DESA|KECAMATAN|KABUPATEN|JUMLAH KG|HARGA TEBUS")
RASTRA_SHARE, RASTRA_YEARS = 0.19, (2016, 2017)
BST_SHARE, BST_STAGES = 0.08, ("TAHAP 1 TAHUN 2020", "TAHAP 4 TAHUN 2020", "TAHAP 3 TAHUN 2021")
CERTIFIED_HEADS = words(
    "nopeserta|namaart|nik|nokk|hub_krt|jnskel_kd|tgl_lhr|tahunkepesertaan|nmpengurus|nmpendamping|kdprop|kdkabu|kdkeca"
)
CERTIFIED_YEAR = 2018
#: Relation on a family card to the household relation of the survey.
_RELATIONS = {1: "1", 2: "2", 3: "2", 4: "3", 5: "4", 6: "5", 7: "6", 8: "6", 10: "7"}


class Rastra:
    """Rice by year: fifteen kilograms a month at Rp1,600 (inference)."""

    def __init__(self, shop: Workshop) -> None:
        code = shop.kecamatan.file_code
        self._shop = shop
        self._files = [
            (year, FormFile(shop, "rastra", RASTRA_HEADS, {1: f"rastra_{code}_{year}.csv"}))
            for year in RASTRA_YEARS
        ]

    def add(self, village: Village, _lists: Lists) -> None:
        """The rows of one desa: the same families in both years."""
        at = desk(self._shop, village, "rastra")
        entries = listed(at.holders(RASTRA_SHARE, from_age=29), 1)
        written = at.write(entries)
        for year, file in self._files:

            def cells(i: int, _: int, year: int = year) -> tuple[str, ...]:
                desa, district, _odd = area_texts(village, written.area[i])
                street = address(village, entries.people[i])[0]
                who = (written.kk[i], written.nik[i], written.name[i], street)
                return (f"TAHUN {year}", *who, desa, district, kabupaten(village)[1], "180", "288000")

            file.add(village, entries, written, cells)


class Bst:
    """Cash of the pandemic, by stage, for families whom neither PKH nor Sembako serves."""

    def __init__(self, shop: Workshop) -> None:
        code = shop.kecamatan.file_code
        self._shop = shop
        self._files = [
            (
                stage,
                FormFile(
                    shop, "bst", BPNT_HEADS, {1: f"bst_{code}_{stage.replace(' ', '_').lower()}.csv"}, ","
                ),
            )
            for stage in BST_STAGES
        ]

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa; one family in fifty came twice in one stage, under two NIK of the home."""
        at = desk(self._shop, village, "bst")
        served = [*lists.pkh.people, *lists.bpnt.people]
        entries = listed(at.holders(BST_SHARE, served, from_age=25), 1)
        written = at.write(entries)
        for stage, file in self._files:

            def cells(i: int, _: int, stage: str = stage) -> tuple[str, ...]:
                person = entries.people[i]
                desa, district, _odd = area_texts(village, written.area[i])
                who = (
                    written.name[i],
                    written.nik[i],
                    stage,
                    "BST",
                    register_number(village, person),
                    written.kk[i],
                )
                return (*who, *kabupaten(village), district, desa, address(village, person)[0])

            file.add(village, entries, written, cells)


class Certified:
    """Members of PKH families of today who were members then."""

    def __init__(self, shop: Workshop) -> None:
        name = f"pkh_resertifikasi_{shop.kecamatan.file_code}_{CERTIFIED_YEAR}.csv"
        self._shop, self._file = shop, FormFile(shop, "pkh_resertifikasi", CERTIFIED_HEADS, {1: name}, ",")

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        at, people = desk(self._shop, village, "pkh_resertifikasi"), village.people
        born = years(people.birth)
        wanted = sorted({person for person in lists.pkh.people if born[person] < CERTIFIED_YEAR})
        entries: Entries = listed(wanted, 1)
        written = at.write(entries)
        province, number, district = village.kecamatan.code.split(".")

        def cells(i: int, _: int) -> tuple[str, ...]:
            person = entries.people[i]
            home = int(village.first.family[person])
            return (
                f"{province}{number}{district}{village.desa.number % 1000:03d}{home % 10_000:04d}",
                written.name[i],
                written.nik[i],
                written.kk[i],
                _RELATIONS.get(int(village.first.relation[person]), "8"),
                str(int(people.sex[person])),
                written.birth[i],
                str((2012, 2014, 2016)[home % 3]),
                written.name[i],
                "",
                province,
                number,
                district,
            )

        self._file.add(village, entries, written, cells)


ISSUERS = {"rastra": Rastra, "bst": Bst, "pkh_resertifikasi": Certified}
