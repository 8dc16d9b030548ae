"""An attacker with all that is told learns of no hidden cell more than the limits allow (faults F1 and F2)."""

from collections.abc import Hashable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.registry.datasets import load_datasets, load_limits
from hub.settings import default_config_dir
from hub.sharing.cubes import CubeRows
from hub.sharing.disclosure.blocks import KABUPATEN, TOTAL, Block, Cell, protect, small
from hub.sharing.disclosure.combinations import hidden_combinations
from hub.sharing.disclosure.grids import Category
from hub.sharing.money import rounded, step_of
from hub.sharing.places import Place
from hub.sharing.provinces import Provinces
from tests.sharing.attacker import Sum, intervals
from tests.sharing.conftest import Office

K = 10
PARENT = 3320000000
values = st.one_of(st.just(0), st.integers(1, 12), st.integers(0, 90))


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    """A kabupaten of a few kecamatan, with two tables of the same totals."""
    rows = [PARENT + 10_000 * n for n in range(1, draw(st.integers(1, 6)) + 1)]
    width = draw(st.integers(1, 5))
    first: dict[tuple[int, Category], int] = {
        (row, (str(c),)): draw(values) for row in rows for c in range(width)
    }
    totals = {row: sum(n for (r, _), n in first.items() if r == row) for row in rows}
    second: dict[tuple[int, Category], int] = {}
    for row in rows:
        left = totals[row]
        for c in range(3):
            part = left if c == 2 else draw(st.integers(0, left))
            second[row, ("X", str(c))] = part
            left -= part
    return Block(totals, [first, second])


def cells_of(block: Block) -> dict[Hashable, int]:
    """Every cell of a block, of kabupaten too."""
    found: dict[Hashable, int] = {}
    for number, table in [
        (-1, {(row, TOTAL): n for row, n in block.totals.items()}),
        *enumerate(block.tables),
    ]:
        for (row, category), n in table.items():
            for area in (row, row // KABUPATEN * KABUPATEN):
                found[number, area, category] = found.get((number, area, category), 0) + n
    return found


def sums_of(block: Block) -> list[Sum]:
    """What everybody knows of them: kecamatan make up a kabupaten, categories a total."""
    rows = list(block.totals)
    found: list[Any] = []
    for number, table in [(-1, dict.fromkeys((r, TOTAL) for r in rows)), *enumerate(block.tables)]:
        categories = list(dict.fromkeys(category for _, category in table))
        found += [((number, PARENT, each), [(number, row, each) for row in rows]) for each in categories]
        if number >= 0:
            areas = (PARENT, *rows)
            found += [((-1, area, TOTAL), [(number, area, each) for each in categories]) for area in areas]
    return found


def least_of(hidden: set[Cell]) -> dict[Hashable, int]:
    """A hidden total among told ones is no zero, or it would be told."""
    if (-1, PARENT, TOTAL) in hidden:
        return {}
    return {cell: 1 for cell in hidden if cell[0] == -1 or cell[1] == PARENT}


@settings(max_examples=8)
@given(blocks())
def test_no_hidden_cell_of_generated_tables_is_pinned(block: Block) -> None:
    done, cells = protect(block, K, small(K)), cells_of(block)
    told = {cell: n for cell, n in cells.items() if cell not in done.hidden}
    assert not [cell for cell, n in told.items() if 0 < n < K]
    found = intervals(told, done.hidden, sums_of(block), least_of(done.hidden))
    for cell, (low, high) in found.items():
        assert low <= cells[cell] <= high
        assert high - low >= K, (cell, low, high)
    if done.widths and found:
        assert min(done.widths) <= min(high - low for low, high in found.values())


def test_the_attacker_finds_what_plain_suppression_leaves_open() -> None:
    rows = [PARENT + 10_000 * n for n in (1, 2, 3)]
    table: dict[tuple[int, Category], int] = {(row, (c,)): 40 for row in rows for c in "abc"}
    table[rows[0], ("a",)] = 4
    block = Block({row: sum(table[row, (c,)] for c in "abc") for row in rows}, [table])
    cells, naive = cells_of(block), {(0, rows[0], ("a",))}
    told = {cell: n for cell, n in cells.items() if cell not in naive}
    assert intervals(told, naive, sums_of(block), {}) == {(0, rows[0], ("a",)): (4, 4)}
    done = protect(block, K, small(K))
    assert naive < done.hidden
    assert len(done.hidden) == 4


combinations = st.dictionaries(
    st.sets(st.sampled_from("ABCDE"), min_size=2).map(lambda each: tuple(sorted(each))), values, max_size=9
)


@settings(max_examples=8)
@given(combinations, st.lists(st.integers(10, 60), min_size=5, max_size=5))
def test_no_hidden_combination_is_pinned_by_the_totals_of_programs(
    counts: dict[tuple[str, ...], int], alone: list[int]
) -> None:
    sole = dict(zip("ABCDE", alone, strict=True))
    totals = {p: sole[p] + sum(n for each, n in counts.items() if p in each) for p in sole}
    hidden, narrowest = hidden_combinations(counts, totals, K)
    told: dict[Hashable, int] = {each: n for each, n in counts.items() if each not in hidden}
    told.update(totals)
    sums: list[Sum] = [(p, [("alone", p), *(each for each in counts if p in each)]) for p in totals]
    found = intervals(told, hidden, sums, {})
    assert all(high - low >= K for low, high in found.values())
    assert narrowest is None or narrowest <= min(high - low for low, high in found.values())


def test_all_data_sets_of_a_hub_together_pin_no_hidden_cell(office: Office) -> None:
    """Recipients, people, who is without a program, verification and combinations, as they are told: one system."""
    told, hidden, sums = released(office)
    without = populated(office, told, hidden, sums)
    found = intervals(told, hidden | without, sums, {})
    assert len(found) > 40
    assert [cell for cell in hidden if found[cell][1] - found[cell][0] < K] == []
    # Of those without a program an interval may be narrow where all of it is k or more, or nothing.
    ends = {cell: found[cell] for cell in without}
    assert [at for at, (low, high) in ends.items() if high - low < K and low < K and high > 0] == []


ABOVE = ("kecamatan", "kabupaten")


def above(row: dict[str, Any]) -> str:
    """Code of the area that an area is part of."""
    return str(row["kode_kemendagri"]).rpartition(".")[0]


def populated(
    office: Office, told: dict[Hashable, int], hidden: set[Hashable], sums: list[Sum]
) -> set[Hashable]:
    """Adds people, the same people by verification, and by program those without; the last are returned."""
    groups: dict[tuple[Hashable, str], dict[Hashable, None]] = {}
    without: set[Hashable] = set()
    for row in office.rows("cakupan"):
        cell = keep(told, hidden, row, row["penduduk"], "people", row["desil"])
        holders = (row["program"], *cell[1:], "_T", "_T")
        without.add(("without", *holders))
        sums.append((cell, [holders, ("without", *holders)]))
        groups.setdefault((("people", cell[1][:5], "_T"), row["tingkat"]), {})[cell] = None
        if row["tingkat"] == "kabupaten":
            groups.setdefault((("people", above(row), row["desil"]), "province"), {})[cell] = None
    for row in office.rows("verifikasi"):
        kind = "people" if row["hasil"] == "_T" else "verified"
        cell = keep(told, hidden, row, row["jumlah"], kind, row["hasil"])
        if kind == "verified":
            groups.setdefault((("people", cell[1], "_T"), "results"), {})[cell] = None
            if row["tingkat"] in ABOVE:
                groups.setdefault(((kind, above(row), cell[2]), "areas"), {})[cell] = None
    sums += [(whole, [part for part in parts if part != whole]) for (whole, _), parts in groups.items()]
    return without


def test_what_one_data_set_hides_no_other_tells(office: Office) -> None:
    people = {
        row["kode_kemendagri"]: row["penduduk"] for row in office.rows("cakupan") if row["desil"] == "_T"
    }
    verified = {
        row["kode_kemendagri"]: row["jumlah"] for row in office.rows("verifikasi") if row["hasil"] == "_T"
    }
    assert people.keys() == verified.keys()
    assert None in people.values()
    assert [code for code, n in people.items() if verified[code] not in (n, None)] == []


def test_money_is_told_by_kabupaten_and_province_alone_and_counts_nobody(office: Office) -> None:
    rows = office.rows("realisasi")
    paid = dict(
        office.ask(
            "select g.code, row(sum(b.amount_idr), count(distinct b.person_id))::text from benefit b"
            " join program g on g.id = b.program_id group by 1"
        )
    )
    assert {row["tingkat"] for row in rows} == {"provinsi", "kabupaten"}
    assert [row for row in rows if row["status"] == "A"]
    for row in rows:
        amount, persons = (float(n) for n in paid[row["program"]].strip("()").split(","))
        if row["nilai"] is not None:
            assert persons >= K
            assert abs(row["nilai"] - amount) <= step_of(int(K * amount / persons)) / 2
            assert row["nilai"] % step_of(int(K * amount / persons)) == 0


@pytest.mark.parametrize(
    ("contributors", "value", "largest", "second"),
    [(9, 900, 100, 100), (20, 1000, 800, 110), (20, 1000, 480, 480), (12, 1000, 700, 250)],
)
def test_sums_that_tell_of_their_largest_are_withheld(
    office: Office, contributors: int, value: int, largest: int, second: int
) -> None:
    dataset = load_datasets(office.settings.config_dir)["realisasi"]
    work = CubeRows(dataset, load_limits(office.settings.config_dir), "2026-03", date(2026, 3, 31), {})
    found = SimpleNamespace(value=value, contributors=contributors, largest=largest, second=second)
    assert rounded(work, found) is None
    assert rounded(work, SimpleNamespace(value=2600, contributors=20, largest=200, second=150)) == 2000


def test_a_second_month_hides_the_same_neighbour() -> None:
    areas = [PARENT + 10_000 * n for n in (1, 2, 3, 4)]
    march = protect(Block(dict(zip(areas, (3, 12, 13, 90), strict=True))), K, small(K)).hidden
    april = dict(zip(areas, (3, 12, 11, 90), strict=True))
    assert {area for _, area, _ in march} == set(areas[:2])
    assert {area for _, area, _ in protect(Block(april), K, small(K)).hidden} == {areas[0], areas[2]}
    assert protect(Block(april), K, small(K), march).hidden == march


def test_a_second_month_hides_the_same_combination() -> None:
    counts = {("A", "B"): 3, ("A", "C"): 12, ("B", "C"): 11, ("A", "B", "C"): 14}
    totals = {"A": 29, "B": 28, "C": 60}
    assert ("A", "B", "C") not in hidden_combinations(counts, totals, K)[0]
    assert ("A", "B", "C") in hidden_combinations(counts, totals, K, kept=[("A", "B", "C")])[0]


def released(office: Office) -> tuple[dict[Hashable, int], set[Hashable], list[Sum]]:
    """What the rows of the hub's releases tell, hide and sum up to."""
    told: dict[Hashable, int] = {}
    hidden: set[Hashable] = set()
    groups: dict[tuple[Hashable, str], list[Hashable]] = {}
    for row in office.rows("penerima"):
        at = [row[name] for name in ("program", "desil", "jenis_kelamin", "kelompok_umur")]
        cell = keep(told, hidden, row, row["jumlah"], *at)
        whole = (*cell[:2], "_T", "_T", "_T")
        if cell != whole:
            groups.setdefault((whole, "desil" if row["desil"] != "_T" else "ages"), []).append(cell)
        if row["tingkat"] in ABOVE:
            groups.setdefault(((cell[0], above(row), *cell[2:]), "areas"), []).append(cell)
    combined(office, told, groups)
    return told, hidden, [(whole, parts) for (whole, _), parts in groups.items()]


def combined(
    office: Office, told: dict[Hashable, int], groups: dict[tuple[Hashable, str], list[Hashable]]
) -> None:
    """Adds what combinations tell of the totals of their programs: these, and the rest, make them up."""
    for row in office.rows("tumpang_tindih"):
        if row["status"] == "A":
            cell = ("combined", row["kode_kemendagri"], row["kombinasi"])
            told[cell] = row["jumlah"]
            for program in row["kombinasi"].split("$"):
                whole = (program, row["kode_kemendagri"], "_T", "_T", "_T")
                groups.setdefault((whole, "held"), [("rest", whole)]).append(cell)


def keep(
    told: dict[Hashable, int], hidden: set[Hashable], row: dict[str, Any], value: int | None, *at: str
) -> tuple[str, ...]:
    """Notes a cell as told or hidden."""
    cell = (at[0], row["kode_kemendagri"], *at[1:])
    if value is None:
        hidden.add(cell)
    else:
        told[cell] = value
    return cell


def test_two_data_sets_and_two_askers_hold_one_value_a_cell(office: Office) -> None:
    shown = {
        (r["program"], r["kode_kemendagri"], r["desil"]): r["jumlah"]
        for r in office.rows("penerima")
        if r["kelompok_umur"] == "_T"
    }
    again = {(r["program"], r["kode_kemendagri"], r["desil"]): r["penerima"] for r in office.rows("cakupan")}
    assert again
    assert [at for at, n in again.items() if shown[at] != n] == []


@pytest.mark.parametrize("value", [0, 10, 11])
def test_zeros_and_what_is_large_enough_are_told(value: int) -> None:
    assert not small(K)((0, PARENT, ("a",)), value)


def test_a_table_that_does_not_sum_to_its_totals_is_refused() -> None:
    with pytest.raises(ValueError, match="does not sum"):
        protect(Block({PARENT + 10_000: 5}, [{(PARENT + 10_000, ("a",)): 4}]), K, small(K))


def kabupaten(number: int, value: int | None) -> dict[str, Any]:
    cells = {
        "kode_kemendagri": f"33.{number:02}",
        "kode_bps": None,
        "nama_wilayah": "X",
        "tingkat": "kabupaten",
    }
    status = "c" if value is None else "A"
    return {"periode": "2026-03", **cells, "program": "PKH", "jumlah": value, "status": status}


JATENG = {"33": Place(3300000000, 1, "33", "JAWA TENGAH", "33")}


@given(st.lists(st.one_of(st.none(), st.integers(0, 90)), min_size=1, max_size=6))
def test_a_total_of_a_province_is_a_function_of_what_is_told(parts: list[int | None]) -> None:
    """So that an attacker with it solves the same system as one without."""
    dataset = load_datasets(default_config_dir())["penerima"]
    rows = [kabupaten(number, value) for number, value in enumerate(parts, 1)]
    total, *rest = Provinces(dataset, JATENG).added(rows)
    told = [value for value in parts if value is not None]
    assert rest == rows
    assert (total["kode_kemendagri"], total["tingkat"], total["program"]) == ("33", "provinsi", "PKH")
    assert total["jumlah"] == (sum(told) if len(told) == len(parts) else None)
    assert total["status"] == ("A" if len(told) == len(parts) else "c")


@pytest.mark.parametrize("name", ["penerima", "cakupan", "realisasi", "pmks", "verifikasi"])
def test_a_province_tells_the_sums_of_its_kabupaten(office: Office, name: str) -> None:
    measure = {"cakupan": "penduduk", "realisasi": "nilai"}.get(name, "jumlah")
    area = (
        "kode_kemendagri",
        "kode_bps",
        "nama_wilayah",
        "tingkat",
        "status",
        measure,
        "penerima",
        "cakupan",
    )
    groups: dict[str, dict[tuple[Any, ...], list[int | None]]] = {"provinsi": {}, "kabupaten": {}}
    for row in office.rows(name):
        key = tuple(value for column, value in row.items() if column not in area)
        if row["tingkat"] in groups:
            groups[row["tingkat"]].setdefault(key, []).append(row[measure])
    assert groups["provinsi"].keys() == groups["kabupaten"].keys()
    for key, [total] in groups["provinsi"].items():
        parts = groups["kabupaten"][key]
        assert total == (None if None in parts else sum(part or 0 for part in parts))
