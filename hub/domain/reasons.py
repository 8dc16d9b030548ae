"""Why a value was refused, doubted or merely tidied: the codes that verdicts and quarantine rows carry.

A code is stable across releases and stands in the database. Where a reason becomes an error
(`SkippableError`), the error's code is the reason's.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """What a reason does to the value that bears it."""

    #: The value was tidied or is old, and is as good as any: the grade stays.
    NOTE = 0
    #: The value stands, but proves nothing by itself: the grade falls to DOUBTFUL.
    WARNING = 1
    #: The value cannot be used: the grade falls to INVALID, or the row goes to quarantine.
    ERROR = 2


class Reason(StrEnum):
    """A stable reason code."""

    BLANK = "BLANK"
    NON_DIGIT = "NON_DIGIT"
    NOT_16_DIGITS = "NOT_16_DIGITS"
    SCIENTIFIC = "SCIENTIFIC"
    PRECISION_LOST = "PRECISION_LOST"
    ALL_SAME_DIGIT = "ALL_SAME_DIGIT"
    PLACEHOLDER = "PLACEHOLDER"
    SERIAL_ZERO = "SERIAL_ZERO"
    DAY = "DAY"
    MONTH = "MONTH"
    IMPOSSIBLE_DATE = "IMPOSSIBLE_DATE"

    WHITESPACE = "WHITESPACE"
    EXCEL_APOSTROPHE = "EXCEL_APOSTROPHE"
    EXCEL_FLOAT = "EXCEL_FLOAT"
    AREA_RETIRED = "AREA_RETIRED"
    AREA_UNKNOWN = "AREA_UNKNOWN"
    FUTURE_BIRTH = "FUTURE_BIRTH"
    FUTURE_ISSUE = "FUTURE_ISSUE"
    AGE_OVER_110 = "AGE_OVER_110"
    BIRTH_DIFFERS = "BIRTH_DIFFERS"
    SEX_DIFFERS = "SEX_DIFFERS"
    NIK_EQUALS_KK = "NIK_EQUALS_KK"
    NIK_TWO_NAMES = "NIK_TWO_NAMES"
    FILE_ENDS_IN_ZERO = "FILE_ENDS_IN_ZERO"

    NAME_BLANK = "NAME_BLANK"
    NAME_NO_LETTER = "NAME_NO_LETTER"
    CODE_UNKNOWN = "CODE_UNKNOWN"
    DATE_INVALID = "DATE_INVALID"
    PERIOD_INVALID = "PERIOD_INVALID"
    AMOUNT_INVALID = "AMOUNT_INVALID"
    NUMBER_INVALID = "NUMBER_INVALID"
    AREA_UNRESOLVED = "AREA_UNRESOLVED"
    FIELD_MISSING = "FIELD_MISSING"
    KEY_MISSING = "KEY_MISSING"
    DUPLICATE_KEY_CONFLICT = "DUPLICATE_KEY_CONFLICT"
    NO_IDENTIFIER = "NO_IDENTIFIER"
    AGE_OUTSIDE_TYPE = "AGE_OUTSIDE_TYPE"
    SEX_OUTSIDE_TYPE = "SEX_OUTSIDE_TYPE"
    UNIT_OUTSIDE_TYPE = "UNIT_OUTSIDE_TYPE"
    DISABILITY_KIND_MISSING = "DISABILITY_KIND_MISSING"
    CATEGORY_TWICE = "CATEGORY_TWICE"

    COLUMN_UNKNOWN = "COLUMN_UNKNOWN"
    ROW_SHORT = "ROW_SHORT"
    ROW_LONG = "ROW_LONG"
    ROW_UNREADABLE = "ROW_UNREADABLE"
    ENCODING = "ENCODING"
    FIELD_TOO_LONG = "FIELD_TOO_LONG"

    @property
    def text(self) -> "ReasonText":
        """Severity and wording of this reason."""
        return TEXTS[self]

    @property
    def severity(self) -> Severity:
        """What this reason does to its value."""
        return TEXTS[self].severity


@dataclass(frozen=True, slots=True)
class ReasonText:
    """The severity of a reason and its wording for people, Indonesian first."""

    severity: Severity
    id: str
    en: str


_NOTE, _WARNING, _ERROR = Severity

TEXTS: dict[Reason, ReasonText] = {
    Reason.BLANK: ReasonText(_ERROR, "kosong", "is blank"),
    Reason.NON_DIGIT: ReasonText(_ERROR, "memuat tanda selain angka", "holds signs other than digits"),
    Reason.NOT_16_DIGITS: ReasonText(_ERROR, "tidak 16 angka", "does not have 16 digits"),
    Reason.SCIENTIFIC: ReasonText(
        _ERROR,
        "berbentuk notasi ilmiah (rusak oleh lembar sebar); angka yang hilang tidak dapat dipulihkan",
        "is in scientific notation (spreadsheet damage); the lost digits cannot be restored",
    ),
    Reason.PRECISION_LOST: ReasonText(
        _ERROR,
        "pernah menjadi bilangan pecahan sehingga angka terakhirnya tidak dapat dipercaya",
        "went through a floating-point number too large for it, so its last digit is lost",
    ),
    Reason.ALL_SAME_DIGIT: ReasonText(_ERROR, "semua angkanya sama", "is one digit repeated"),
    Reason.PLACEHOLDER: ReasonText(_ERROR, "hanya isian sementara", "is a placeholder"),
    Reason.SERIAL_ZERO: ReasonText(_ERROR, "nomor urutnya 0000", "has the serial 0000"),
    Reason.DAY: ReasonText(_ERROR, "tanggal di dalamnya tidak mungkin", "holds a day that cannot be"),
    Reason.MONTH: ReasonText(_ERROR, "bulan di dalamnya tidak mungkin", "holds a month that cannot be"),
    Reason.IMPOSSIBLE_DATE: ReasonText(
        _ERROR, "memuat tanggal yang tidak ada di kalender", "holds a date that is not in the calendar"
    ),
    Reason.WHITESPACE: ReasonText(_NOTE, "spasi dibuang", "spaces were removed"),
    Reason.EXCEL_APOSTROPHE: ReasonText(
        _NOTE, "tanda petik di depan dibuang", "a leading apostrophe was removed"
    ),
    Reason.EXCEL_FLOAT: ReasonText(
        _WARNING, "akhiran .0 dari lembar sebar dibuang", "a spreadsheet's trailing .0 was removed"
    ),
    Reason.AREA_RETIRED: ReasonText(
        _NOTE,
        "kode wilayahnya sudah diganti; nomor tetap sah",
        "its area code is retired; the number stays valid",
    ),
    Reason.AREA_UNKNOWN: ReasonText(
        _WARNING, "kode wilayahnya tidak dikenal", "its area code is in no list since 2016"
    ),
    Reason.FUTURE_BIRTH: ReasonText(_WARNING, "tanggal lahirnya di masa depan", "its birth date lies ahead"),
    Reason.FUTURE_ISSUE: ReasonText(
        _WARNING, "tanggal terbitnya di masa depan", "its day of issue lies ahead"
    ),
    Reason.AGE_OVER_110: ReasonText(_WARNING, "umur di atas 110 tahun", "the age is over 110 years"),
    Reason.BIRTH_DIFFERS: ReasonText(
        _WARNING, "tanggal lahir berbeda dari data", "the birth date differs from the record's"
    ),
    Reason.SEX_DIFFERS: ReasonText(
        _WARNING, "jenis kelamin berbeda dari data", "the sex differs from the record's"
    ),
    Reason.NIK_EQUALS_KK: ReasonText(_WARNING, "NIK sama dengan No KK", "the NIK equals the No KK"),
    Reason.NIK_TWO_NAMES: ReasonText(_WARNING, "satu NIK dipakai dua nama", "one NIK bears two names"),
    Reason.FILE_ENDS_IN_ZERO: ReasonText(
        _WARNING,
        "lebih dari 10 % nomor di berkas ini berakhir 0: berkas pernah melewati kolom angka",
        "more than 10 % of the numbers in this file end in 0: it went through a number column",
    ),
    Reason.NAME_BLANK: ReasonText(_ERROR, "nama kosong", "the name is blank"),
    Reason.NAME_NO_LETTER: ReasonText(_ERROR, "nama tidak memuat huruf", "the name holds no letter"),
    Reason.CODE_UNKNOWN: ReasonText(
        _ERROR, "kode tidak ada di daftar kode", "the code is not in the code list"
    ),
    Reason.DATE_INVALID: ReasonText(_ERROR, "tanggal tidak dapat dibaca", "the date cannot be read"),
    Reason.PERIOD_INVALID: ReasonText(_ERROR, "periode tidak dapat dibaca", "the period cannot be read"),
    Reason.AMOUNT_INVALID: ReasonText(_ERROR, "nominal tidak dapat dibaca", "the amount cannot be read"),
    Reason.NUMBER_INVALID: ReasonText(_ERROR, "bilangan tidak dapat dibaca", "the number cannot be read"),
    Reason.AREA_UNRESOLVED: ReasonText(_ERROR, "wilayah tidak ditemukan", "the area was not found"),
    Reason.FIELD_MISSING: ReasonText(_ERROR, "kolom wajib kosong", "a required field is blank"),
    Reason.KEY_MISSING: ReasonText(_ERROR, "kunci baris kosong", "the record key is blank"),
    Reason.DUPLICATE_KEY_CONFLICT: ReasonText(
        _ERROR, "kunci yang sama dengan isi berbeda", "the same key comes with different content"
    ),
    Reason.NO_IDENTIFIER: ReasonText(_ERROR, "tidak ada pengenal sama sekali", "the row identifies nobody"),
    Reason.AGE_OUTSIDE_TYPE: ReasonText(
        _ERROR, "umur di luar batas jenis PMKS-nya", "the age is outside the bounds of the type"
    ),
    Reason.SEX_OUTSIDE_TYPE: ReasonText(
        _ERROR, "jenis kelamin tidak sesuai jenis PMKS-nya", "the type is not for this sex"
    ),
    Reason.UNIT_OUTSIDE_TYPE: ReasonText(
        _ERROR, "satuan (orang, keluarga, kelompok) tidak sesuai jenisnya", "the type is not of this unit"
    ),
    Reason.DISABILITY_KIND_MISSING: ReasonText(
        _ERROR, "jenis disabilitas wajib diisi untuk jenis ini", "the type needs a kind of disability"
    ),
    Reason.CATEGORY_TWICE: ReasonText(
        _ERROR,
        "orang yang sama sudah tercatat dengan jenis yang sama di berkas ini",
        "the same person stands under the same type before, in this file",
    ),
    Reason.COLUMN_UNKNOWN: ReasonText(
        _ERROR, "daftar memuat kolom yang tidak dikenal", "the list has a column that no one knows"
    ),
    Reason.ROW_SHORT: ReasonText(_ERROR, "kolom baris kurang", "the row has too few columns"),
    Reason.ROW_LONG: ReasonText(_ERROR, "kolom baris berlebih", "the row has too many columns"),
    Reason.ROW_UNREADABLE: ReasonText(_ERROR, "baris tidak dapat dibaca", "the row cannot be read"),
    Reason.ENCODING: ReasonText(_ERROR, "penyandian huruf salah", "the text is not in the declared encoding"),
    Reason.FIELD_TOO_LONG: ReasonText(_ERROR, "isi kolom terlalu panjang", "a field is too long"),
}
