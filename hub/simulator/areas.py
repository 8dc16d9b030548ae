"""The area a plan plays in: its kecamatan and desa, and the places its migrants came from."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hub.errors import FatalError, InputError
from hub.simulator.plan import Plan, shares


@dataclass(frozen=True, slots=True)
class DesaPlan:
    """One desa or kelurahan with its share of the population.

    `number` counts from 1 over the area and prefixes the person numbers of the desa.
    """

    number: int
    code: str
    name: str
    rural: bool
    bps_code: str
    persons: int
    hard: bool


@dataclass(frozen=True, slots=True)
class KecamatanPlan:
    """One kecamatan with its desa; `position` counts from 0 over the area.

    `former_name` is the kecamatan it was split from, where its BPS number tells (else empty).
    """

    position: int
    code: str
    name: str
    former_name: str
    desa: tuple[DesaPlan, ...]

    @property
    def file_code(self) -> str:
        """The code without dots, as file names bear it."""
        return self.code.replace(".", "")


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """The whole simulated area.

    `origins` are six-digit prefixes of first registration elsewhere (near kabupaten, retired codes,
    Papua); `elsewhere` are desa codes outside the area where listed strangers live; `names` maps the
    codes that lookups need to their names.
    """

    code: str
    name: str
    province: str
    kecamatan: tuple[KecamatanPlan, ...]
    origins: tuple[int, ...]
    elsewhere: tuple[str, ...]
    names: dict[str, str]


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a gzipped CSV reference file.

    Raises:
        FatalError: The file is missing.
    """
    if not path.exists():
        raise FatalError("reference_missing", f"The simulator needs the reference file {path.name}.")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def plan_area(plan: Plan, reference: Path) -> AreaPlan:
    """The area of a plan, with its persons shared out over the desa.

    Raises:
        InputError: The area is no kabupaten or kota of the current table.
        FatalError: A reference file is missing.
    """
    rows = {row["code"]: row for row in read_rows(reference / "wilayah.csv.gz")}
    kabupaten = rows.get(plan.area)
    if kabupaten is None or kabupaten["level"] != "2":
        raise InputError("area_unknown", "The area must be the dotted code of a kabupaten, like 33.20.")
    districts = [code for code in rows if code.startswith(f"{plan.area}.") and len(code) == 8]
    villages = _share_out(plan, sorted(districts), rows)
    origins = _origins(plan, rows, reference)
    elsewhere = _elsewhere(plan, rows)
    wanted = {code for full in elsewhere for code in _levels(full)}
    wanted |= {code for code in rows if code.startswith(plan.area)} | {plan.area[:2]}
    return AreaPlan(
        code=plan.area,
        name=kabupaten["name"],
        province=rows[plan.area[:2]]["name"],
        kecamatan=tuple(
            KecamatanPlan(
                i, code, rows[code]["name"], _former_name(rows[code], districts, rows), villages[code]
            )
            for i, code in enumerate(code for code in sorted(districts) if villages[code])
        ),
        origins=origins,
        elsewhere=elsewhere,
        names={code: rows[code]["name"] for code in sorted(wanted)},
    )


def stable_random(*parts: object) -> np.random.Generator:
    """A random stream of its own for a name, the same on every machine."""
    return np.random.Generator(np.random.PCG64([zlib.crc32(str(part).encode()) for part in parts]))


def _levels(code: str) -> tuple[str, str, str, str]:
    return code[:2], code[:5], code[:8], code


def _share_out(
    plan: Plan, districts: list[str], rows: dict[str, dict[str, str]]
) -> dict[str, tuple[DesaPlan, ...]]:
    """Desa with persons, by kecamatan: a small plan fills few desa, so that each is a village still."""
    weights = {
        code: float(stable_random("size", code).lognormal(0.0, 0.45))
        for code in rows
        if code[:8] in districts and len(code) == 13
    }
    ranked = sorted(weights, key=lambda code: (-weights[code], code))
    largest = {
        max((c for c in ranked if c[:8] == d), key=lambda c: weights[c], default="") for d in districts
    }
    ranked.sort(key=lambda code: code not in largest)
    used = sorted(ranked[: max(4, min(len(ranked), plan.persons // 50))])
    counts = dict(zip(used, shares(plan.persons, [weights[code] for code in used]), strict=True))
    hard = set(sorted(used, key=lambda code: (-counts[code], code))[:3])
    found: dict[str, list[DesaPlan]] = {code: [] for code in districts}
    for number, code in enumerate(used, start=1):
        row = rows[code]
        rural = code[9] != "1"
        desa = DesaPlan(number, code, row["name"], rural, row["bps_code"], counts[code], code in hard)
        found[code[:8]].append(desa)
    return {code: tuple(each) for code, each in found.items()}


def _former_name(row: dict[str, str], districts: list[str], rows: dict[str, dict[str, str]]) -> str:
    """BPS numbers a split kecamatan after its parent: 3320021 came out of 3320020."""
    bps = row["bps_code"]
    if not bps or bps.endswith("0"):
        return ""
    parents = [rows[code]["name"] for code in districts if rows[code]["bps_code"] == f"{bps[:-1]}0"]
    return parents[0] if parents else ""


def _origins(plan: Plan, rows: dict[str, dict[str, str]], reference: Path) -> tuple[int, ...]:
    """Prefixes of migrants, most frequent kind first repeated: the province, the country, retired, Papua."""
    random = stable_random("origins", plan.seed, plan.area)
    current = [code for code in rows if len(code) == 8 and not code.startswith(plan.area)]
    near = [code for code in current if code[:2] == plan.area[:2]]
    papua = [code for code in current if code[0] == "9"]
    retired = [
        row["code"] for row in read_rows(reference / "wilayah_retired.csv.gz") if len(row["code"]) == 8
    ]
    chosen: list[str] = []
    for pool, count in ((near, 120), (current, 40), (retired, 25), (papua, 12)):
        chosen += [pool[i] for i in random.integers(0, len(pool), count)]
    return tuple(int(code.replace(".", "")) for code in chosen)


def _elsewhere(plan: Plan, rows: dict[str, dict[str, str]]) -> tuple[str, ...]:
    random = stable_random("elsewhere", plan.seed, plan.area)
    outside = [code for code in rows if len(code) == 13 and not code.startswith(plan.area)]
    near = [code for code in outside if code[:2] == plan.area[:2]]
    papua = [code for code in outside if code[0] == "9"]
    picked = [near[i] for i in random.integers(0, len(near), 40)]
    picked += [outside[i] for i in random.integers(0, len(outside), 15)]
    return (*picked, *(papua[i] for i in random.integers(0, len(papua), 5)))
