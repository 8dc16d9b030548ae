"""Area `audit`: a full audit of all lists by the whole rule book, beside the same findings by SQL written by hand."""

import json
from datetime import timedelta
from time import perf_counter

from hub.audit.editions import edition_of, rules_of
from hub.audit.running import Audited, Scope, audit
from hub.cli.entrance import local_context
from hub.compiler.engine import Request
from hub.domain import clock
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.sql import text
from tests.bench.by_hand import BY_HAND
from tests.bench.lines import Line, note
from tests.bench.place import Place
from tests.bench.truth import PULLED, synced

PERSONS = 20_000
ERA = "2024"
TABLES = (
    "benefit", "benefit_event", "claim_enrollment", "claim_identifier", "claim_person", "enrollment",
    "family_attributes", "family_card", "group_member", "membership", "person_state", "score", "social_group",
    "source_record", "status",
)  # fmt: skip
"""What the rules read."""
SLOWER = 1.5
_CELLS = "nodes { wilayah { code } combination desil persons families amount }"
MATRIX = f'{{ matrix(wilayah: "33.20", level: KABUPATEN, first: 500) {{ totalCount {_CELLS} }} }}'
BY_DESA = f'{{ matrix(wilayah: "33.20", level: DESA, byDesil: true, first: 500) {{ totalCount {_CELLS} }} }}'
FOUND = "select subject, person_id, since, until, amount_idr from finding where upper_inf(recorded) and rule = :rule"


async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
    """Every line of the area, each round on a copy that no audit has seen, read once before the clock runs.

    Hub and hand take turns in going first; what is found by hand is held against the findings when these are there.

    Args:
        place: Where to measure.
        persons: Of the population.
        rounds: Audits of a copy that was not audited before.
    """
    _, synced_hub = await synced(place, ERA, persons)
    copy = place.named(f"{synced_hub.name}_audited")
    audits, hands = list[Audited](), list[dict[str, float]]()
    whole, scans = list[float](), list[float]()
    for turn in range(rounds):
        await _copied(place, synced_hub, copy)
        await _scan(copy)
        scans.append(await _scan(copy))
        if turn % 2:
            hands.append(await by_hand(copy, place, held=False))
        started = perf_counter()
        with clock.pin(PULLED):
            audits.append(await audit(copy, place.settings, Scope(full=True)))
        whole.append(perf_counter() - started)
        if not turn % 2:
            hands.append(await by_hand(copy, place))
    _told(audits[-1], hands[-1])
    lines = _lines(audits, whole, hands, scans) + await _matrix(copy, rounds)
    await place.say(f'drop database if exists "{copy.name}" with (force)')
    return lines


async def _copied(place: Place, model: Database, copy: Database) -> None:
    await place.say(f'drop database if exists "{copy.name}" with (force)')
    await place.say(f'create database "{copy.name}" template "{model.name}"')
    async with copy.administer() as connection:
        await connection.execute(text("analyze"))
        await connection.commit()


async def by_hand(database: Database, place: Place, *, held: bool = True) -> dict[str, float]:
    """Seconds of each statement by hand, its rows kept in a table.

    Args:
        database: A hub that was audited.
        place: Where its configuration lies.
        held: They must be the findings; else these are not there yet.

    Raises:
        AssertionError: A rule has no statement, or it finds otherwise.
    """
    rules, seconds = rules_of(place.settings.config_dir), dict[str, float]()
    given = {
        "amounts": _parameter(place, "amount_off_table", "amounts"),
        "exclusions": _parameter(place, "excluding_programs", "exclusions"),
        "wages": _parameter(place, "wage_above_minimum", "minimum_wage"),
    }
    async with database.connect() as connection:
        for code in rules:
            named = {name: value for name, value in given.items() if f":{name}" in BY_HAND[code]}
            started = perf_counter()
            await connection.execute(
                text(f"create temp table by_hand on commit drop as {BY_HAND[code]}"), named
            )
            seconds[code] = perf_counter() - started
            other = f"(select * from by_hand except all {FOUND}) union all ({FOUND} except all select * from by_hand)"
            if held and (
                differ := (await connection.execute(text(f"{other} limit 3"), {"rule": code})).all()
            ):
                raise AssertionError(f"{code}: by hand is found otherwise: {differ}")
            await connection.execute(text("drop table by_hand"))
    return seconds


def _parameter(place: Place, rule: str, name: str) -> str:
    config = place.settings.config_dir
    return json.dumps(edition_of(config, rules_of(config, [rule])[rule]).parameters[name])


async def _scan(database: Database) -> float:
    """Seconds of reading every row of the tables that rules look at once."""
    async with database.connect() as connection:
        started = perf_counter()
        for table in TABLES:
            await connection.execute(text(f"select count(*) from {table} t where t is not null"))
        return perf_counter() - started


def _told(audited: Audited, hand: dict[str, float]) -> None:
    """Each step of the last round, the dearest first."""
    for code, seconds in sorted(audited.seconds.items(), key=lambda step: -step[1]):
        beside = f", {audited.found[code]} found, by hand {hand[code]:.2f} s" if code in hand else ""
        note(f"audit: {code} {seconds:.2f} s{beside}")


def _lines(
    audits: list[Audited], whole: list[float], hands: list[dict[str, float]], scans: list[float]
) -> list[Line]:
    sums = [sum(each.values()) for each in hands]
    parts = [dict(each.seconds) for each in audits]
    beside = {name: [part.pop(name) for part in parts] for name in ("evidence", "write", "overlaps")}
    findings = [all_ - counted for all_, counted in zip(whole, beside["overlaps"], strict=True)]
    return [
        Line("audit.full", whole, "s", sums, SLOWER, at_most=True),
        Line("audit.findings", findings, "s", sums, SLOWER, at_most=True),
        Line("audit.rules", [sum(part.values()) for part in parts], "s", sums),
        *(Line(f"audit.{name}", values, "s", sums) for name, values in beside.items()),
        Line("audit.found", [float(audits[0].opened)], "findings"),
        Line("audit.scan", scans, "s", sums),
    ]


async def _matrix(database: Database, rounds: int) -> list[Line]:
    """Seconds of every combination of a kabupaten: as one area, and the first page by desa and desil.

    The first answer is not counted: it makes the graph.
    """
    seconds: dict[str, list[float]] = {"matrix": [], "matrix_by_desa": []}
    context = local_context(database)
    async with open_reader(database, 1) as reader:
        for name, query in (("matrix", MATRIX), ("matrix_by_desa", BY_DESA)):
            for _ in range(rounds + 1):
                started = perf_counter()
                with clock.pin(PULLED + timedelta(hours=1)):
                    answer = json.loads(await engine().run(Request(query, {}, None, "id"), reader, context))
                seconds[name].append(perf_counter() - started)
                if not answer["matrix"]["nodes"]:
                    raise AssertionError("no combinations were counted")
    return [
        Line(f"audit.{name}", values[1:], "s", goal=1.0, at_most=True) for name, values in seconds.items()
    ]
