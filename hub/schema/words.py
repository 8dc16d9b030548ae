"""The closed words of the graph as enums: a value is written as the hub stores it, so that lists and answers agree.

Codes of open lists (occupations, PMKS, kinds of groups, registers, which a new source may add to) stay texts.
"""

from enum import Enum
from typing import Any

import strawberry


def _word(word: str, indonesian: str, english: str) -> Any:
    return strawberry.enum_value(word, description=f"{indonesian}. / {english}.")


@strawberry.enum(description="Jenis kelamin. / Sex.")
class Sex(Enum):
    """Code list `sex`."""

    L = _word("L", "Laki-laki", "Male")
    P = _word("P", "Perempuan", "Female")


@strawberry.enum(description="Status hidup menurut kependudukan. / Vital status in the population register.")
class VitalStatus(Enum):
    """Code list `vital`."""

    hidup = _word("hidup", "Hidup", "Alive")
    meninggal = _word("meninggal", "Meninggal", "Dead")
    pindah = _word("pindah", "Pindah ke luar", "Moved out")
    tidak_aktif = _word("tidak_aktif", "Tidak aktif, juga tidak ditemukan", "Inactive, missing or abroad")


@strawberry.enum(description="Status kepesertaan. / State of an enrollment.")
class EnrollmentStatus(Enum):
    """Code list `enrollment_status`."""

    proposed = _word("proposed", "Diusulkan", "Proposed")
    active = _word("active", "Aktif", "Active")
    suspended = _word("suspended", "Ditangguhkan", "Suspended")
    ended = _word("ended", "Berakhir", "Ended")


@strawberry.enum(description="Kedudukan dalam kepesertaan. / Role in an enrollment.")
class EnrollmentRole(Enum):
    """What a list has a person as."""

    holder = _word("holder", "Pengurus, yang menerima bagi keluarga", "Who receives, for the family")
    member = _word("member", "Anggota yang dihitung", "A member who counts")


@strawberry.enum(description="Kedudukan dalam kelompok. / Role in a group.")
class GroupRole(Enum):
    """What a person is in a group."""

    chair = _word("chair", "Ketua", "Chair")
    member = _word("member", "Anggota", "Member")


@strawberry.enum(description="Jenis bantuan. / Kind of a benefit.")
class BenefitKind(Enum):
    """Code list `benefit_kind`."""

    money = _word("money", "Uang", "Money")
    goods = _word("goods", "Barang", "Goods")
    service = _word("service", "Layanan", "Service")


@strawberry.enum(description="Dasar nilai bantuan. / What an amount rests on.")
class AmountBasis(Enum):
    """Where the amount of a benefit is from."""

    stated = _word("stated", "Disebut sumber", "Stated by the source")
    table = _word("table", "Dari ketetapan program", "From the program's amounts by decree")


@strawberry.enum(description="Peristiwa dalam riwayat pembayaran. / An event in a payment's life.")
class PaymentEventKind(Enum):
    """Code list `benefit_event`, in the order in which they usually follow each other."""

    nominated = _word("nominated", "SK nominasi, rekening belum aktif", "Nominated, account not active")
    granted = _word("granted", "SK pemberian", "Granted by decree")
    closing = _word("closing", "Final closing daftar", "List closed")
    account_check = _word("account_check", "Cek rekening", "Account verified")
    account_failed = _word("account_failed", "Gagal rekening", "Account failed")
    spm = _word("spm", "SPM, surat perintah membayar", "Payment order")
    sp2d = _word("sp2d", "SP2D, surat perintah pencairan dana", "Disbursement order")
    si = _word("si", "SI, standing instruction ke bank", "Standing instruction to the bank")
    paid = _word("paid", "Salur, top up: masuk ke rekening", "Topped up: paid into the account")
    cashed = _word("cashed", "Transaksi, ditarik atau dibelanjakan", "Cashed out")
    failed = _word("failed", "Gagal salur", "Payment failed")
    returned = _word("returned", "Retur ke kas negara", "Returned to the treasury")


@strawberry.enum(description="Dasar pengelompokan rumah tangga. / What a household was told from.")
class HouseholdBasis(Enum):
    """What a household was told from."""

    address = _word("address", "Alamat bernomor", "A numbered address")
    family_card = _word("family_card", "Kartu keluarga", "A family card")
    ruta = _word("ruta", "Rumah tangga survei", "A household of a survey")


@strawberry.enum(description="Satuan yang dimaksud. / The unit that is meant.")
class Unit(Enum):
    """Whose a status, a rank, a benefit or a prohibition is."""

    person = _word("person", "Orang", "A person")
    family = _word("family", "Keluarga", "A family")
    household = _word("household", "Rumah tangga", "A household")
    group = _word("group", "Kelompok", "A group")
    community = _word("community", "Komunitas", "A community")
    house = _word("house", "Rumah", "A house")


@strawberry.enum(description="Penilaian tentang dua sebutan orang. / A judgement of two mentions of persons.")
class Judgement(Enum):
    """Whether two mentions are one person."""

    same = _word("same", "Orang yang sama", "One person")
    different = _word("different", "Orang yang berbeda", "Two persons")
    unsure = _word("unsure", "Belum pasti", "Not sure")


@strawberry.enum(description="Cara penilaian. / How a judgement was come to.")
class LinkMethod(Enum):
    """What judged two mentions."""

    nik_name = _word("nik_name", "NIK sah dan nama yang sepadan", "A valid NIK and agreeing names")
    nik_conflict = _word(
        "nik_conflict", "NIK sama, nama tidak sepadan", "The same NIK under names that do not agree"
    )
    reviewer = _word("reviewer", "Diputuskan orang", "Decided by people")
    detector = _word(
        "detector", "Calon yang nilainya mencapai ambang", "A candidate that reached its threshold"
    )


@strawberry.enum(description="Keadaan satu tarikan. / State of a run.")
class RunStatus(Enum):
    """State of a run."""

    running = _word("running", "Sedang berjalan", "Under way")
    complete = _word("complete", "Selesai seluruhnya", "Ended with the whole list")
    partial = _word("partial", "Selesai sebagian", "Ended with a part of the list")
    failed = _word("failed", "Gagal", "Failed")
    reverted = _word("reverted", "Ditarik kembali", "Taken back")


@strawberry.enum(description="Tahap satu tarikan. / Stage of a run.")
class RunStage(Enum):
    """What a run is at."""

    pull = _word("pull", "Menarik baris", "Pulling rows")
    land = _word("land", "Memasukkan ke graf", "Landing them in the graph")


@strawberry.enum(description="Masa yang dicakup satu besaran. / The span that an amount is for.")
class AmountSpan(Enum):
    """The span that an amount by decree is for."""

    month = _word("month", "Per bulan", "A month")
    quarter = _word("quarter", "Per triwulan", "A quarter")
    year = _word("year", "Per tahun", "A year")
    once = _word("once", "Sekali", "Once")


@strawberry.enum(description="Seberapa kuat buktinya. / How strong the evidence is.")
class Evidence(Enum):
    """Marks of `config/reference/README.md`."""

    V = _word("V", "Terverifikasi oleh dua sumber atau lebih", "Verified by two sources or more")
    S = _word("S", "Satu sumber", "One source")
    I = _word("I", "Simpulan; pastikan lebih dulu", "Inferred; confirm it first")  # noqa: E741  # the mark is that letter


@strawberry.enum(description="Jenis wilayah. / Kind of an area.")
class WilayahType(Enum):
    """Kinds of areas within their level (Kepmendagri 300.2.2-2430/2025)."""

    provinsi = _word("provinsi", "Provinsi", "Province")
    kabupaten = _word("kabupaten", "Kabupaten", "Regency")
    kabupaten_administrasi = _word(
        "kabupaten_administrasi", "Kabupaten administrasi", "Administrative regency"
    )
    kota = _word("kota", "Kota", "City")
    kota_administrasi = _word("kota_administrasi", "Kota administrasi", "Administrative city")
    kecamatan = _word("kecamatan", "Kecamatan atau distrik", "District")
    desa = _word("desa", "Desa", "Village")
    desa_adat = _word("desa_adat", "Desa adat", "Customary village")
    kelurahan = _word("kelurahan", "Kelurahan", "Urban village")


@strawberry.enum(description="Jenis aturan pemeriksaan. / Kind of a rule of the audit.")
class RuleKind(Enum):
    """What a rule looks for."""

    overlap = _word("overlap", "Bantuan ganda atau tumpang tindih", "Given twice, or side by side")
    inclusion = _word("inclusion", "Menerima padahal ada tanda tidak berhak", "Given in spite of a flag")
    exclusion = _word("exclusion", "Belum menerima atau belum terdata", "Left out, or not surveyed")


@strawberry.enum(description="Satuan aturan pemeriksaan. / Unit of a rule of the audit.")
class RuleUnit(Enum):
    """What one finding of a rule is about."""

    person = _word("person", "Orang", "A person")
    family_card = _word("family_card", "Kartu keluarga", "A family card")
    assistance_unit = _word("assistance_unit", "Penerima bantuan", "Who is given assistance")
    account = _word("account", "Rekening atau nomor kepesertaan", "An account or a number")


@strawberry.enum(description="Beratnya temuan. / How much a finding weighs.")
class Severity(Enum):
    """Severity of a rule."""

    high = _word("high", "Tinggi", "High")
    medium = _word("medium", "Sedang", "Medium")
    low = _word("low", "Rendah", "Low")


@strawberry.enum(description="Peristiwa suatu kasus. / What happened to a case.")
class CaseEventKind(Enum):
    """Events of cases; the first four are the hub's."""

    opened = _word("opened", "Dibuka oleh hub", "Opened by the hub")
    changed = _word("changed", "Ditemukan lagi atau dengan bukti lain", "Found again, or otherwise")
    gone = _word("gone", "Tidak ditemukan lagi", "Found no longer")
    judged = _word("judged", "Siapa orangnya dinilai lagi", "It was judged anew who is whom")
    seen = _word("seen", "Dilihat instansi", "Seen by an agency")
    verified = _word("verified", "Dibenarkan di lapangan", "Verified in the field")
    registry_wrong = _word("registry_wrong", "Registri keliru", "A registry was wrong")
    recovered = _word("recovered", "Uang dikembalikan", "Money was recovered")
    appealed = _word("appealed", "Disanggah", "Appealed")
    closed = _word("closed", "Ditutup", "Closed")


@strawberry.enum(description="Yang dapat dinyatakan atas kasus. / What can be said of a case.")
class CaseSaid(Enum):
    """Events of cases that agencies add."""

    seen = _word("seen", "Dilihat instansi", "Seen by an agency")
    verified = _word("verified", "Dibenarkan di lapangan", "Verified in the field")
    registry_wrong = _word("registry_wrong", "Registri keliru", "A registry was wrong")
    recovered = _word("recovered", "Uang dikembalikan", "Money was recovered")
    appealed = _word("appealed", "Disanggah", "Appealed")
    closed = _word("closed", "Ditutup", "Closed")


@strawberry.enum(description="Hak orang atas datanya. / A right of the person over the data (UU 27/2022).")
class RightsKind(Enum):
    """What a person may ask."""

    access = _word("access", "Akses dan jejak (ps. 7, 32)", "Access and trail (art. 7, 32)")
    correction = _word("correction", "Perbaikan (ps. 6, 30)", "Correction (art. 6, 30)")
    restriction = _word("restriction", "Pembatasan (ps. 11, 41)", "Restriction (art. 11, 41)")
    objection = _word("objection", "Keberatan (ps. 10)", "Objection (art. 10)")


@strawberry.enum(description="Keadaan permohonan. / How a case of a person stands.")
class RightsStanding(Enum):
    """Whether and how a case of a person has ended."""

    open = _word("open", "Belum dijawab", "Not answered")
    granted = _word("granted", "Dikabulkan", "Granted")
    refused = _word("refused", "Ditolak", "Refused")
    withdrawn = _word("withdrawn", "Dicabut oleh orangnya", "Withdrawn by the person")


@strawberry.enum(description="Peristiwa suatu permohonan. / An event of a case of a person.")
class RightsEventKind(Enum):
    """What became of a case of a person."""

    opened = _word("opened", "Dibuka", "Opened")
    routed = _word("routed", "Diteruskan ke walidata", "Routed to the owning registry")
    told = _word("told", "Diberitahukan", "Told to the person")
    granted = _word("granted", "Dikabulkan", "Granted")
    refused = _word("refused", "Ditolak", "Refused")
    withdrawn = _word("withdrawn", "Dicabut oleh orangnya", "Withdrawn by the person")


@strawberry.enum(description="Alasan data seseorang ditahan. / Why the data of a person is withheld.")
class RestrictionKind(Enum):
    """Kind of a restriction."""

    processing = _word(
        "processing",
        "Pemrosesan diakhiri atau dibatasi (ps. 40, 41)",
        "Processing ended or restricted (art. 40, 41)",
    )
    protected = _word("protected", "Orang atau alamat dilindungi", "Protected person or address")


@strawberry.enum(description="Keputusan atas pembatasan. / A decision on a restriction.")
class RestrictionEvent(Enum):
    """What was decided; all but refused and lifted withhold the person."""

    asked = _word("asked", "Diminta; menahan sampai diputuskan", "Asked for; withholds until it is decided")
    restricted = _word("restricted", "Dibatasi", "Restricted")
    refused = _word("refused", "Ditolak", "Refused")
    lifted = _word("lifted", "Dicabut", "Lifted")


@strawberry.enum(description="Keadaan suatu kegagalan pelindungan. / How a breach stands.")
class BreachStanding(Enum):
    """Whether authority and persons have been told."""

    open = _word("open", "Belum diberitahukan seluruhnya", "Not told to all who have to be")
    told = _word("told", "Lembaga dan orangnya sudah diberi tahu", "Authority and persons have been told")
    closed = _word("closed", "Selesai", "Closed")


@strawberry.enum(description="Peristiwa suatu kegagalan pelindungan. / An event of a breach.")
class BreachEventKind(Enum):
    """What became of a breach (UU 27/2022 art. 46)."""

    told_authority = _word("told_authority", "Lembaga diberi tahu", "The authority was told")
    told_persons = _word("told_persons", "Orang yang terdampak diberi tahu", "The persons were told")
    handled = _word("handled", "Ditangani", "Something was done against it")
    closed = _word("closed", "Selesai", "Closed")


WORDS: tuple[type[Enum], ...] = (
    Sex, VitalStatus, EnrollmentStatus, EnrollmentRole, GroupRole, BenefitKind, AmountBasis, PaymentEventKind,
    HouseholdBasis, Unit, Judgement, LinkMethod, RunStatus, RunStage, AmountSpan, Evidence, WilayahType,
    RuleKind, RuleUnit, Severity, CaseEventKind, CaseSaid, RightsKind, RightsStanding, RightsEventKind,
    RestrictionKind, RestrictionEvent, BreachStanding, BreachEventKind,
)  # fmt: skip
"""All of them: their values are words of the hub and no names of GraphQL's."""
