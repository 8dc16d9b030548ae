"""Areas and code lists as connectors look them up: by numbers, by names, by code, in a declared system."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

import polars as pl

from hub.domain.area_names import area_name_key
from hub.domain.wilayah import UNKNOWN_AREA_KEY, AreaCode, Level, System, area_key, from_digits
from hub.errors import InputError
from hub.registry.attributes import AttributeSet
from hub.registry.codes import PmksType, load_code_lists, load_pmks, pmks_crosswalk_rows
from hub.registry.reading import read_rows
from hub.registry.registers import Register, load_registers

_CURRENT = ("code", "level", "type", "name", "parent_code", "bps_code", "lat", "lng")
_RETIRED = (
    "code", "level", "name", "first_seen_vintage", "last_seen_vintage", "successor_code", "match_method",
)  # fmt: skip
#: The parts of an area as a row has them, from the largest to the smallest; None where blank.
Names = tuple[str | None, ...]
#: An area key (0 unknown) and the text as received, with its system.
Resolved = tuple[int, str | None]
K = TypeVar("K")
#: By list: (code in the list, our number or None, relation) by code and by name in capitals.
Crosswalk = dict[str, dict[str, tuple[str, str | None, str]]]


@dataclass(frozen=True)
class Reference:
    """The areas of the current decree with the retired codes, and the code lists.

    Args:
        current: Name of each Kemendagri code in force.
        successors: Code in force by retired code; empty text where none was found.
        codes: Code by every writing of it in capitals (the code, its label, other spellings), by scheme.
        pmks: The 26 types by number, with their bounds.
        crosswalk: Other lists of PMKS types against the 26.
        bps: Kemendagri code in force by BPS code.
        registers: What the columns of the poverty registers mean, by name of the list.
    """

    current: dict[str, str]
    successors: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    pmks: dict[str, PmksType] = field(default_factory=dict)
    crosswalk: Crosswalk = field(default_factory=dict)
    bps: dict[str, str] = field(default_factory=dict)
    registers: dict[str, tuple[Register, AttributeSet]] = field(default_factory=dict)

    @cached_property
    def prefixes(self) -> pl.Series:
        """The six digits of every kecamatan in force since 2016."""
        found = {code.replace(".", "") for code in (*self.current, *self.successors) if code.count(".") == 2}
        return pl.Series("prefix", sorted(found), dtype=pl.String)

    def key_of(self, code: str) -> int:
        """The key of a Kemendagri code, by its successor where retired, else of the nearest area above."""
        while code:
            now = code if code in self.current else self.successors.get(code, "")
            if now in self.current:
                return area_key(AreaCode(System.KEMENDAGRI, now))
            code = code.rpartition(".")[0]
        return UNKNOWN_AREA_KEY

    def by_numbers(self, parts: Names) -> Resolved:
        """For unpadded Kemendagri numbers, as Dukcapil writes NO_PROP, NO_KAB, NO_KEC and NO_KEL."""
        used: list[str] = []
        for part, width in zip(parts, (2, 2, 2, 4), strict=True):
            if part is None or not (part.isascii() and part.isdigit()) or len(part) > width:
                break
            used.append(part.zfill(width))
        code = ".".join(used)
        return self.key_of(code), f"kemendagri:{code}" if code else None

    def by_code(self, parts: Names) -> Resolved:
        """For one Kemendagri code, with dots or without."""
        text = (parts[0] or "").strip()
        try:
            code = AreaCode(System.KEMENDAGRI, text) if "." in text else from_digits(text, System.KEMENDAGRI)
        except InputError:
            return UNKNOWN_AREA_KEY, f"kemendagri:{text}" if text else None
        return self.key_of(code.code), f"kemendagri:{code.code}"

    def by_bps(self, parts: Names) -> Resolved:
        """For BPS codes of province, kabupaten, kecamatan and desa, each as its local part or in full.

        As deep as the codes lead: an unknown desa gives its kecamatan.
        """
        code, digits = "", ""
        for part, width in zip(parts, (2, 2, 3, 3), strict=False):
            if part is None or not (part.isascii() and part.isdigit()):
                break
            whole = len(part) == len(digits) + width and part.startswith(digits)
            if not whole and len(part) > width:
                break
            digits = part if whole else digits + part.zfill(width)
            code = self.bps.get(digits, code)
        return self.key_of(code), f"bps:{digits}" if digits else None

    def by_names(self, parts: Names) -> Resolved:
        """For names from the province down, as deep as they lead: an unknown desa gives its kecamatan."""
        return self._walked("", parts), _as_received(parts)

    def by_names_of_kabupaten(self, parts: Names) -> Resolved:
        """For names from the kabupaten down, without a province: no two kabupaten share a name."""
        code = self._kabupaten.get(area_name_key(parts[0] or "", Level.KABUPATEN))
        return (self._walked(code, parts[1:]) if code else UNKNOWN_AREA_KEY), _as_received(parts)

    def by_names_of_kecamatan(self, parts: Names) -> Resolved:
        """For kecamatan and desa alone, where the pair, else the kecamatan, stands once in the country."""
        kecamatan = area_name_key(parts[0] or "", Level.KECAMATAN)
        desa = area_name_key(parts[1] or "", Level.DESA)
        code = self._of_kecamatan(kecamatan).get(desa) or self._of_kecamatan(kecamatan).get("")
        return (self.key_of(code) if code else UNKNOWN_AREA_KEY), _as_received(parts)

    def _walked(self, code: str, names: Names) -> int:
        """The key reached from an area down; a name that leads nowhere, or to two areas, ends the walk."""
        for name in names:
            level = Level(code.count(".") + 2 if code else 1)
            found = self._named(code).get(area_name_key(name or "", level))
            if found is None:
                break
            code = found
        return self.key_of(code)

    @cached_property
    def _below(self) -> dict[str, list[str]]:
        """The codes of the areas right below each area; provinces below the empty text."""
        found: dict[str, list[str]] = {}
        for code in self.current:
            found.setdefault(_parent(code), []).append(code)
        return found

    @cached_property
    def _names(self) -> dict[str, dict[str, str | None]]:
        return {}

    def _named(self, parent: str) -> dict[str, str | None]:
        """Code by form of the name, of the areas right below one.

        The forms of all areas take seconds, and a list of one kabupaten asks for few.
        """
        found = self._names.get(parent)
        if found is None:
            found = _unique((self._form(code), code) for code in self._below.get(parent, ()))
            self._names[parent] = found
        return found

    @cached_property
    def _kabupaten(self) -> dict[str, str | None]:
        return _unique((self._form(code), code) for code in self.current if code.count(".") == 1)

    @cached_property
    def _kecamatan(self) -> dict[str, list[str]]:
        """Codes of the kecamatan that share a form, by form."""
        found: dict[str, list[str]] = {}
        for code in self.current:
            if code.count(".") == 2:
                found.setdefault(self._form(code), []).append(code)
        return found

    @cached_property
    def _pairs(self) -> dict[str, dict[str, str | None]]:
        return {}

    def _of_kecamatan(self, form: str) -> dict[str, str | None]:
        """Code by desa's form within the kecamatan of one form, blank for the kecamatan itself."""
        found = self._pairs.get(form)
        if found is None:
            codes = self._kecamatan.get(form, [])
            desas = [(self._form(desa), desa) for code in codes for desa in self._below.get(code, ())]
            found = _unique([*(("", code) for code in codes), *desas])
            self._pairs[form] = found
        return found

    def _form(self, code: str) -> str:
        return area_name_key(self.current[code], Level(code.count(".") + 1))


def _parent(code: str) -> str:
    return code.rpartition(".")[0]


def _unique(pairs: Iterable[tuple[K, str]]) -> dict[K, str | None]:
    """Codes by key; None where two of them share it."""
    found: dict[K, str | None] = {}
    for key, code in pairs:
        found[key] = None if key in found else code
    return found


def _as_received(parts: Names) -> str | None:
    raw = "/".join(part or "" for part in parts)
    return f"names:{raw}" if raw.strip("/") else None


def load_reference(directory: Path) -> Reference:
    """The reference of `config/reference`; read anew (about a second) when one of its files has changed.

    Raises:
        FatalError: `config_invalid`, naming file and reason.
    """
    above = directory.parent
    files = sorted(
        [*directory.glob("*.csv*"), *above.glob("attributes.toml"), *above.glob("attributes/*.toml")]
    )
    return _loaded(
        directory, tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
    )


@lru_cache(maxsize=2)
def _loaded(directory: Path, _version: tuple[tuple[str, int, int], ...]) -> Reference:
    names, by_bps = _areas(*_state_of((directory / "wilayah.csv.gz").resolve()))
    maps = directory.parent / "attributes"
    return Reference(
        names,
        {
            row["code"]: row["successor_code"]
            for row in read_rows(directory / "wilayah_retired.csv.gz", _RETIRED)
        },
        {scheme: entries.writings() for scheme, entries in load_code_lists(directory).items()},
        {one.code: one for one in load_pmks(directory)},
        _crosswalk(directory),
        by_bps,
        load_registers(directory.parent) if maps.is_dir() else {},
    )


def _state_of(table: Path) -> tuple[Path, int, int]:
    found = table.stat()
    return table, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=2)
def _areas(table: Path, _modified: int, _size: int) -> tuple[dict[str, str], dict[str, str]]:
    """Names of areas by code, and codes by BPS code; configurations that link to one table share what was read."""
    current = list(read_rows(table, _CURRENT))
    return (
        {row["code"]: row["name"] for row in current},
        {row["bps_code"]: row["code"] for row in current if row["bps_code"]},
    )


def _crosswalk(directory: Path) -> Crosswalk:
    """Every other list of PMKS types; a code has precedence over a name."""
    found: Crosswalk = {}
    for row in pmks_crosswalk_rows(directory):
        entry = (row.source_code, row.code, row.relation)
        known = found.setdefault(row.source_scheme, {})
        known[row.source_code.upper()] = entry
        known.setdefault(" ".join(row.source_label.upper().split()), entry)
    return found
