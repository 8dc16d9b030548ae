"""Writes one kecamatan, desa by desa: every file of both months, so that memory holds one desa at a time."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hub.simulator.areas import AreaPlan, DesaPlan, stable_random
from hub.simulator.defects import Clerk, Written, base_rates, file_damage
from hub.simulator.dump import HEAD, row_lines
from hub.simulator.enrolment import Entries, Lists, enrol
from hub.simulator.lists import LISTS
from hub.simulator.living import found_village
from hub.simulator.numbers import BoolArray, NumberOffice, days
from hub.simulator.pages import payment_lines, pupil_lines
from hub.simulator.payrolls import BLT_HEAD, Block, PkhBook, add_blt, add_bpnt, bpnt_sink
from hub.simulator.plan import Plan, quarter_of
from hub.simulator.sink import TextSink, joined
from hub.simulator.village import ELSEWHERE, Register, Village, VillageScene
from hub.simulator.workshop import Workshop, WrittenFile

#: A damaged file has a pasted block at its top: a row for so many persons, a sixth of a Sembako file.
DAMAGED_PER_PERSONS = 100
PUPILS, PAYMENTS = "dapodik/peserta-didik", "pip/penerima"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A register row of month 2 that belongs in another desa's place: a mover."""

    kecamatan: str
    line: str
    nik: int
    person: int
    kinds: str


@dataclass(slots=True)
class DistrictResult:
    """What a kecamatan hands back: its files and its movers; `keys` are the files of its NIK index."""

    code: str
    files: list[WrittenFile] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    persons: int = 0


class DistrictWriter:
    """Writes the desa of one kecamatan one after another."""

    def __init__(self, shop: Workshop) -> None:
        self._shop, self._plan = shop, shop.plan
        self._result = DistrictResult(shop.kecamatan.code)
        code, position = shop.kecamatan.file_code, shop.kecamatan.position
        self._months = tuple(range(1, shop.plan.months + 1))
        self._office = NumberOffice(int(code), position, len(shop.area.kecamatan))
        self._dump = {m: shop.text("dukcapil", m, f"biodata_wni_{code}.csv", head=HEAD) for m in self._months}
        self._outside = {m: shop.text("elsewhere", m, "elsewhere.csv", code) for m in self._months}
        self._pupils = {m: shop.listing("kip", m, PUPILS) for m in self._months}
        self._payments = {m: shop.listing("kip", m, PAYMENTS) for m in self._months}
        self._bpnt = {m: self._open_bpnt(m) for m in self._months}
        self._pkh = {m: self._open_pkh(m) for m in self._months}
        self._blocks = {(s, m): self._block(s) for s in ("pkh", "bpnt") for m in self._months}
        self._further = [LISTS[name](shop) for name in shop.plan.lists]
        self._keys: dict[int, list[tuple[list[int], list[int]]]] = {m: [] for m in self._months}

    def _block(self, source: str) -> Block:
        area, position = self._shop.area, self._shop.kecamatan.position
        persons = sum(desa.persons for desa in self._shop.kecamatan.desa)
        damage = file_damage(self._plan, source, position, len(area.kecamatan))
        return Block(damage, max(3, persons // DAMAGED_PER_PERSONS))

    def _open_bpnt(self, month: int) -> TextSink:
        day, code = self._plan.extract_date(month), self._shop.kecamatan.file_code
        name = f"bpnt_{code}_{day:%Y%m}.csv"
        path = self._shop.directory / f"month{month}" / "bpnt" / name
        sink = bpnt_sink(path, self._shop.truth_path("bpnt", month, name), self._shop.kecamatan.position)
        self._shop.files.append(("bpnt", month, name, path, sink))
        return sink

    def _open_pkh(self, month: int) -> PkhBook:
        """One workbook a quarter: a month 2 in a new quarter gets a name of its own."""
        day, kecamatan = self._plan.extract_date(month), self._shop.kecamatan
        quarter = quarter_of(day)[0]
        same = quarter == quarter_of(self._plan.base_date)[0]
        suffix = "" if same else f"_{quarter[4:]}{quarter[:3]}"
        name = f"pkh_{kecamatan.file_code}{suffix}.xlsx"
        path = self._shop.directory / f"month{month}" / "pkh" / name
        book = PkhBook(path, self._shop.truth_path("pkh", month, name), self._plan, month, kecamatan.position)
        self._shop.files.append(("pkh", month, name, path, book))
        return book

    def write(self) -> DistrictResult:
        """Writes all desa and closes the files."""
        for desa in self._shop.kecamatan.desa:
            self._write_desa(desa)
        self._result.files = self._shop.close()
        parts = self._shop.directory / "parts"
        for month, chunks in self._keys.items():
            niks = np.array([nik for chunk, _ in chunks for nik in chunk], np.int64)
            sizes = np.array([size for _, chunk in chunks for size in chunk], np.int64)
            np.save(parts / f"keys.{month}.{self._shop.kecamatan.code}.npy", np.stack([niks, sizes]))
        return self._result

    def _write_desa(self, desa: DesaPlan) -> None:
        random = stable_random("desa", self._plan.seed, desa.code)
        today = days(self._plan.base_date)
        shop = self._shop
        scene = VillageScene(self._plan, shop.area, shop.kecamatan, desa, self._office, random, today)
        village = found_village(scene)
        lists = enrol(scene, village, base_rates(self._plan.preset))
        self._result.persons += desa.persons
        self._write_register(village)
        clerk = Clerk(scene, village)
        self._write_lists(village, lists, clerk)

    def _write_register(self, village: Village) -> None:
        """Both months; in month 2 only what changed is worked out again."""
        everyone = np.arange(len(village.people))
        lines = row_lines(village, 1, everyone)
        kinds = _person_kinds(village)
        for month in self._months:
            register = village.register(month)
            if month == 2:
                changed = np.flatnonzero(_differs(village.first, village.second))
                for i, line in zip(changed.tolist(), row_lines(village, 2, changed), strict=True):
                    lines[i] = line
            self._emit_register(village, month, lines, kinds)
            outside = np.flatnonzero(village.people.status == ELSEWHERE).tolist()
            people = [village.number(i) for i in outside]
            self._outside[month].add([lines[i] for i in outside], people, [""] * len(outside))
            if month == 2:
                self._note_arrivals(village, register, lines, kinds)

    def _emit_register(self, village: Village, month: int, lines: list[str], kinds: list[str]) -> None:
        register = village.register(month)
        stays = _at_home(village, register)
        here = np.flatnonzero(register.listed & stays).tolist()
        chosen = [lines[i] for i in here]
        self._dump[month].add(chosen, [village.number(i) for i in here], [kinds[i] for i in here])
        niks: list[int] = village.shown_nik[here].tolist()
        self._keys[month].append((niks, [len(line.encode()) + 1 for line in chosen]))

    def _note_arrivals(
        self, village: Village, register: Register, lines: list[str], kinds: list[str]
    ) -> None:
        for i in np.flatnonzero(register.listed & ~_at_home(village, register)).tolist():
            target = village.cards.area[int(register.family[i])][:8]
            arrival = Arrival(target, lines[i], int(village.shown_nik[i]), village.number(i), kinds[i])
            self._result.arrivals.append(arrival)

    def _write_lists(self, village: Village, lists: Lists, clerk: Clerk) -> None:
        pkh, bpnt = clerk.write(lists.pkh), clerk.write(lists.bpnt)
        blt, pupils = clerk.write(lists.blt_dd), clerk.write(lists.pupils)
        pairs = ((lists.pkh, pkh), (lists.bpnt, bpnt), (lists.blt_dd, blt), (lists.pupils, pupils))
        for entries, written in pairs:
            written.later = [_outdated(village, person) for person in entries.people]
        for month in self._months:
            self._pkh[month].add(village, lists.pkh, pkh, self._blocks["pkh", month])
            at = self._plan, month
            add_bpnt(self._bpnt[month], village, lists.bpnt, bpnt, self._blocks["bpnt", month], at)
            if len(lists.blt_dd):
                name = (
                    f"blt_dd_{village.desa.code.replace('.', '')}_{self._plan.extract_date(month):%Y%m}.csv"
                )
                sink = self._shop.text("blt_dd", month, name, head=BLT_HEAD)
                add_blt(sink, village, lists.blt_dd, blt, at)
        self._write_pages(village, lists.pupils, pupils)
        for further in self._further:
            further.add(village, lists)

    def _write_pages(self, village: Village, entries: Entries, written: Written) -> None:
        with_birth = [
            [*kinds, *_birth_kind(village, entries, written, i)] for i, kinds in enumerate(written.kinds)
        ]
        plain = written.kinds
        for month in self._months:
            written.kinds = with_birth
            shown = joined(written.kinds_in(month, i) for i in range(len(entries)))
            written.kinds = plain
            paid = joined(written.kinds_in(month, i) for i in range(len(entries)))
            pupils = pupil_lines(village, entries, written, month)
            people = [village.number(entries.people[i]) for i in pupils]
            self._pupils[month].add(list(pupils.values()), people, [shown[i] for i in pupils])
            terms = payment_lines(village, entries, written, month, self._plan.base_date)
            rows = [(i, line) for i, each in terms.items() for line in each]
            people = [village.number(entries.people[i]) for i, _ in rows]
            self._payments[month].add([line for _, line in rows], people, [paid[i] for i, _ in rows])


def _outdated(village: Village, person: int) -> list[str]:
    """What month 2 made wrong about an entry that nobody rewrote: a death, a move."""
    if not village.first.listed[person]:
        return []
    died = village.first.alive[person] and not village.second.alive[person]
    moved = village.first.family[person] != village.second.family[person]
    return [*(["dead_listed"] if died else []), *(["kk_old"] if moved else [])]


def _birth_kind(village: Village, entries: Entries, written: Written, i: int) -> list[str]:
    true = str(village.people.birth[entries.people[i]].astype("datetime64[D]"))
    if written.birth[i] == true:
        return []
    return ["birth_heaped"] if written.birth[i][5:] in ("01-01", "12-31") else ["birth_differs"]


def _at_home(village: Village, register: Register) -> BoolArray:
    here = np.array([area == village.desa.code for area in village.cards.area])
    stays: BoolArray = here[register.family]
    return stays


def _differs(one: Register, two: Register) -> BoolArray:
    """Persons whose row is not the same in both registers."""
    fields = ("family", "relation", "alive", "changed", "card")
    differs: BoolArray = np.logical_or.reduce([getattr(one, name) != getattr(two, name) for name in fields])
    return differs


def _person_kinds(village: Village) -> list[str]:
    """What is remarkable about a person's own register row."""
    marks = [""] * len(village.people)
    named = (
        ("twin", village.people.twin),
        ("namesake", village.people.namesake),
        ("nik_spouse", village.borrowed_nik),
    )
    for kind, where in named:
        for i in np.flatnonzero(where).tolist():
            marks[i] = f"{marks[i]}|{kind}" if marks[i] else kind
    return marks


def write_district(
    plan: Plan, area: AreaPlan, position: int, directory: Path, keep_truth: bool
) -> DistrictResult:
    """Writes the kecamatan at a place in the area's list; runs in a process of its own."""
    kecamatan = area.kecamatan[position]
    return DistrictWriter(Workshop(plan, area, kecamatan, directory, keep_truth)).write()
