"""DTKS: households and persons of the poorest four families in ten, with the copy of the matched Dukcapil record.

Layout: staging tables of 106 and 74 columns (single source); text files a kecamatan, `;`.
"""

from datetime import date

import numpy as np

from hub.simulator.areas import stable_random
from hub.simulator.enrolment import Lists
from hub.simulator.lists.bdt2015 import GOODS as BDT_GOODS
from hub.simulator.lists.bdt2015 import heads, house_columns
from hub.simulator.numbers import IntArray, days, iso_dates
from hub.simulator.plan import words
from hub.simulator.register_rows import Column, bps_parts, household_numbers, row_lines, written_by_clerk
from hub.simulator.sink import joined
from hub.simulator.village import Village
from hub.simulator.welfare import Homes, homes_of, lives_of, surveyed
from hub.simulator.workshop import Workshop

HOUSEHOLDS, PERSONS = "dtks_households", "dtks_persons"
STATED = days(date(2024, 1, 1))
POOREST, UNMATCHED = 40, 0.03
HOUSEHOLD_COLUMNS = words(
    "IDBDT|RUTA6|NoPesertaPBDT|NoPBDTKemsos|Vector1|Vector2|Vector3|Vector4|KDGabungan4|KDPROP|KDKAB|KDKEC|"
    "KDDESA|Alamat|AdaPKH|AdaPBDT|AdaKKS2016|AdaKKS2017|AdaPBI|AdaDapodik|AdaBPNT|NoPesertaPKH|"
    "NoPesertaKKS2016|NoPesertaPBI|PesertaKIP|NoKartuDebit|Nama_SLS|Nama_KRT|Jumlah_ART|Jumlah_Keluarga|"
    "sta_bangunan|sta_lahan|luas_lantai|lantai|dinding|kondisi_dinding|atap|kondisi_atap|jumlah_kamar|"
    "sumber_airminum|nomor_meter_air|cara_peroleh_airminum|sumber_penerangan|daya|nomor_pln|bb_masak|"
    "nomor_gas|fasbab|kloset|buang_tinja|ada_tabung_gas|ada_lemari_es|ada_ac|ada_pemanas|ada_telepon|ada_tv|"
    "ada_emas|ada_laptop|ada_sepeda|ada_motor|ada_mobil|ada_perahu|ada_motor_tempel|ada_perahu_motor|"
    "ada_kapal|aset_tak_bergerak|luas_atb|rumah_lain|jumlah_sapi|jumlah_kerbau|jumlah_kuda|jumlah_babi|"
    "jumlah_kambing|sta_art_usaha|sta_kks|sta_kip|sta_kis|sta_bpjs_mandiri|sta_jamsostek|sta_asuransi|"
    "sta_pkh|sta_rastra|sta_kur|sta_keberadaan_RT|percentile|no_kks|NOKK|kodewilayah|kode_sls|id_periode|"
    "KDPROP_OLD|KDKAB_OLD|KDKEC_OLD|KDDESA_OLD|KDPROP_2017|KDKAB_2017|KDKEC_2017|KDDESA_2017|tgl_pindah|"
    "PERBAIKAN|EXISTING|NONAKTIF|lat|long|flag_sk|status_kesejahteraan"
)
PERSON_COLUMNS = words(
    "IDARTBDT|IDBDT|NoPesertaPKH|NoArtPKH|NoPesertaPBI|NoArtPBI|Nama|JnsKel|TmpLahir|TglLahir|HubKRT|NIK|"
    "NoKK|NUK|Hubkel|Umur|Sta_kawin|Ada_akta_nikah|Ada_diKK|Ada_kartu_identitas|Sta_hamil|Jenis_cacat|"
    "Penyakit_kronis|Partisipasi_sekolah|Pendidikan_tertinggi|Kelas_tertinggi|Ijazah_tertinggi|Sta_Bekerja|"
    "Jumlah_jamkerja|Lapangan_usaha|Status_pekerjaan|Sta_keberadaan_art|Sta_kepesertaan_pbi|Ada_kks|Ada_pbi|"
    "Ada_kip|Ada_pkh|Ada_rastra|namagadis_ibukandung|DUK_NIK|DUK_NO_KK|DUK_NAMA_LGKP|DUK_STAT_HBKEL|"
    "DUK_NO_RW|DUK_NO_RT|DUK_NO_KEL|DUK_ALAMAT|DUK_TMPT_LHR|DUK_TGL_LHR|DUK_JENIS_KLMIN|DUK_STATUS_KAWIN|"
    "DUK_NAMA_LGKP_AYAH|DUK_NAMA_LGKP_IBU|DUK_JENIS_PKRJN|DUK_PDDK_AKH|IDPENGURUS|NOREKENING|MasukKuota|"
    "cek_kks|SEGMEN_BPJS|NOKA_BPJS_OLD|PSNOKA_BPJS_OLD|ADA_PBI_BPJS|flag_nik|flag_cleansing|CEKNIK|"
    "KDWILCAPIL|id_keluarga|KET_PADAN_PBI|dapodik|PIP_dikbud|PIP_menag|ada_bst|proses_bst"
)

#: Columns of the staging table that hold what the BDT export has under another name.
_SAME = {
    "Status bangunan": "sta_bangunan", "Luas lantai": "luas_lantai", "Lantai terluas": "lantai",
    "Dinding terluas": "dinding", "Atap Terluas": "atap", "Sumber air minum": "sumber_airminum",
    "Sumber penerangan utama": "sumber_penerangan", "Daya terpasang": "daya", "Bahan bakar memasak": "bb_masak",
    "Fasilitas BAB": "fasbab", "Jenis kloset": "kloset", "Tempat buang tinja": "buang_tinja",
    "percentile": "percentile",
    **dict(zip([name for name, _, _ in BDT_GOODS], words(
        "ada_tabung_gas|ada_lemari_es|ada_ac|ada_pemanas|ada_telepon|ada_tv|ada_emas|ada_laptop|ada_sepeda|"
        "ada_motor|ada_mobil|ada_perahu"), strict=True)),
}  # fmt: skip


def _listed(village: Village, homes: Homes) -> IntArray:
    found = surveyed(village, STATED)
    listed: IntArray = found[homes.percentile[village.first.family[found]] <= POOREST]
    return listed


class HouseholdList:
    """The households of one kecamatan."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        head = (";".join(HOUSEHOLD_COLUMNS) + "\n").encode()
        self._sink = shop.text(HOUSEHOLDS, 1, f"dtks_ruta_{shop.kecamatan.file_code}.csv", head=head)

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        del lists
        homes = homes_of(village, self._shop.plan.seed)
        people = _listed(village, homes)
        if not len(people):
            return
        number, _ = heads(homes, village.first.family[people])
        first = people[number == 1]
        family, count = village.first.family[first], len(first)
        parts = bps_parts(village)
        random = stable_random(HOUSEHOLDS, self._shop.plan.seed, village.desa.code)
        flags = {
            name: (random.random(count) < share).astype(int).astype(str).tolist()
            for name, share in (("AdaPKH", 0.25), ("AdaKKS2017", 0.5), ("AdaPBI", 0.8), ("AdaBPNT", 0.5))
        }
        given: dict[str, Column] = {
            **{_SAME[name]: values for name, values in house_columns(homes, family).items()},
            **{name: [part] * count for name, part in zip(
                ("KDPROP", "KDKAB", "KDKEC", "KDDESA"), parts, strict=True)},
            **flags,
            "IDBDT": household_numbers(village, homes.ruta[family]),
            "Nama_KRT": [village.people.name[person] for person in first.tolist()],
            "NOKK": [str(village.cards.number[card]) for card in family.tolist()],
            "Alamat": [village.cards.address[card] for card in family.tolist()],
        }  # fmt: skip
        self._sink.add(
            row_lines(HOUSEHOLD_COLUMNS, given), [village.number(i) for i in first.tolist()], [""] * count
        )


class PersonList:
    """The persons of one kecamatan."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        head = (";".join(PERSON_COLUMNS) + "\n").encode()
        self._sink = shop.text(PERSONS, 1, f"dtks_art_{shop.kecamatan.file_code}.csv", head=head)

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        del lists
        homes = homes_of(village, self._shop.plan.seed)
        people = _listed(village, homes)
        if not len(people):
            return
        written = written_by_clerk(self._shop, PERSONS, village, people)
        given: dict[str, Column] = {
            **_persons(village, homes, people, self._shop.plan.seed),
            **_matched(village, people, self._shop.plan.seed),
            "Nama": written.name,
            "NIK": written.nik,
            "NoKK": written.kk,
            "TglLahir": written.birth,
        }
        numbers = [village.number(person) for person in people.tolist()]
        self._sink.add(row_lines(PERSON_COLUMNS, given), numbers, joined(written.kinds))


def _persons(village: Village, homes: Homes, people: IntArray, seed: int) -> dict[str, Column]:
    family, lives = village.first.family[people], lives_of(village, seed, STATED)
    number, first_family = heads(homes, family)
    household = household_numbers(village, homes.ruta[family])
    return {
        "IDBDT": household,
        "IDARTBDT": [f"{ruta}{each:02d}" for ruta, each in zip(household, number.tolist(), strict=True)],
        "JnsKel": village.people.sex[people],
        "HubKRT": np.where(first_family, lives.relation[people], 8),
        "NUK": np.where(first_family, 1, 2),
        "Hubkel": lives.relation[people],
        "Umur": (STATED - village.people.birth[people]) // 365,
        "Sta_kawin": village.people.married[people],
        "Sta_Bekerja": lives.works[people],
        "namagadis_ibukandung": [village.people.mother[person] for person in people.tolist()],
        "KDWILCAPIL": [village.desa.code.replace(".", "")] * len(people),
    }


def _matched(village: Village, people: IntArray, seed: int) -> dict[str, Column]:
    """The copy of the Dukcapil record, blank for the few who were not matched."""
    random = stable_random("padan", seed, village.desa.code)
    matched = (random.random(len(people)) >= UNMATCHED).tolist()
    where = people.tolist()
    cards = [village.cards.number[card] for card in village.first.family[people].tolist()]
    copies: dict[str, list[str]] = {
        "DUK_NIK": [str(nik) for nik in village.shown_nik[people].tolist()],
        "DUK_NO_KK": [str(card) for card in cards],
        "DUK_NAMA_LGKP": [village.people.name[person] for person in where],
        "DUK_TGL_LHR": iso_dates(village.people.birth[people]),
        "DUK_JENIS_KLMIN": [str(sex) for sex in village.people.sex[people].tolist()],
        "DUK_NAMA_LGKP_IBU": [village.people.mother[person] for person in where],
    }
    return {
        name: [text if held else "" for text, held in zip(texts, matched, strict=True)]
        for name, texts in copies.items()
    }


ISSUERS = {HOUSEHOLDS: HouseholdList, PERSONS: PersonList}
