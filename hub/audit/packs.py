"""Evidence packs: findings with everything behind them, signed, to be read and checked without the hub.

A pack is a zip of `pack.json` (for machines), `pack.xlsx` (for people) and `signature.json`. What an agreement does not
reach is not in it: a pack is read under the signed context of its agreement, and leaves a line in the ledger before it
leaves the hub. `verify` checks offline that nothing was changed; a hub replays each finding besides.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hub.access.context import Reach
from hub.access.signing import PublicKey, canonical, unsigned
from hub.audit.disclosing import enter, leave
from hub.domain import clock
from hub.errors import InputError, RefusedError
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text
from hub.store.tables.claims import CLAIMS

FORM = "hub-audit-pack/1"
MOST = 5_000
"""Findings in one pack."""
SIGNED = ("pack.json", "pack.xlsx")
"""What the signature of a pack is over: these, and nothing else."""
FIELDS = ("CaseEvent.*", "Finding.*", "Record.*")
_INSTANT = "to_char({0} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
CHOSEN = text(
    """
    select f.finding_id from finding f
    where upper_inf(f.recorded) and (cast(:rule as text) is null or f.rule = :rule)
      and (cast(:lo as bigint) is null or f.home_area_key between cast(:lo as bigint) and cast(:hi as bigint))
    order by f.finding_id limit :most
    """
)
OF_CASES = text(
    """
    select c.case_id, f.finding_id from audit_case c
    left join lateral (
      select x.finding_id from case_event x where x.case_id = c.case_id and x.finding_id is not null
      order by x.id desc limit 1) e on true
    left join finding f on f.finding_id = e.finding_id
    where c.case_id = any(:cases)
    """
)
"""What each case was last about; a later case of the same subject is about something else."""
FINDINGS = text(
    f"""
    select f.finding_id as number, f.uid::text as id, f.rule, f.rule_id as edition, f.since::text, f.until::text,
           f.amount_idr as amount, f.paid_idr as paid, f.proof, f.freshness, f.record_ids, f.person_ids, f.card_id,
           {_INSTANT.format("lower(f.recorded)")} as "knownAt", w.code as wilayah
    from finding f left join wilayah w on w.system = 'kemendagri' and w.area_key = f.home_area_key
    where f.finding_id = any(:findings) order by f.finding_id
    """
)
RULES = text(
    """
    select id as edition, code as rule, version, fingerprint, title_id, text_id, legal_basis, evidence, severity,
           definition, parameters, statement
    from rule_edition where id = any(:editions) order by id
    """
)
RECORDS = text(
    f"""
    select r.id as number, s.code as source, s.title_id as title, s.owner, r.record_key as key, r.version,
           r.row_no as row, f.name as file, f.sha256, l.columns, r.payload,
           replace(r.content_hash::text, '-', '') as hash,
           {_INSTANT.format("lower(r.recorded)")} as received
    from source_record r join source s on s.id = r.source_id join source_file f on f.id = r.file_id
    left join layout l on l.id = r.layout_id where r.id = any(:records) order by r.id
    """
)
CASES = text(
    f"""
    select x.case_id as "case", x.finding_id as finding, x.event, {_INSTANT.format("x.at")} as at, x.actor, x.agency,
           x.registry, x.amount_idr as amount, x.reason
    from case_event x where x.case_id = any(array(
      select c.case_id from finding f join audit_case c on c.rule = f.rule and c.subject = f.subject
      where f.finding_id = any(:findings)
        and (cardinality(cast(:cases as bigint[])) = 0 or c.case_id = any(cast(:cases as bigint[])))
        and exists (select from case_event y where y.case_id = c.case_id and y.finding_id = f.finding_id)))
    order by x.case_id, x.id
    """
)
NAMED = text(
    " union ".join(
        f"select c.person_id from {table.name} c where c.record_id = any(:records) and c.person_id is not null"
        for table in CLAIMS
        if "person_id" in table.c
    )
)
"""Everybody whom the claims of some records stand for."""
LEDGER = text("select seq, encode(seal, 'hex') as seal from ledger order by seq desc limit 1")


@dataclass(frozen=True)
class Wanted:
    """What a pack is asked for: cases, or all that stands of a rule or an area.

    Args:
        cases: Numbers of cases; empty: by rule and area.
        rule: Code of a rule.
        area: First and last key of an area.
    """

    cases: Sequence[int] = ()
    rule: str | None = None
    area: tuple[int, int] | None = None


async def gathered(
    database: Database, wanted: Wanted, reach: Reach, quota: int | None = None
) -> dict[str, Any]:
    """Everything of a pack under one reach; its line of the ledger is left before this returns.

    Args:
        database: Of the hub.
        wanted: What is asked for.
        reach: What may be read. Of scopes it is asked for rows alone: whoever gives it has every one of them.
        quota: Persons a day that the agreement grants; None: no bound.

    Raises:
        InputError: `nothing_found`, `pack_too_large`.
        RefusedError: `beyond_agreement`, of a case or a record the agreement does not let know; `context_refused`;
            `quota_spent`.
    """
    request = uuid4()
    async with database.connect(Role.LEDGER) as connection:
        last = (await connection.execute(LEDGER)).mappings().one_or_none()
    async with database.connect(Role.APP) as connection:
        await enter(connection, database, reach)
        numbers = await _numbers(connection, wanted)
        pack = await _told(connection, numbers, wanted.cases)
        subjects = {subject for each in pack["findings"] for subject in _subjects(each)}
        subjects |= await _named(database, [each["number"] for each in pack["records"]])
        pack |= {
            "form": FORM,
            "made": clock.now().isoformat(),
            "caller": reach.caller,
            "agreement": reach.agreement,
            "purpose": reach.purpose,
            "ledger": {"request": str(request), "after": dict(last) if last else None},
        }
        asked = (request, hashlib.sha256(canonical(numbers)).hexdigest())
        await leave(connection, asked, (FIELDS, subjects), len(numbers), quota)
    return pack


def _subjects(finding: dict[str, Any]) -> list[str]:
    """Whom a finding tells of, taken off it: its persons, or else its card."""
    persons, card = finding.pop("person_ids"), finding.pop("card_id")
    return [str(person) for person in persons] or ([] if card is None else [f"c{card}"])


async def _named(database: Database, records: list[int]) -> set[str]:
    """Whom records name, also those whom the agreement does not let know: they stand in them as received."""
    async with database.connect() as connection:
        return {str(person) for person in (await connection.execute(NAMED, {"records": records})).scalars()}


async def _numbers(connection: AsyncConnection, wanted: Wanted) -> list[int]:
    """The findings that are asked for and may be seen."""
    if wanted.cases:
        rows = (await connection.execute(OF_CASES, {"cases": list(wanted.cases)})).all()
        if len(rows) < len(set(wanted.cases)) or any(row.finding_id is None for row in rows):
            raise RefusedError(
                "beyond_agreement", "a case is not there, or the agreement does not let know of it"
            )
        return sorted({row.finding_id for row in rows})
    lo, hi = wanted.area or (None, None)
    given = {"rule": wanted.rule, "lo": lo, "hi": hi, "most": MOST + 1}
    numbers = list((await connection.execute(CHOSEN, given)).scalars())
    if not numbers:
        raise InputError("nothing_found", "nothing stands found of this rule and area")
    if len(numbers) > MOST:
        raise InputError(
            "pack_too_large", f"more than {MOST:,} findings: ask for a smaller area, or one rule"
        )
    return numbers


async def _told(connection: AsyncConnection, numbers: list[int], cases: Sequence[int]) -> dict[str, Any]:
    findings = await _rows(connection, FINDINGS, findings=numbers)
    asked = sorted({record for each in findings for record in each["record_ids"]})
    records = await _rows(connection, RECORDS, records=asked)
    if len(records) < len(asked):
        raise RefusedError(
            "beyond_agreement",
            f"{len(asked) - len(records)} records behind these findings cannot be seen under it",
        )
    for each in findings:
        each["records"] = each.pop("record_ids")
    editions = sorted({each["edition"] for each in findings})
    return {
        "findings": findings,
        "rules": await _rows(connection, RULES, editions=editions),
        "records": records,
        "events": await _rows(connection, CASES, findings=numbers, cases=list(cases)),
    }


async def _rows(connection: AsyncConnection, statement: Any, **given: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(statement, given)).mappings()]


def wrong_of(files: dict[str, bytes], keys: Iterable[PublicKey] = ()) -> list[str]:
    """What does not hold of a pack by itself; empty: nothing was changed since it was signed.

    Args:
        files: The three files by name.
        keys: Of the hub that it should come from; none: the key that the pack names is taken for it.
    """
    try:
        told, pack = json.loads(files["signature.json"]), json.loads(files["pack.json"])
        wrong = unsigned({name: files[name] for name in SIGNED}, told, keys)
        return wrong or [*_records_wrong(pack), *_rules_wrong(pack), *_findings_wrong(pack)]
    except (KeyError, ValueError, TypeError, AttributeError, InputError) as error:
        return [f"not a pack: {type(error).__name__}"]


def _records_wrong(pack: dict[str, Any]) -> list[str]:
    return [
        f"record {each['number']}: its payload is not what its hash stands for"
        for each in pack["records"]
        if hashlib.blake2b(each["payload"].encode(), digest_size=16).hexdigest() != each["hash"]
    ]


def _rules_wrong(pack: dict[str, Any]) -> list[str]:
    return [
        f"rule {each['rule']} version {each['version']}: its text is not what its fingerprint stands for"
        for each in pack["rules"]
        if fingerprint_of(each) != each["fingerprint"]
    ]


def fingerprint_of(edition: dict[str, Any]) -> str:
    """The fingerprint of an edition by its definition, parameters and statement."""
    parts = [canonical(edition[name]) for name in ("definition", "parameters")]
    return hashlib.sha256(b"\n".join([*parts, edition["statement"].encode()])).hexdigest()


def _findings_wrong(pack: dict[str, Any]) -> list[str]:
    """Each finding names the records that are in the pack, and its rupiah are the sum of its payments."""
    hashes = {each["number"]: (each["source"], each["version"], each["hash"]) for each in pack["records"]}
    wrong: list[str] = []
    for each in pack["findings"]:
        proof = json.loads(each["proof"])
        stated = sorted(
            (one["source"], one["version"], one["hash"].replace("-", "")) for one in proof["records"]
        )
        if stated != sorted(hashes[number] for number in each["records"]):
            wrong.append(f"finding {each['number']}: its evidence names other records")
        known = [one["amount"] for one in proof["payments"] if one["amount"] is not None]
        if (sum(known) if known else None) != each["amount"]:
            wrong.append(f"finding {each['number']}: its rupiah are not those of its payments")
    return wrong
