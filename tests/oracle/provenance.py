"""Statements, identifiers and judgements of one person, computed from the claims in plain Python."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from tests.oracle.world import Moment, Row, World, ascending

GIVEN_FIELDS = (
    "NIK", "NAME", "BIRTH_DATE", "BIRTH_PLACE", "SEX", "MOTHER_NAME", "FATHER_NAME", "NO_KK", "RELATION",
    "MARITAL", "RELIGION", "EDUCATION", "OCCUPATION", "ADDRESS", "RT", "RW", "AREA", "VITAL", "DIED_ON",
)  # fmt: skip
"""The fields of a golden person, in the order of `stated_by`."""
#: Field, its column, the column of the original, the column of the grade.
VALUES: tuple[tuple[str, str, str | None, str | None], ...] = (
    ("NIK", "nik", "nik_raw", "nik_grade"),
    ("NAME", "name", "name_raw", None),
    ("BIRTH_DATE", "birth_date", "birth_raw", None),
    *(
        (name, name.lower(), None, None)
        for name in GIVEN_FIELDS
        if name not in ("NIK", "NAME", "BIRTH_DATE", "NO_KK", "AREA", "DIED_ON")
    ),
    ("NO_KK", "no_kk", "no_kk_raw", "no_kk_grade"),
)


def seen(world: World, record: Row, moment: Moment) -> tuple[datetime, datetime]:
    """When a version was first and last seen: until its source's last complete run, or until it closed."""
    first, closed = record["recorded"].lower, record["recorded"].upper
    if closed is not None and (moment.known is None or closed <= moment.known):
        return first, closed
    runs = [
        row["finished"]
        for row in world.all("run", source_id=record["source_id"], status="complete")
        if row["finished"] is not None and (moment.known is None or row["finished"] <= moment.known)
    ]
    return first, max([first, *runs])


def area_code(world: World, area_key: int | None) -> str | None:
    """The Kemendagri code of an area key."""
    found = world.first("wilayah", system="kemendagri", area_key=area_key)
    return found["code"] if found else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _said(world: World, claim: Row, person: Row) -> Iterable[tuple[Any, ...]]:
    """Field, value, original, grade and golden value of each field that a claim may speak of."""
    for name, column, raw, grade in VALUES:
        original = claim[raw] if raw else None
        yield name, _text(claim[column]), original, claim[grade] if grade else None, _text(person[column])
    here, home = area_code(world, claim["area_key"]), area_code(world, person["area_key"])
    yield "AREA", here, claim["area_raw"], None, home
    died = _text(claim["effective_on"]) if claim["vital"] == "meninggal" else None
    yield "DIED_ON", died, None, None, _text(person["died_on"])


def _known(world: World, claim: Row, moment: Moment) -> Row | None:
    """The record of a claim, if the hub knew it at the instant."""
    record = world.first("source_record", id=claim["record_id"])
    if record is None or (moment.known is not None and record["recorded"].lower > moment.known):
        return None
    return record


def _folded(groups: dict[tuple[Any, ...], list[Row]], build: Callable[[tuple[Any, ...]], Row]) -> list[Row]:
    """One row a group: the earliest first, the latest last, the newest record."""
    return [
        {
            **build(key),
            "first_seen": min(one["first"] for one in found),
            "last_seen": max(one["last"] for one in found),
            "record_id": max(one["record"] for one in found),
            "current": any(one["current"] for one in found),
            "effective_on": min((one["since"] for one in found if one.get("since")), default=None),
            "stands": any(one["stands"] for one in found),
            "recorded_to": None
            if any(one["stands"] for one in found)
            else max(one["closed"] for one in found),
        }
        for key, found in groups.items()
    ]


def _entry(world: World, record: Row, moment: Moment, current: bool) -> Row:
    first, last = seen(world, record, moment)
    stands, closed = moment.recorded(record), record["recorded"].upper
    told = {"first": first, "last": last, "record": record["id"], "current": current}
    return {**told, "stands": stands, "closed": closed}


def claims_about(world: World, table: str, person: Row, moment: Moment) -> list[Row]:
    """Claims about a person: of now, or of the mentions that stood for the person at the instant named."""
    mine = person["person_id"]
    if moment.known is None:
        return world.all(table, person_id=mine)
    held = [row for row in world.all("cluster_member", person_id=mine) if moment.recorded(row)]
    return [claim for row in held for claim in world.all(table, mention_id=row["mention_id"])]


def _disputed(row: Row, rows: list[Row]) -> bool:
    """Whether a statement stands and one that stands has another value of the field."""
    values = {one["value"] for one in rows if one["field"] == row["field"] and one["stands"]} - {None}
    return bool(row["stands"] and len(values) > 1)


def statements(world: World, person: Row, moment: Moment) -> list[Row]:
    """Who stated what of a person, one row for each field, value, original, grade, source and entry."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for claim in claims_about(world, "claim_person", person, moment):
        record = _known(world, claim, moment)
        if record is None:
            continue
        for name, value, original, grade, golden in _said(world, claim, person):
            if value is None and original is None:
                continue
            key = (name, value, original, grade, record["source_id"], record["entry_id"])
            same = value is not None and value == golden
            entry = {**_entry(world, record, moment, same), "since": claim["effective_on"]}
            groups.setdefault(key, []).append(entry)
    rows = _folded(
        groups,
        lambda key: {
            "field": key[0],
            "value": key[1],
            "original": key[1] if key[2] is None else key[2],
            "grade": key[3],
            "source_id": key[4],
            "person_id": person["person_id"],
            "home_area_key": person["home_area_key"],
        },
    )
    rows = [{**row, "disputed": _disputed(row, rows)} for row in rows]
    return ascending(rows, *(by(name) for name in ("field", "source_id", "record_id", "value")))


def identifiers(world: World, person: Row, moment: Moment) -> list[Row]:
    """The numbers of a person as each source has them."""
    told = [
        (claim, claim["scheme"], claim["value"], claim["grade"], claim["valid"])
        for claim in claims_about(world, "claim_identifier", person, moment)
    ]
    for claim in claims_about(world, "claim_person", person, moment):
        told += [
            (claim, scheme, claim[column], claim[f"{column}_grade"], None)
            for scheme, column in (("nik", "nik"), ("kk", "no_kk"))
            if claim[column] is not None
        ]
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for claim, *rest in told:
        record = _known(world, claim, moment)
        if record is not None:
            entry = _entry(world, record, moment, current=False)
            groups.setdefault((*rest, record["source_id"]), []).append(entry)
    names = ("scheme", "value", "grade", "valid", "source_id")
    rows = _folded(groups, lambda key: dict(zip(names, key, strict=True)))
    return ascending(
        rows, by("scheme"), by("value"), by("source_id"), lambda row: row["valid"] and row["valid"].lower
    )


def links(world: World, person: Row, moment: Moment) -> list[Row]:
    """Judgements between the mentions of a person and those of others."""
    held = [row for row in world.all("cluster_member") if moment.recorded(row)]
    mine = {row["mention_id"] for row in held if row["person_id"] == person["person_id"]}
    found = []
    for edge in world.all("edge"):
        for near, far in (("mention_a", "mention_b"), ("mention_b", "mention_a")):
            if edge[near] not in mine or not moment.recorded(edge):
                continue
            others = {row["person_id"] for row in held if row["mention_id"] == edge[far]}
            found += [{**edge, "person_id": other} for other in others - {person["person_id"]}]
    return ascending(found, by("id"))


def by(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name]
