"""Which records are one person and by which judgements, in plain Python over the rows."""

import base64
from typing import Any

from tests.oracle.provenance import by
from tests.oracle.resolvers import (
    Arguments,
    Question,
    Resolver,
    Thing,
    columns,
    details,
    global_id,
    learned,
    made,
    to_one,
)
from tests.oracle.world import Moment, Row, World, ascending

KNOWN_METHODS = ("nik_name", "nik_conflict", "reviewer")


def _held(world: World, moment: Moment) -> list[Row]:
    return [row for row in world.all("cluster_member") if moment.recorded(row)]


def _newest(world: World, mention: int, moment: Moment) -> int | None:
    """The newest version of a mention's record that was known then."""
    versions = world.all("source_record", entry_id=mention // 16)
    return max(
        (row["id"] for row in versions if moment.known is None or row["recorded"].lower <= moment.known),
        default=None,
    )


def linked(world: World, person: Row, moment: Moment) -> list[Row]:
    """The mentions of a person, each with the newest version of its record."""
    mine = [row for row in _held(world, moment) if row["person_id"] == person["person_id"]]
    rows = [{**row, "record_id": _newest(world, row["mention_id"], moment)} for row in mine]
    return ascending(rows, by("mention_id"))


def judgements(world: World, member: Row, moment: Moment) -> list[Row]:
    """The judgements in force of one mention, with the other one."""
    found = []
    for edge in world.all("edge"):
        for near, far in (("mention_a", "mention_b"), ("mention_b", "mention_a")):
            if edge[near] != member["mention_id"] or not moment.recorded(edge):
                continue
            others = [row["person_id"] for row in _held(world, moment) if row["mention_id"] == edge[far]]
            record = _newest(world, edge[far], moment)
            found += [
                {**edge, "detail": edge["evidence"], "person_id": one, "record_id": record} for one in others
            ]
    return ascending(found, by("id"))


def merged(world: World, person: Row, moment: Moment) -> list[Row]:
    """The persons whose own mention is held to be this person's."""
    mine = {row["mention_id"]: row for row in _held(world, moment) if row["person_id"] == person["person_id"]}
    rows = [
        {**one, "recorded": mine[one["founded_by"]]["recorded"]}
        for one in world.all("person")
        if one["founded_by"] in mine and one["id"] != person["person_id"]
        and any(row["person_id"] == one["id"] for row in world.all("cluster_member", mention_id=one["founded_by"]))
    ]  # fmt: skip
    return ascending(rows, by("id"))


def is_current(thing: Thing, _args: Arguments, asked: Question) -> bool:
    """Whether the person was not merged into another."""
    found = asked.world.first("person", id=thing.row["person_id"])
    return found is None or found["merged_into"] is None


def successor(world: World, uid: str, moment: Moment) -> str:
    """The public id that an id stands for: itself while it is held, else that of whom it was merged into."""
    if any(str(row["uid"]) == uid and moment.recorded(row) for row in world.all("person_state")):
        return uid
    found = next((row for row in world.all("person") if str(row["uid"]) == uid), None)
    into = world.first("person", id=found["merged_into"]) if found else None
    return str(into["uid"]) if into else uid


def _method(thing: Thing, _args: Arguments, _asked: Question) -> str:
    return thing.row["method"] if thing.row["method"] in KNOWN_METHODS else "detector"


def _kind(thing: Thing, args: Arguments, asked: Question) -> str | None:
    return thing.row["method"] if _method(thing, args, asked) == "detector" else None


RECORD = to_one("Record", "source_record", {"id": "record_id"})


def _nested(thing: Thing, args: Arguments, asked: Question) -> Any:
    return made("RecordJudgement", judgements)(thing, args, asked)


def _id_of_person(thing: Thing, _args: Arguments, _asked: Question) -> str:
    return base64.b64encode(f"Person:{thing.row['uid']}".encode()).decode()


def fields(person: Resolver) -> dict[str, dict[str, Resolver]]:
    """The resolvers of these types."""
    return {
        "Merged": {"person": _id_of_person, "since": learned},
        "LinkedRecord": {
            "linkedRecord": global_id("mention_id"),
            "record": RECORD,
            "since": learned,
            "judgements": _nested,
        },
        "RecordJudgement": columns("judgement score", decidedBy="actor")
        | {
            "method": _method,
            "kind": _kind,
            "evidence": details,
            "since": learned,
            "record": RECORD,
            "person": person,
        },
    }
