"""Code lists: what a code means, and which code a source's writing stands for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from hub.registry.reading import config_error, read_rows

CODE_COLUMNS = ("scheme", "code", "label_id", "label_en", "also_written", "note", "evidence")
_PMKS_COLUMNS = (
    "no", "abbrev", "name_id", "name_en", "unit", "age_min", "age_max", "sex", "criteria", "sensitive",
    "sealed", "serang_22",
)  # fmt: skip
_PSKS_COLUMNS = ("no", "abbrev", "name_id", "name_en", "unit", "no_in_jepara_2016")
_DISASTER_COLUMNS = ("kind", "code", "name_id", "name_en", "legal_basis", "evidence")
_CROSSWALK_COLUMNS = (
    "source_list", "source_code", "source_abbrev", "source_name", "pmks_no", "relation", "note",
)  # fmt: skip
RELATIONS = frozenset({"exact", "close", "narrower", "broader", "inferred", "none"})


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list; `evidence` is V, S or I."""

    code: str
    label_id: str
    label_en: str | None = None
    also_written: tuple[str, ...] = ()
    note: str | None = None
    evidence: str = "V"


@dataclass(frozen=True)
class CodeList:
    """One code list (`scheme`), in its order."""

    scheme: str
    entries: tuple[Code, ...]
    _by_writing: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Every writing leads to one code, or the list is refused."""
        for entry in self.entries:
            for writing in {entry.code, entry.label_id, *entry.also_written}:
                if self._by_writing.setdefault(_tidy(writing), entry.code) != entry.code:
                    raise ValueError(f"{self.scheme}: {writing} stands for two codes")

    def __contains__(self, code: str) -> bool:
        return any(entry.code == code for entry in self.entries)

    def __iter__(self) -> Iterator[Code]:
        return iter(self.entries)

    def __getitem__(self, code: str) -> Code:
        """The entry of a code; KeyError when the list has none."""
        for entry in self.entries:
            if entry.code == code:
                return entry
        raise KeyError(f"{self.scheme} has no code {code!r}")

    def code_of(self, writing: str) -> str | None:
        """The code for a known writing (code, label, other) in any letter case; None for all else."""
        return self._by_writing.get(_tidy(writing))

    def writings(self) -> dict[str, str]:
        """Every known writing, upper case with single spaces, to its code: for set-based mapping."""
        return dict(self._by_writing)


def _tidy(writing: str) -> str:
    return " ".join(writing.upper().split())


class CodeRow(NamedTuple):
    """A row of the table `code`."""

    scheme: str
    code: str
    label_id: str
    label_en: str | None
    note: str | None
    sort: int


class CrosswalkRow(NamedTuple):
    """A row of the table `code_crosswalk`; `code` is None where there is no counterpart."""

    source_scheme: str
    source_code: str
    source_label: str
    scheme: str
    code: str | None
    relation: str
    note: str | None


@dataclass(frozen=True, slots=True)
class PmksType:
    """One of the 26 types of Permensos 8/2012.

    Attributes:
        code: The number in the regulation's order, "1" to "26"; never to be exchanged without its list.
        ages: Lowest and highest age in years, both inclusive, None where open.
        units: `person`, `group`, `family`, `community`.
        sensitive: Specific personal data (UU 27/2022 art. 4): needs a scope of its own.
        sealed: In no default query and in no share.
    """

    code: str
    abbrev: str
    name_id: str
    name_en: str
    units: frozenset[str]
    ages: tuple[int | None, int | None]
    sex: str | None
    criteria: str
    sensitive: bool
    sealed: bool


def load_code_lists(directory: Path) -> dict[str, CodeList]:
    """Every code list of `config/reference`, by scheme, with `pmks`, `psks` and `disaster` among them.

    Raises:
        FatalError: `config_invalid`, with file and reason.
    """
    path = directory / "codes.csv"
    found: dict[str, list[Code]] = {}
    for row in read_rows(path, CODE_COLUMNS):
        found.setdefault(row["scheme"], []).append(_code(row))
    found["pmks"] = [
        Code(one.code, one.name_id, one.name_en, note=one.abbrev) for one in load_pmks(directory)
    ]
    found["psks"] = [
        Code(row["no"], row["name_id"], row["name_en"], note=f"{row['abbrev']}; {row['unit']}")
        for row in read_rows(directory / "psks.csv", _PSKS_COLUMNS)
    ]
    found["disaster"] = [
        Code(row["code"], row["name_id"], row["name_en"], note=row["kind"], evidence=row["evidence"])
        for row in read_rows(directory / "disasters.csv", _DISASTER_COLUMNS)
    ]
    return {scheme: _list(scheme, entries, path) for scheme, entries in found.items()}


def _code(row: dict[str, str]) -> Code:
    writings = tuple(writing for writing in row["also_written"].split("|") if writing)
    return Code(
        row["code"], row["label_id"], row["label_en"] or None, writings, row["note"] or None, row["evidence"]
    )


def _list(scheme: str, entries: list[Code], path: Path) -> CodeList:
    codes = [entry.code for entry in entries]
    if len(set(codes)) != len(codes):
        raise config_error(path, f"{scheme}: a code stands twice")
    if not all(entry.label_id and entry.evidence in ("V", "S", "I") for entry in entries):
        raise config_error(path, f"{scheme}: every code needs a label_id and the evidence V, S or I")
    try:
        return CodeList(scheme, tuple(entries))
    except ValueError as trouble:
        raise config_error(path, str(trouble)) from None


def load_pmks(directory: Path) -> tuple[PmksType, ...]:
    """The 26 types in the regulation's order.

    Raises:
        FatalError: `config_invalid`, the numbers are not 1 to 26 in order.
    """
    path = directory / "pmks.csv"
    types = tuple(_pmks(row) for row in read_rows(path, _PMKS_COLUMNS))
    if [one.code for one in types] != [str(number) for number in range(1, 27)]:
        raise config_error(path, "the types must be 1 to 26 in order")
    return types


def _pmks(row: dict[str, str]) -> PmksType:
    return PmksType(
        row["no"],
        row["abbrev"],
        row["name_id"],
        row["name_en"],
        frozenset(row["unit"].split("|")),
        (int(row["age_min"]) if row["age_min"] else None, int(row["age_max"]) if row["age_max"] else None),
        row["sex"] or None,
        row["criteria"],
        row["sensitive"] == "1",
        row["sealed"] == "1",
    )


def code_rows(lists: dict[str, CodeList]) -> Iterator[CodeRow]:
    """Rows of the table `code`, list by list in order."""
    for scheme, entries in lists.items():
        for sort, one in enumerate(entries, 1):
            yield CodeRow(scheme, one.code, one.label_id, one.label_en, one.note, sort)


def pmks_crosswalk_rows(directory: Path) -> Iterator[CrosswalkRow]:
    """Rows of the table `code_crosswalk`: other lists against the 26 types.

    Raises:
        FatalError: `config_invalid`, an unknown relation, or a code where there is none or none where there
            is.
    """
    path = directory / "pmks_crosswalk.csv"
    for row in read_rows(path, _CROSSWALK_COLUMNS):
        code = row["pmks_no"] or None
        if row["relation"] not in RELATIONS or (row["relation"] == "none") != (code is None):
            raise config_error(path, f"{row['source_list']} {row['source_code']}: relation and type disagree")
        yield CrosswalkRow(
            row["source_list"],
            row["source_code"],
            row["source_name"],
            "pmks",
            code,
            row["relation"],
            row["note"] or None,
        )
