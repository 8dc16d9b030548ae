"""What waits for reviewers: pairs that may be one person, the likeliest first, with what their records say."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hub.access.context import Reach, plain, sign
from hub.errors import InputError
from hub.registry.judging import load_judging
from hub.settings import Settings
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

MOST = 100
"""Pairs that are shown at once, at most."""
PURPOSE = "verivali"

FIELDS = (
    "name", "nik", "birth_date", "birth_place", "sex", "mother_name", "no_kk", "relation", "address", "rt", "rw",
    "area_raw", "vital",
)  # fmt: skip
"""Of a record, in the order in which a reviewer reads them."""

ENTER = text("select hub.enter(:context)")
DISCLOSED = text(
    "insert into ledger_inbox (request, operation, fields, subjects, answers)"
    " values (:request, :operation, :fields, :subjects, :answers)"
)
# Pairs of two persons that wait, each once with what its detectors say; the likeliest first. What people judged
# the same and stands apart all the same is a contradiction, and waits for nobody.
WAITING = """
    select min(c.id) as candidate, c.mention_a, c.mention_b, max(c.score) as score,
           array_agg(c.kind order by c.score desc, c.kind) as kinds, jsonb_agg(c.evidence order by c.score) as evidence
    from candidate c
    join cluster_member a on a.mention_id = c.mention_a and upper_inf(a.recorded)
    join cluster_member b on b.mention_id = c.mention_b and upper_inf(b.recorded) and b.person_id <> a.person_id
    where upper_inf(c.recorded) and c.dismissed is null and {which}
      and not exists (select from edge e where e.mention_a = c.mention_a and e.mention_b = c.mention_b
                      and upper_inf(e.recorded) and e.method = 'reviewer' and e.judgement = 'same')
    group by c.mention_a, c.mention_b
    order by max(c.score) desc, min(c.id) limit :most
"""
_FREE = """
    not exists (select from withheld w where w.persons @> a.person_id or w.persons @> b.person_id)
"""
_SHOWN = f"""
    {_FREE} and c.score >= :shown_from and c.id <> all(:passed) and (cast(:kind as text) is null or c.kind = :kind)
"""
_ONE = """
    (c.mention_a, c.mention_b) in (select mention_a, mention_b from candidate where id = :candidate)
"""
# The newest version of a mention's record, and what it says of the person.
SIDE = text(
    f"""
    select s.code as source, p.uid as person, p.id as person_id, {", ".join("c." + name for name in FIELDS)}
    from cluster_member m join person p on p.id = m.person_id
    join claim_person c on c.mention_id = m.mention_id and c.person_id = m.person_id
    join source_record r on r.id = c.record_id join source s on s.id = r.source_id
    where m.mention_id = :mention and upper_inf(m.recorded) order by r.version desc limit 1
    """
)
# Judgements of people that stand, the newest first.
LOG = text(
    """
    select j.id as line, j.judgement, j.in_force, j.at, j.actor, j.account, j.agency, j.reason, j.rests_on,
           j.mention_a, j.mention_b, u.id as undone_by
    from judging j left join judging u on u.undoes = j.id
    where j.event = 'judged' order by j.id desc limit :most
    """
)
# What was judged the same and stands apart all the same, because other judgements say that it is different.
CONTRADICTIONS = text(
    """
    select e.mention_a, e.mention_b, e.method, e.score, e.actor, lower(e.recorded) as since from edge e
    join cluster_member a on a.mention_id = e.mention_a and upper_inf(a.recorded)
    join cluster_member b on b.mention_id = e.mention_b and upper_inf(b.recorded)
    where upper_inf(e.recorded) and e.judgement = 'same' and a.person_id <> b.person_id order by e.id
    """
)


@dataclass(frozen=True)
class Waiting:
    """A pair that waits.

    Args:
        candidate: Number of the candidate.
        pair: Its mentions.
        score: The highest of its detectors, 0 to 1.
        kinds: Its detectors, the surest first.
        evidence: Verdict by field; where detectors differ, that of the surest.
        persons: Numbers of whom the records are, as the ledger names them.
        sides: What the record of each mention says, by field, with `source` and `person`.
    """

    candidate: int
    pair: tuple[int, int]
    score: float
    kinds: list[str]
    evidence: dict[str, str]
    persons: tuple[int, ...]
    sides: tuple[dict[str, Any], dict[str, Any]]

    def row(self) -> dict[str, Any]:
        """As JSON has it; records as they are."""
        told = {
            "candidate": self.candidate,
            "score": self.score,
            "kinds": self.kinds,
            "evidence": self.evidence,
        }
        return told | {"records": list(self.sides)}


@dataclass(frozen=True)
class Page:
    """What a reviewer is shown at once.

    Args:
        most: So many pairs at most, up to `MOST`.
        passed: Candidates that were passed over.
        kind: Of this detector only.
    """

    most: int = 1
    passed: Sequence[int] = ()
    kind: str | None = None


async def waiting(database: Database, settings: Settings, page: Page, actor: str) -> list[Waiting]:
    """The pairs that wait, the likeliest first; the ledger has a line of whom they show before they are returned.

    A pair with somebody whose data is withheld is left out.

    Args:
        database: The hub's.
        settings: Where the configuration is.
        page: Which, and how many.
        actor: The reviewer's account.
    """
    shown_from = load_judging(settings.config_dir).review.shown_from
    given = {
        "shown_from": shown_from, "passed": list(page.passed), "kind": page.kind, "most": min(page.most, MOST),
    }  # fmt: skip
    async with database.connect() as connection:
        found = (await connection.execute(text(WAITING.format(which=_SHOWN)), given)).mappings().all()
        shown = [await _waiting(connection, dict(row)) for row in found]
    await _disclosed(database, shown, actor)
    return shown


async def one(database: Database, candidate: int) -> Waiting:
    """The pair of a candidate.

    Raises:
        InputError: `unknown_candidate`, there is none, or it does not wait any longer.
    """
    async with database.connect() as connection:
        given = {"candidate": candidate, "most": 1}
        found = (await connection.execute(text(WAITING.format(which=_ONE)), given)).mappings().one_or_none()
        if found is None:
            raise InputError("unknown_candidate", f"no candidate {candidate} waits; see `hub review list`")
        return await _waiting(connection, dict(found))


async def log(database: Database, most: int) -> list[dict[str, Any]]:
    """The judgements of people, the newest first."""
    async with database.connect() as connection:
        return [dict(row) for row in (await connection.execute(LOG, {"most": most})).mappings()]


async def contradictions(database: Database) -> list[dict[str, Any]]:
    """Pairs that were judged the same and stand apart, since other judgements keep them so."""
    async with database.connect() as connection:
        return [dict(row) for row in (await connection.execute(CONTRADICTIONS)).mappings()]


async def _waiting(connection: AsyncConnection, row: dict[str, Any]) -> Waiting:
    pair = (row["mention_a"], row["mention_b"])
    sides = [
        (await connection.execute(SIDE, {"mention": mention})).mappings().one_or_none() for mention in pair
    ]
    evidence = {field: verdict for told in row["evidence"] for field, verdict in told.items()}
    left, right = (dict(side or {}) for side in sides)
    persons = tuple(side.pop("person_id") for side in (left, right) if side)
    return Waiting(row["candidate"], pair, row["score"], row["kinds"], evidence, persons, (left, right))


async def _disclosed(database: Database, shown: list[Waiting], actor: str) -> None:
    """Showing records to a reviewer is a disclosure, and leaves its line before they leave the hub."""
    if not shown:
        return
    reach = Reach([], 0, f"hub/{plain(actor)}", PURPOSE)
    row = {
        "request": uuid4(), "fields": ["Record.*"], "answers": len(shown),
        "operation": hashlib.sha256(b"hub review").hexdigest(),
        "subjects": sorted({str(person) for each in shown for person in each.persons}),
    }  # fmt: skip
    async with database.connect(Role.APP) as connection:
        await connection.execute(ENTER, {"context": sign(database.roles.key("context"), reach)})
        await connection.execute(DISCLOSED, row)
        await connection.commit()
