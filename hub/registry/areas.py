"""Areas of `config/reference` as rows: in force, retired, and under BPS codes; checked while they stream."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from hub.domain.area_names import area_name_key
from hub.domain.wilayah import Level, System
from hub.registry.reading import config_error, read_rows

AREA_COLUMNS = ("code", "level", "type", "name", "parent_code", "bps_code", "lat", "lng")
RETIRED_COLUMNS = (
    "code", "level", "name", "first_seen_vintage", "last_seen_vintage", "successor_code", "match_method",
)  # fmt: skip
BPS_COLUMNS = (
    "level", "bps_code", "kemendagri_code_in_bridging", "kemendagri_code_2025", "bps_name", "postal_codes",
    "match",
)  # fmt: skip
POPULATION_COLUMNS = (
    "code", "population_male", "population_female", "population_total", "area_km2", "n_kecamatan",
    "n_desa_kelurahan",
)  # fmt: skip
_SHAPE = re.compile(r"^[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{4})?)?)?$")
#: First day of Kepmendagri 300.2.2-2430/2025, whose codes are in force.
DECREED = "2025-06-23"
#: Areas by level in Kepmendagri 300.2.2-2430/2025: provinces, kabupaten/kota, kecamatan, desa/kelurahan.
COUNTS = {1: 38, 2: 514, 3: 7_285, 4: 83_762}


class WilayahRow(NamedTuple):
    """A row of the table `wilayah`; since when the area exists is not published, so that validity is open."""

    system: str
    code: str
    level: int
    type: str
    name: str
    parent_code: str | None
    area_key: int
    latitude: float | None
    longitude: float | None
    population: int | None


class RetiredRow(NamedTuple):
    """A row of the table `wilayah_successor`; days in words of PostgreSQL's daterange, open where not known."""

    code: str
    level: int
    name: str
    first_seen: str
    last_seen: str
    successor_code: str | None
    method: str
    valid: str


class BridgeRow(NamedTuple):
    """A row of the table `wilayah_bridge`; postal codes with `|` between."""

    bps_code: str
    level: int
    bps_name: str | None
    kemendagri_code: str | None
    bridged_code: str | None
    match: str
    postal_codes: str | None


class NameRow(NamedTuple):
    """A row of the table `wilayah_name`; `kind` is name, bps or former."""

    level: int
    name_key: str
    code: str
    kind: str


def wilayah_rows(directory: Path) -> Iterator[WilayahRow]:
    """Every area in force in the Kemendagri system, parents before children of a level.

    Raises:
        FatalError: `config_invalid`, a code is malformed or stands twice, a parent is missing, or the
            counts by level are not those of the decree. The counts are known only at the end: read to the
            end.
    """
    path = directory / "wilayah.csv.gz"
    population = {
        row["code"]: int(row["population_total"])
        for row in read_rows(directory / "population.csv", POPULATION_COLUMNS)
    }
    seen: set[str] = set()
    counts = dict.fromkeys(COUNTS, 0)
    for row in read_rows(path, AREA_COLUMNS):
        level = _checked_level(row, seen, path)
        seen.add(row["code"])
        counts[level] += 1
        yield _wilayah(row, level, population.get(row["code"]))
    if counts != COUNTS:
        raise config_error(path, f"areas by level are {counts}, but the decree has {COUNTS}")


def _checked_level(row: dict[str, str], seen: set[str], path: Path) -> int:
    # Text alone: an AreaCode for each of 91,599 areas would take most of the seconds that `hub init` has.
    code, parent = row["code"], row["code"].rpartition(".")[0]
    level = code.count(".") + 1
    if not _SHAPE.match(code) or row["level"] != str(level):
        raise config_error(path, f"{code!r} is no Kemendagri code of level {row['level']}")
    if row["parent_code"] != parent or (parent and parent not in seen):
        raise config_error(path, f"{code}: its parent {parent or 'none'} is missing or stated otherwise")
    if code in seen:
        raise config_error(path, f"{code} stands twice")
    return level


def _wilayah(row: dict[str, str], level: int, population: int | None) -> WilayahRow:
    return WilayahRow(
        System.KEMENDAGRI.value,
        row["code"],
        level,
        row["type"],
        row["name"],
        row["parent_code"] or None,
        _key(row["code"]),
        _degrees(row["lat"]),
        _degrees(row["lng"]),
        population,
    )


def _key(code: str) -> int:
    return int(code.replace(".", "").ljust(10, "0"))


def _degrees(text: str) -> float | None:
    return float(text) if text else None


def retired_rows(directory: Path) -> Iterator[RetiredRow]:
    """Every code retired since 2016, with its successor where one was found.

    The tables that were compared are yearly: a code holds from the year of the first that has it, which is not known
    for what the oldest has already, to the year of the first that lacks it, or the decree in force.
    """
    rows = list(read_rows(directory / "wilayah_retired.csv.gz", RETIRED_COLUMNS))
    years = sorted({row[name] for row in rows for name in ("first_seen_vintage", "last_seen_vintage")})
    ends = dict(zip(years, [*(f"{year}-01-01" for year in years[1:]), DECREED], strict=True))
    for row in rows:
        first = row["first_seen_vintage"]
        yield RetiredRow(
            row["code"],
            int(row["level"]),
            row["name"],
            first,
            row["last_seen_vintage"],
            row["successor_code"] or None,
            row["match_method"],
            f"[{'' if first == years[0] else f'{first}-01-01'},{ends[row['last_seen_vintage']]})",
        )


def bridge_rows(directory: Path) -> Iterator[BridgeRow]:
    """Every BPS code of the bridging table, with the Kemendagri code of today where there is one.

    Raises:
        FatalError: `config_invalid`, a BPS code stands twice.
    """
    path = directory / "wilayah_bps.csv.gz"
    seen: set[str] = set()
    for row in read_rows(path, BPS_COLUMNS):
        if row["bps_code"] in seen:
            raise config_error(path, f"{row['bps_code']} stands twice")
        seen.add(row["bps_code"])
        yield BridgeRow(
            row["bps_code"],
            int(row["level"]),
            row["bps_name"] or None,
            row["kemendagri_code_2025"] or None,
            row["kemendagri_code_in_bridging"] or None,
            row["match"],
            row["postal_codes"] or None,
        )


def name_rows(directory: Path) -> Iterator[NameRow]:
    """Every name of an area in force, each spelling once: its own, BPS's, and those of codes that it took over."""
    key = lru_cache(maxsize=200_000)(area_name_key)
    seen: set[tuple[int, str, str]] = set()
    for level, name, code, kind in _names(directory):
        found = (level, key(name, Level(level)), code)
        if found[1] and found not in seen:
            seen.add(found)
            yield NameRow(*found, kind)


def _names(directory: Path) -> Iterator[tuple[int, str, str, str]]:
    """(level, name, code of today, kind), the names in force first."""
    for row in read_rows(directory / "wilayah.csv.gz", AREA_COLUMNS):
        yield int(row["level"]), row["name"], row["code"], "name"
    for bridge in bridge_rows(directory):
        if bridge.bps_name and bridge.kemendagri_code:
            yield bridge.level, bridge.bps_name, bridge.kemendagri_code, "bps"
    for retired in retired_rows(directory):
        if retired.successor_code:
            yield retired.level, retired.name, retired.successor_code, "former"


def bps_rows(directory: Path) -> Iterator[WilayahRow]:
    """The areas of the BPS system that are still in force, as rows of `wilayah` under the same area keys.

    Only pairs in which the area in force names that BPS code back: older codes stay in the bridging table.
    The parent is the same area's parent, in BPS codes; None where that has none yet.
    """
    rows = list(read_rows(directory / "wilayah.csv.gz", AREA_COLUMNS))
    in_force = {row["bps_code"]: row for row in rows if row["bps_code"]}
    bps_of = {row["code"]: row["bps_code"] for row in rows}
    for row in bridge_rows(directory):
        same = in_force.get(row.bps_code)
        if same is not None and same["code"] == row.kemendagri_code:
            yield _bps(row, same, bps_of.get(same["parent_code"]))


def _bps(row: BridgeRow, same: dict[str, str], parent: str | None) -> WilayahRow:
    return WilayahRow(
        System.BPS.value,
        row.bps_code,
        row.level,
        same["type"],
        row.bps_name or same["name"],
        parent or None,
        _key(same["code"]),
        _degrees(same["lat"]),
        _degrees(same["lng"]),
        None,
    )
