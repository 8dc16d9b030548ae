"""BDT 2015: the poorest four families in ten as of then, a row a member with the household's columns repeated.

Layout: the export of 101 columns (single source); a text file a kecamatan, `;`. Codes alternate as on the form.
"""

from datetime import date

import numpy as np

from hub.simulator.areas import stable_random
from hub.simulator.enrolment import Lists
from hub.simulator.numbers import BoolArray, IntArray, days
from hub.simulator.plan import words
from hub.simulator.register_rows import (
    Column,
    bps_parts,
    household_numbers,
    numbered,
    row_lines,
    written_by_clerk,
    yes_no,
)
from hub.simulator.sink import joined
from hub.simulator.village import Village
from hub.simulator.welfare import Homes, homes_of, lives_of, surveyed
from hub.simulator.workshop import Workshop

NAME = "bdt2015"
SURVEY = days(date(2015, 10, 1))
POOREST, NO_NIK = 40, 0.05
COLUMNS = words(
    "ruta_6|ID rumah tangga|Provinsi|Kode Provinsi|Kab/Kota|Kode Kab/Kota|Kecamatan|Kode Kecamatan|"
    "Desa/Kelurahan|Kode Desa/Kelurahan|Nama SLS|Alamat|Nama KRT|Jumlah ART|Jumlah Keluarga|Status bangunan|"
    "Status lahan|Luas lantai|Lantai terluas|Dinding terluas|Kondisi Dinding|Atap Terluas|Kondisi Atap|"
    "Jumlah kamar tidur|Sumber air minum|Cara memperoleh air minum|Sumber penerangan utama|Daya terpasang|"
    "Bahan bakar memasak|Fasilitas BAB|Jenis kloset|Tempat buang tinja|Kepemilikan tabung gas 5,5kg|"
    "Kepemilikan lemari es|Kepemilikan ac|Kepemilikan pemanas air|Kepemilikan telepon rumah|"
    "Kepemilikan televisi|Kepemilikan emas dan tabungan|Kepemilikan laptop/komputer|Kepemilikan sepeda|"
    "Kepemilikan sepeda motor|Kepemilikan mobil|Kepemilikan perahu|Kepemilikan motor tempel|"
    "Kepemilikan perahu motor|Kepemilikan kapal|Nomor HP  yang aktif|Jumlah ruangan rumah yang ditempati|"
    "Kepemilikan aset tidak bergerak|Luas aset tidak bergerak|Kepemilikan rumah di tempat lain|"
    "Jumlah sapi yang dimiliki|Jumlah kerbau yang dimiliki|Jumlah kuda yang dimiliki|"
    "Jumlah babi yang dimiliki|Jumlah kambing/domba yang dimiliki|Status ART yang memiliki usaha|Status KKS|"
    "Status KIP|Status KIS|Status BPJS  mandiri|Status Jamsostek|Status asuransi kesehatan lainnya|"
    "Status PKH|Status Rastra|Status KUR|No Urut ART Wanita Usia Subur|Usia Suami|Usia Istri|Kepesertaan KB|"
    "Metode Kontrasepsi|Lama menggunakan kontrasepsi (tahun)|Lama menggunakan kontrasepsi (bulan)|"
    "Tempat pelayanan KB|Status ingin punya anak lagi|Alasan utama tidak ber KB|percentile|Nomor urut ART|"
    "Nama ART|NIK|HubKRT|Nomor urut keluarga|Hubungan dengan kepala keluarga|jenis kelamin|"
    "Umur anggota rumah tangga (tahun)|Status perkawinan|Kepemilikan akta/buku nikah|Tercantum di dalam KK|"
    "Kepemilikan kartu identitas|Status kehamilan|Jenis cacat|Penyakit kronis|Partisipasi sekolah|"
    "Pendidikan tertinggi|Kelas tertinggi|Ijazah tertinggi|Bekerja seminggu yg lalu|Jumlah jam kerja|"
    "Lapangan usaha|Status dalam pekerjaan"
)

#: Codes of Regsosek 2022.K as BDT 2015 writes them, by question; 0 where nothing fits.
FLOOR, ROOF = (0, 1, 2, 3, 4, 5, 6, 7, 9, 10), (0, 1, 4, 6, 5, 7, 8, 9, 10)
WATER, LIGHT = (0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12), (0, 1, 1, 2, 3)
FUEL = (0, 1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 8, 9)
TOILET, CLOSET, DISPOSAL = (0, 1, 2, 3, 3, 1, 4), (0, 1, 2, 2, 3), (0, 1, 2, 4, 3, 5, 6)
#: Columns of goods with their number in question 502 and the code of a yes.
GOODS = (
    ("Kepemilikan tabung gas 5,5kg", 0, 1), ("Kepemilikan lemari es", 1, 3), ("Kepemilikan ac", 2, 1),
    ("Kepemilikan pemanas air", 3, 3), ("Kepemilikan telepon rumah", 4, 1), ("Kepemilikan televisi", 5, 3),
    ("Kepemilikan emas dan tabungan", 6, 1), ("Kepemilikan laptop/komputer", 7, 3), ("Kepemilikan sepeda", 9, 1),
    ("Kepemilikan sepeda motor", 8, 3), ("Kepemilikan mobil", 10, 1), ("Kepemilikan perahu", 11, 3),
)  # fmt: skip
#: Cards and programs with the code of a yes and the share of the poor who have them.
PROGRAMS = (
    ("Status KKS", 1, 0.5), ("Status KIP", 3, 0.3), ("Status KIS", 1, 0.6), ("Status BPJS  mandiri", 3, 0.08),
    ("Status Jamsostek", 1, 0.03), ("Status asuransi kesehatan lainnya", 3, 0.01), ("Status PKH", 1, 0.25),
    ("Status Rastra", 3, 0.7), ("Status KUR", 1, 0.02),
)  # fmt: skip


class BdtList:
    """The members of one kecamatan's poor households."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        head = (";".join(COLUMNS) + "\n").encode()
        self._sink = shop.text(NAME, 1, f"bdt2015_{shop.kecamatan.file_code}.csv", head=head)

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        del lists
        shop, homes = self._shop, homes_of(village, self._shop.plan.seed)
        found = surveyed(village, SURVEY)
        people = found[homes.percentile[village.first.family[found]] <= POOREST]
        if not len(people):
            return
        written = written_by_clerk(shop, NAME, village, people)
        random = stable_random("bdt2015", shop.plan.seed, village.desa.code)
        blank = (random.random(len(people)) < NO_NIK).tolist()
        nik = ["" if none else each for none, each in zip(blank, written.nik, strict=True)]
        given: dict[str, Column] = {
            **_places(village, homes, people),
            **house_columns(homes, village.first.family[people]),
            **_members(village, homes, people, shop.plan.seed),
            **_programs(random, homes, village.first.family[people]),
            "Nama ART": written.name,
            "NIK": nik,
        }
        numbers = [village.number(person) for person in people.tolist()]
        self._sink.add(row_lines(COLUMNS, given), numbers, joined(written.kinds))


def _places(village: Village, homes: Homes, people: IntArray) -> dict[str, Column]:
    family, count = village.first.family[people], len(people)
    parts = bps_parts(village)
    return {
        "ID rumah tangga": household_numbers(village, homes.ruta[family]),
        "Kode Provinsi": [parts[0]] * count,
        "Kode Kab/Kota": [parts[1]] * count,
        "Kode Kecamatan": [parts[2]] * count,
        "Kode Desa/Kelurahan": [parts[3]] * count,
        "Desa/Kelurahan": [village.desa.name.upper()] * count,
        "Alamat": [village.cards.address[i] for i in family.tolist()],
    }


def house_columns(homes: Homes, family: IntArray) -> dict[str, Column]:
    """The household's housing and goods in the codes of BDT 2015, under the names of its export."""
    told = {name: values[family] for name, values in homes.answers.items()}
    power = np.where(told["light"] == 1, told["power"], np.where(told["light"] == 2, 6, 0))
    found: dict[str, Column] = {
        "Status bangunan": told["tenure"],
        "Luas lantai": homes.floor_area[family],
        "Lantai terluas": np.array(FLOOR)[told["floor"]],
        "Dinding terluas": told["wall"],
        "Atap Terluas": np.array(ROOF)[told["roof"]],
        "Sumber air minum": np.array(WATER)[told["water"]],
        "Sumber penerangan utama": np.array(LIGHT)[told["light"]],
        "Daya terpasang": power,
        "Bahan bakar memasak": np.array(FUEL)[told["fuel"]],
        "Fasilitas BAB": np.array(TOILET)[told["toilet"]],
        "Jenis kloset": np.where(told["toilet"] == 6, 0, np.array(CLOSET)[told["closet"]]),
        "Tempat buang tinja": np.array(DISPOSAL)[told["disposal"]],
        "percentile": homes.percentile[family],
    }
    return {**found, **{name: yes_no(homes.goods[family, at], code) for name, at, code in GOODS}}


def heads(homes: Homes, family: IntArray) -> tuple[IntArray, BoolArray]:
    """The number of each member in the household, and who belongs to its first family; people in family order."""
    ruta = homes.ruta[family]
    start = np.searchsorted(ruta, ruta)
    return np.arange(len(ruta)) - start + 1, family == family[start]


def _members(village: Village, homes: Homes, people: IntArray, seed: int) -> dict[str, Column]:
    family, lives = village.first.family[people], lives_of(village, seed, SURVEY)
    number, first_family = heads(homes, family)
    relation = lives.relation[people]
    works = lives.works[people]
    return {
        "Nomor urut ART": number,
        "HubKRT": np.where(first_family, relation, 8),
        "Nomor urut keluarga": np.where(first_family, 1, 2),
        "Hubungan dengan kepala keluarga": relation,
        "jenis kelamin": village.people.sex[people],
        "Umur anggota rumah tangga (tahun)": (SURVEY - village.people.birth[people]) // 365,
        "Status perkawinan": village.people.married[people],
        "Bekerja seminggu yg lalu": works,
        "Jumlah ART": numbered(homes.ruta[family]),
    }


def _programs(random: np.random.Generator, homes: Homes, family: IntArray) -> dict[str, Column]:
    luck = random.random((int(homes.ruta.max()) + 1, len(PROGRAMS)))
    return {
        name: yes_no(luck[homes.ruta[family], at] < share, code)
        for at, (name, code, share) in enumerate(PROGRAMS)
    }


ISSUERS = {NAME: BdtList}
