"""DTSEN: families and members of the whole population, a file a kecamatan and quarter.

Layout: 43 and 40 columns (three development repositories that agree). A month 2 in the same quarter brings no new
edition. It is matched with the population register, so that it has no clerk's faults: what it does have is files
whose NIK went through a number column of a spreadsheet.
"""

from datetime import date

import numpy as np

from hub.simulator.areas import stable_random
from hub.simulator.defects import file_damage
from hub.simulator.enrolment import Lists
from hub.simulator.numbers import IntArray, days, iso_dates, texts
from hub.simulator.payrolls import Block, scientific
from hub.simulator.plan import words
from hub.simulator.register_rows import Column, bps_parts, row_lines, yes_no
from hub.simulator.sink import TextSink
from hub.simulator.village import Register, Village
from hub.simulator.welfare import Homes, homes_of, lives_of
from hub.simulator.workshop import Workshop

FAMILIES, MEMBERS = "dtsen_families", "dtsen_members"
DAMAGED_PER_PERSONS = 100
FAMILY_COLUMNS = words(
    "nomor_kartu_keluarga|kode_provinsi|kode_kabupaten_kota|kode_kecamatan|kode_kelurahan_desa|alamat|"
    "jumlah_anggota_keluarga|id_status_keberadaan_keluarga|id_status_penguasaan_bangunan|id_lantai_terluas|"
    "luas_lantai_bangunan|id_dinding_terluas|id_atap_terluas|id_sumber_airminum|id_sumberpenerangan|"
    "id_dayapenerangan|id_bb_utama|id_fasilitas_bab|id_jenis_kloset|id_pembuangan_tinja|"
    "aset_bergerak_tabung_gas|aset_bergerak_lemari_es|aset_bergerak_ac|aset_bergerak_pemanas_air|"
    "aset_bergerak_telepon_rumah|aset_bergerak_tv_datar|aset_bergerak_emas_perhiasan|"
    "aset_bergerak_komputer_laptop_tablet|aset_bergerak_sepeda_motor|aset_bergerak_sepeda|"
    "aset_bergerak_mobil|aset_bergerak_perahu|aset_bergerak_kapal_perahu_motor|aset_bergerak_smartphone|"
    "lahan_tempat_lain|rumah_tempat_lain|jml_sapi|jml_kerbau|jml_kuda|jml_babi|jml_kambing_domba|"
    "desil_nasional|cut_off_keluarga"
)
MEMBER_COLUMNS = words(
    "nomor_kartu_keluarga|nomor_induk_kependudukan|nama_anggota_keluarga|tempat_lahir|tanggal_lahir|"
    "id_jenis_kelamin|id_hub_kepala_keluarga|id_status_perkawinan|id_partisipasi_sekolah|"
    "id_jenjang_pendidikan_dukcapil|membantu_bekerja|id_lapangan_usaha_dari_usaha_utama|"
    "id_status_kedudukan_pekerjaan_utama|id_pekerjaan_utama|id_omset_usaha_utama|id_kepemilikan_izin_usaha|"
    "jumlah_pekerja_dibayar|jumlah_pekerja_tidak_dibayar|id_disabilitas|id_kondisi_gizi|id_penglihatan|"
    "id_pendengaran|id_berjalan_atau_naik_tangga|id_menggunakan_tangan_jari|id_belajar_kemampuan_intelektual|"
    "id_pengendalian_perilaku|id_berbicara_komunikasi|id_mengurus_diri|id_mengingat_berkonsentrasi|"
    "id_kesedihan_depresi|id_penyakit_menahun|pbi_nas|bansos|kemiskinan_ekstrem|status_dtsen|desil_nasional|"
    "kode_provinsi|kode_kabupaten_kota|kode_kecamatan|kode_kelurahan_desa"
)

#: Codes of Regsosek 2022.K as DTSEN writes them: bamboo and shingle swapped; who does not cook is 0 there.
ROOF = (0, 1, 2, 3, 4, 6, 5, 7, 8)
NOT_COOKING = 12
_SHARED = ("kode_provinsi", "kode_kabupaten_kota", "kode_kecamatan", "kode_kelurahan_desa")


def quarter_code(day: date) -> str:
    """The quarter of a day as file names bear it: `2026Q4`."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def _editions(shop: Workshop, source: str, word: str, columns: tuple[str, ...]) -> dict[int, TextSink]:
    """A file for each month that begins a new quarter."""
    sinks, seen = dict[int, TextSink](), set[str]()
    for month in range(1, shop.plan.months + 1):
        code = quarter_code(shop.plan.extract_date(month))
        if code not in seen:
            seen.add(code)
            name = f"dtsen_{word}_{shop.kecamatan.file_code}_{code}.csv"
            sinks[month] = shop.text(source, month, name, head=(";".join(columns) + "\n").encode())
    return sinks


def _ranked(village: Village, register: Register) -> IntArray:
    """The living whom the register lists here."""
    here = np.array([area == village.desa.code for area in village.cards.area])
    found: IntArray = np.flatnonzero(register.listed & register.alive & here[register.family])
    return found[np.argsort(register.family[found], kind="stable")]


def _places(village: Village, count: int) -> dict[str, Column]:
    return {name: [part] * count for name, part in zip(_SHARED, bps_parts(village), strict=True)}


class FamilyList:
    """The families of one kecamatan."""

    def __init__(self, shop: Workshop) -> None:
        self._shop, self._sinks = shop, _editions(shop, FAMILIES, "keluarga", FAMILY_COLUMNS)

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        del lists
        homes = homes_of(village, self._shop.plan.seed)
        for month, sink in self._sinks.items():
            register = village.register(month)
            people = _ranked(village, register)
            if not len(people):
                continue
            family = register.family[people]
            cards, first, size = np.unique(family, return_index=True, return_counts=True)
            given = _family(village, homes, cards) | {"jumlah_anggota_keluarga": size}
            heads = people[first].tolist()
            numbers = [village.number(person) for person in heads]
            sink.add(row_lines(FAMILY_COLUMNS, given), numbers, [""] * len(heads))


def _family(village: Village, homes: Homes, cards: IntArray) -> dict[str, Column]:
    told = {name: values[cards] for name, values in homes.answers.items()}
    fuel = ["0" if code == NOT_COOKING else str(code) for code in told["fuel"].tolist()]
    goods = [name for name in FAMILY_COLUMNS if name.startswith("aset_bergerak_")]
    return {
        **_places(village, len(cards)),
        **{name: yes_no(homes.goods[cards, at]) for at, name in enumerate(goods)},
        "nomor_kartu_keluarga": [str(village.cards.number[card]) for card in cards.tolist()],
        "alamat": [village.cards.address[card] for card in cards.tolist()],
        "id_status_penguasaan_bangunan": told["tenure"],
        "id_lantai_terluas": told["floor"],
        "luas_lantai_bangunan": homes.floor_area[cards],
        "id_dinding_terluas": told["wall"],
        "id_atap_terluas": np.array(ROOF)[told["roof"]],
        "id_sumber_airminum": told["water"],
        "id_sumberpenerangan": told["light"],
        "id_dayapenerangan": np.where(told["light"] == 1, told["power"], 0),
        "id_bb_utama": fuel,
        "id_fasilitas_bab": told["toilet"],
        "id_jenis_kloset": np.where(told["toilet"] == 6, 0, told["closet"]),
        "id_pembuangan_tinja": told["disposal"],
        "desil_nasional": homes.desil[cards],
    }


class MemberList:
    """The members of one kecamatan's families."""

    def __init__(self, shop: Workshop) -> None:
        self._shop, self._sinks = shop, _editions(shop, MEMBERS, "anggota", MEMBER_COLUMNS)
        persons = sum(desa.persons for desa in shop.kecamatan.desa)
        damage = file_damage(shop.plan, MEMBERS, shop.kecamatan.position, len(shop.area.kecamatan))
        left = max(3, persons // DAMAGED_PER_PERSONS)
        self._blocks = {month: Block(damage, left) for month in self._sinks}

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        del lists
        homes = homes_of(village, self._shop.plan.seed)
        for month, sink in self._sinks.items():
            people = _ranked(village, village.register(month))
            if not len(people):
                continue
            day = days(self._shop.plan.extract_date(month))
            nik, kinds = _damaged(texts(village.people.nik[people]), self._blocks[month])
            given = _member(village, homes, (people, month, day), self._shop.plan.seed) | {
                "nomor_induk_kependudukan": nik
            }
            numbers = [village.number(person) for person in people.tolist()]
            sink.add(row_lines(MEMBER_COLUMNS, given), numbers, kinds)


def _damaged(nik: list[str], block: Block) -> tuple[list[str], list[str]]:
    """NIK as a damaged file shows them, and the kinds of the rows."""
    shown, kinds = [], []
    for each in nik:
        manner = block.take(each)
        broken = {"scientific": scientific(each), "number": f"{each[:15]}0"}.get(manner, each)
        shown.append(broken)
        kinds.append("excel_damage" if manner else "")
    return shown, kinds


def _member(village: Village, homes: Homes, when: tuple[IntArray, int, int], seed: int) -> dict[str, Column]:
    people, month, day = when
    mine, register, lives = village.people, village.register(month), lives_of(village, seed, day)
    family = register.family[people]
    random = stable_random(MEMBERS, seed, village.desa.code)
    insured = random.random(len(mine))[people] < np.where(homes.desil[family] <= 5, 0.6, 0.1)
    return {
        **_places(village, len(people)),
        "nomor_kartu_keluarga": [str(village.cards.number[card]) for card in family.tolist()],
        "nama_anggota_keluarga": [mine.name[person] for person in people.tolist()],
        "tanggal_lahir": iso_dates(mine.birth[people]),
        "id_jenis_kelamin": mine.sex[people],
        "id_hub_kepala_keluarga": lives.relation[people],
        "id_status_perkawinan": mine.married[people],
        "id_partisipasi_sekolah": lives.school[people],
        "id_jenjang_pendidikan_dukcapil": mine.schooling[people],
        "membantu_bekerja": lives.works[people],
        "id_lapangan_usaha_dari_usaha_utama": lives.industry[people],
        "id_status_kedudukan_pekerjaan_utama": lives.status[people],
        "id_omset_usaha_utama": lives.turnover[people],
        "id_kepemilikan_izin_usaha": lives.licence[people],
        "id_disabilitas": yes_no(mine.disability[people] < 7),
        "id_kondisi_gizi": lives.nutrition[people],
        "id_penyakit_menahun": lives.illness[people],
        "pbi_nas": yes_no(insured),
        "desil_nasional": homes.desil[family],
    }


ISSUERS = {FAMILIES: FamilyList, MEMBERS: MemberList}
