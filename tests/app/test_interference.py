"""An answer depends on nothing that the caller may not see: worlds that differ only there answer alike."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import pytest
from sqlalchemy import Table

from hub.access.context import WITHHELD, Reach, sign
from hub.registry.agencies import load_terms
from hub.settings import default_config_dir
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import text
from hub.store.tables import metadata
from tests.app import attacks
from tests.app.apart import Asked, Unchecked, apart, both
from tests.app.levels import LEVELS, OFFICER, PAIRS, REFUSED, Facts, Level, Seen
from tests.app.worlds import RESTRICTED, Other, Rows, hidden_pairs, hidden_values, store, world
from tests.conftest import _clone, wait_for

TERMS = load_terms(default_config_dir())
OPERATIONS = 500
"""Of all callers together."""
MANY = int(os.environ.get("TESTS_OPERATIONS", "1000"))
"""Operations made up for each caller by the long tests."""
SEED = os.environ.get("TESTS_SEED", "")
"""What they are made up from; another one makes up others."""
SHARE = 26
"""Of what is tried by name, each caller tries one in so many, and all of it in the long run."""
BOTH = "alter policy both_seen on hub.{table} using ((select hub.scopes()) & 1024 <> 0)"
"""A policy of pairs made wrong: of persons whom the caller may not see as well."""
PERSONS = [*range(1, 20), *sorted(RESTRICTED)]


@dataclass
class Worlds:
    """One world as it is, and for each caller the other one, made when it is asked for."""

    template: Database
    rows: Rows = field(default_factory=world)
    stack: list[Iterator[Database]] = field(default_factory=list)
    made: dict[str, Database] = field(default_factory=dict)
    pairs: dict[str, tuple[Database, Database]] = field(default_factory=dict)

    def of(self, level: Level | None) -> Database:
        """The other world of a caller; of nobody, the first."""
        name = level.name if level else ""
        if name not in self.made:
            clone = _clone(self.template, f"world_{name}")
            database = next(clone)
            self.stack.append(clone)
            rows = Other(self.rows, level, TERMS).world() if level else self.rows
            wait_for(store(database, rows, TERMS))
            self.made[name] = database
        return self.made[name]

    def copy(self, level: Level | None, name: str) -> Database:
        """A copy of one of them, to make wrong."""
        clone = _clone(self.of(level), name)
        self.stack.append(clone)
        return next(clone)

    def pair(self, level: Level) -> tuple[Database, Database]:
        """Copies of the first world and of a caller's, which its acts change, both alike."""
        if level.name not in self.pairs:
            self.pairs[level.name] = (
                self.copy(None, f"first_{level.name}"),
                self.copy(level, f"other_{level.name}"),
            )
        return self.pairs[level.name]

    def seen(self, level: Level) -> Seen:
        """What a caller may see of the first."""
        return Seen(level, Facts(self.rows, RESTRICTED), TERMS)


@pytest.fixture(scope="module")
def worlds(database_template: Database) -> Iterator[Worlds]:
    made = Worlds(database_template)
    yield made
    for clone in made.stack:
        next(clone, None)


@pytest.fixture(params=LEVELS, ids=lambda level: level.name)
def level(request: pytest.FixtureRequest) -> Level:
    found: Level = request.param
    return found


def operations(worlds: Worlds, level: Level, count: int) -> list[Asked]:
    values = hidden_values(worlds.rows, worlds.seen(level))
    return list(islice(attacks.made_up(values, PERSONS, f"{level.name} {SEED}"), count))


def tried(worlds: Worlds, level: Level) -> list[Asked]:
    """Every way by which something hidden might be reached."""
    values = hidden_values(worlds.rows, worlds.seen(level))
    return [
        *attacks.by_name(values, PERSONS), *attacks.in_order(), *attacks.of_time(), *attacks.everything(),
        *attacks.sorted_every_way(), *attacks.taken_away(), *attacks.injected(), *attacks.openly(),
        *attacks.officially(values, PERSONS), *attacks.besides(values), *attacks.by_message(values),
        *attacks.acted(hidden_pairs(worlds.rows, worlds.seen(level))[:24], PERSONS),
    ]  # fmt: skip


def test_the_two_worlds_of_a_caller_differ_and_show_the_same_rows(worlds: Worlds, level: Level) -> None:
    other = Other(worlds.rows, level, TERMS).world()
    seen, again = worlds.seen(level), Seen(level, Facts(other, RESTRICTED), TERMS)
    shown = [row for table, row in worlds.rows if "home_area_key" in table.c and seen.shows(table, row)]
    assert [row for table, row in other if "home_area_key" in table.c and again.shows(table, row)] == shown
    assert len(shown) > (0 if not level.purpose else 20)
    unlike = [row for _, row in other if row not in [one for _, one in worlds.rows]]
    assert len(unlike) > 40


def test_every_table_that_grows_with_people_has_rows_in_the_worlds(worlds: Worlds) -> None:
    """But what is told of moves, withdrawals and overlaps, which tests of their own hold."""
    growing = {table.name for table in metadata.sorted_tables if "home_area_key" in table.c}
    assert growing - {table.name for table, _ in worlds.rows} == {
        "relocation", "withdrawal", "overlap_person", "overlap_cell",
    }  # fmt: skip


async def test_row_level_security_shows_what_plain_reading_of_the_rules_shows(
    worlds: Worlds, level: Level
) -> None:
    assert await _misread(worlds, level, worlds.of(None)) == []


@pytest.mark.parametrize("table", PAIRS)
async def test_a_policy_of_pairs_that_was_made_wrong_shows_more(worlds: Worlds, table: str) -> None:
    """The graph joins both persons to a pair, so that by its doors this policy alone opens nothing."""
    database = worlds.copy(None, f"pairs_{table}")
    await _say(database, [BOTH.format(table=table)])
    assert await _misread(worlds, LEVELS[0], database) == [table]


REFUSALS = {
    "area_read": ("kecamatan", "alter policy area_read on hub.quarantine using (true)"),
    "withheld_words": ("auditor", "drop policy withheld_words on hub.quarantine"),
    "statuses": ("provinsi", "drop policy statuses on hub.quarantine"),
    "children_unknown": ("kabupaten", "drop policy children_unknown on hub.quarantine"),
    "programs": ("wide", "drop policy programs on hub.quarantine"),
}


@pytest.mark.parametrize("policy", REFUSALS)
async def test_a_policy_of_refused_rows_that_was_made_wrong_shows_more(worlds: Worlds, policy: str) -> None:
    """What they need is asked of a caller before they are read, so that by the doors most of these open nothing."""
    name, statement = REFUSALS[policy]
    levels = (*LEVELS, replace(LEVELS[1], name="wide", programs=("BPNT",)))
    database = worlds.copy(None, f"refused_{policy}")
    await _say(database, [statement])
    assert await _misread(worlds, next(one for one in levels if one.name == name), database) == [REFUSED]


async def _misread(worlds: Worlds, level: Level, database: Database) -> list[str]:
    """Tables of which row-level security shows a caller other rows than plain reading of the rules does."""
    seen = worlds.seen(level)
    guarded = {table for table, _ in worlds.rows if "home_area_key" in table.c or table.name in PAIRS}
    bits = TERMS.bits(frozenset(level.scopes)) | (WITHHELD if level.purpose == OFFICER else 0)
    programs = None if level.programs is None else frozenset(level.programs)
    reach = Reach(level.ranges, bits, level.name, level.purpose, "", programs)
    misread = []
    async with database.connect(Role.APP) as app:
        await app.execute(text("select hub.enter(:c)"), {"c": sign(database.roles.derive("context"), reach)})
        for table in sorted(guarded, key=lambda one: one.name):
            shown = [row for one, row in worlds.rows if one is table and seen.shows(one, row)]
            found = [dict(row) for row in (await app.execute(table.select())).mappings()]
            if sorted(_name(table, row) for row in found) != sorted(_name(table, row) for row in shown):
                misread.append(table.name)
    return misread


def _name(table: Table, row: dict[str, object]) -> str:
    names = ("id", "person_id", "mention_id", "record_id", "enrollment_id", "benefit_id", "card_id", "household_id",
             "group_id", "institution_id", "program", "scheme", "code", "event", "home_area_key",
             "event_area_key", "mention_a", "mention_b", "kind", "judgement", "row_no")  # fmt: skip
    return repr(
        [
            row.get(name)
            for name in names
            if name in table.c and (name != "id" or table.name in ("person", "source_record"))
        ]
    )


def share(worlds: Worlds, level: Level, every: int, made: int) -> list[Asked]:
    """One in so many of all that is tried, others for each caller, and some that are made up."""
    return [*tried(worlds, level)[LEVELS.index(level) :: every], *operations(worlds, level, made)]


def test_nothing_that_is_asked_tells_the_worlds_apart(worlds: Worlds, level: Level) -> None:
    asked = share(worlds, level, SHARE, 26)
    assert len(asked) * len(LEVELS) > OPERATIONS - 20
    with both(worlds.pair(level), level, TERMS) as pair:
        assert not (found := pair.found(asked)), apart(found)


def test_with_the_checks_of_the_application_off_the_database_alone_tells_nothing(
    worlds: Worlds, level: Level
) -> None:
    with both(worlds.pair(level), level, TERMS, Unchecked) as pair:
        assert not (found := pair.found(share(worlds, level, SHARE * 3, 6))), apart(found)


@pytest.mark.long
def test_nothing_of_all_that_is_tried_tells_the_worlds_apart(worlds: Worlds, level: Level) -> None:
    with both(worlds.pair(level), level, TERMS) as pair:
        assert not (found := pair.found(tried(worlds, level))), apart(found)


@pytest.mark.long
def test_nothing_of_very_much_that_is_made_up_tells_the_worlds_apart(worlds: Worlds, level: Level) -> None:
    with both(worlds.pair(level), level, TERMS) as pair:
        assert not (found := pair.found(operations(worlds, level, MANY))), apart(found)


@pytest.mark.long
def test_nothing_of_all_that_is_tried_tells_it_without_the_checks_either(
    worlds: Worlds, level: Level
) -> None:
    with both(worlds.pair(level), level, TERMS, Unchecked) as pair:
        assert not (found := pair.found(share(worlds, level, 1, 200))), apart(found)


@dataclass(frozen=True)
class Mutant:
    """A policy that was made wrong.

    Args:
        level: Who gains by it.
        statement: What makes it so, of `{table}`.
        tables: Where.
    """

    level: str
    statement: str
    tables: tuple[str, ...]


WIDE = """alter policy area_read on hub.{table} using (
    home_area_key between (select hub.area_lo({bits})) - {below} and (select hub.area_hi()) + {above}
    or event_area_key between (select hub.area_lo({bits})) - {below} and (select hub.area_hi()) + {above})"""
PEOPLE = ("person_state",)
MUTANTS = {
    "always true": Mutant("kecamatan", "alter policy area_read on hub.{table} using (true)", PEOPLE),
    "wrong level": Mutant("desa", WIDE.format(table="{table}", bits=1, below=99_999, above=99_999), PEOPLE),
    "upper bound off by one": Mutant("desa", WIDE.format(table="{table}", bits=1, below=0, above=1), PEOPLE),
    "lower bound off by one": Mutant("desa", WIDE.format(table="{table}", bits=1, below=1, above=0), PEOPLE),
    "between two areas": Mutant("desas", WIDE.format(table="{table}", bits=1, below=0, above=0), PEOPLE),
    "children leak": Mutant("kabupaten", "drop policy children on hub.{table}", PEOPLE),
    "payments of children leak": Mutant("kabupaten", "drop policy children on hub.{table}", ("benefit",)),
    "sensitive statuses leak": Mutant("provinsi", "drop policy statuses on hub.{table}", ("status",)),
    "other programs leak": Mutant("opd", "drop policy programs on hub.{table}", ("enrollment",)),
    "records of other programs leak": Mutant(
        "records", "drop policy programs on hub.{table}", ("source_record", "claim_person")
    ),
    "restricted persons leak": Mutant("auditor", "drop policy withheld on hub.{table}", PEOPLE),
    "statements on the restricted leak": Mutant(
        "auditor", "drop policy withheld on hub.{table}", ("person_state", "claim_person", "source_record")
    ),
    "children in findings of others leak": Mutant(
        "kabupaten", "drop policy children_others on hub.{table}", ("finding",)
    ),
    "restricted persons in findings of others leak": Mutant(
        "auditor", "drop policy withheld_others on hub.{table}", ("finding",)
    ),
    "cases of restricted persons in the evidence leak": Mutant(
        "auditor", "drop policy withheld_others on hub.{table}", ("audit_case",)
    ),
    "cases of children in the evidence leak": Mutant(
        "kabupaten", "drop policy children_others on hub.{table}", ("audit_case",)
    ),
    "refused rows of the restricted leak": Mutant(
        "auditor", "drop policy withheld_words on hub.{table}", ("quarantine",)
    ),
    "refused rows of other areas leak": Mutant(
        "kecamatan", "alter policy area_read on hub.{table} using (true)", ("quarantine",)
    ),
    "findings of other programs leak": Mutant("records", "drop policy programs on hub.{table}", ("finding",)),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_policy_that_was_made_wrong_is_found(worlds: Worlds, name: str) -> None:
    mutant = MUTANTS[name]
    level = next(one for one in LEVELS if one.name == mutant.level)
    pair_of = (worlds.copy(None, name), worlds.copy(level, name))
    for database in pair_of:
        wait_for(_say(database, [mutant.statement.format(table=table) for table in mutant.tables]))
    values = hidden_values(worlds.rows, worlds.seen(level))
    asked = [*attacks.by_name(values, PERSONS), *attacks.at_large()]
    with both(pair_of, level, TERMS) as pair:
        assert pair.found(asked), "nothing told the worlds apart"


def test_an_officer_of_the_wrong_areas_is_found(worlds: Worlds) -> None:
    level = next(one for one in LEVELS if one.purpose == OFFICER)
    asked = attacks.officially(hidden_values(worlds.rows, worlds.seen(level)), PERSONS)
    pair_of = (worlds.copy(None, "wide_first"), worlds.copy(level, "wide_other"))
    with both(pair_of, replace(level, areas=None), TERMS) as pair:
        assert pair.found(asked), "nothing told the worlds apart"


async def _say(database: Database, statements: Sequence[str]) -> None:
    async with database.administer() as connection:
        for statement in statements:
            await connection.execute(text(statement))
        await connection.commit()
