"""`hub audit run`: one statement a rule, then what differs from the findings held true is closed and opened.

After a sync only whom the hub heard of is looked at again (`hub.audit.touched`), and what stands then is what a full
audit would have left. A run that is asked for one area or period looks at everybody and writes what lies in it. The
order of rules changes nothing: each statement reads the graph alone, and all findings of a run are written at once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from time import perf_counter
from typing import Any

from hub.audit.cases import ALONE
from hub.audit.editions import Edition, registered, rules_of
from hub.audit.freezing import begin, freeze, hit
from hub.audit.overlaps import count_overlaps
from hub.audit.statement import FOUND, Sight
from hub.audit.touched import touch
from hub.errors import FatalError
from hub.ingest import runs
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text

LAST_WHOLE = text("select max(at) from audit_run where :edition = any(whole)")
# Whether one of some sources was heard for the first time after an instant, or a run of it taken back: that changes
# what a rule finds of persons of whom nobody spoke.
HEARD_ANEW = text(
    f"""
    select exists (select from source o where o.code = any(:sources) and (
      exists (select from run v where v.source_id = o.id and v.detail ->> 'kind' = 'revert' and v.started > :since)
      or not exists (select from source_record r
                     where r.source_id = o.id and lower(r.recorded) <= :since and {Sight().heard("r")})
         and exists (select from source_record r where r.source_id = o.id)))
    """
)
TWICE = text(
    "select min(rule) from (select rule from audit_found group by rule, subject having count(*) > 1) t"
)
KEEP_RUN = text(
    """
    insert into audit_run (at, scope, editions, whole, touched, found, gone, seconds)
    values (:at, cast(:scope as jsonb), :editions, :whole, :touched, :found, :gone, cast(:seconds as jsonb))
    """
)
#: What a finding is told apart by, beside its rule and subject.
_TOLD = (
    "person_id",
    "card_id",
    "program_id",
    "person_ids",
    "enrollment_ids",
    "benefit_ids",
    "record_ids",
    "proof",
)
# A rule whose statement or parameters were made anew under the version that it had finds nothing new by that alone:
# what stands is replayed by the edition under which it was found.
_SAME = "f.rule_id = any(n.editions) and f.subject = n.subject and " + " and ".join(
    f"f.{name} is not distinct from n.{name}" for name in _TOLD
)
_IN_SCOPE = (
    "(cast(:lo as bigint) is null or {0}.home_area_key between cast(:lo as bigint) and cast(:hi as bigint)"
    " or {0}.event_area_key between cast(:lo as bigint) and cast(:hi as bigint))"
    " and daterange({0}.since, {0}.until) && daterange(cast(:since as date), cast(:until as date))"
)
# What lies outside is set aside, but where it is what became of a finding that stands inside.
OUTSIDE = f"""
    delete from audit_found n where not ({_IN_SCOPE.format("n")}) and not exists (
      select from finding f where f.rule = n.rule and f.subject = n.subject and upper_inf(f.recorded)
        and {_IN_SCOPE.format("f")})
"""
CLOSE = """
    update finding f set recorded = tstzrange(lower(f.recorded), :at)
    where upper_inf(f.recorded) and {rules} and {scope} and {touched}
      and not exists (select from audit_found n where {same})
"""
#: One finding of a subject stands: what is found of it now ends what was found of it elsewhere, or of other days.
_FOUND_ANEW = "exists (select from audit_found n where n.rule = f.rule and n.subject = f.subject)"
_TOUCHED = (
    "((f.card_id is null or f.rule <> all(:by_card)) and f.person_id in (select person_id from audit_person)"
    " or f.rule = any(:by_card) and f.card_id in (select card_id from audit_card)"
    " or exists (select from audit_found n where n.rule = f.rule and n.subject = f.subject))"
)
_COLUMNS = ", ".join(FOUND)
OPEN = text(
    f"""
    insert into finding (finding_id, uid, rule_id, rule, {_COLUMNS}, recorded)
    select nextval('finding_ids'), gen_random_uuid(), n.rule_id, n.rule, {", ".join("n." + name for name in FOUND)},
           tstzrange(:at, null)
    from audit_found n
    where not exists (select from finding f where upper_inf(f.recorded) and f.rule = n.rule and {_SAME})
    order by n.rule, n.subject
    """
)
_OPEN_CASE = "not exists (select from case_event x where x.case_id = c.case_id and x.event = 'closed')"
_LAST_PROOF = (
    "(select o.proof from case_event x join finding o on o.finding_id = x.finding_id where x.case_id = c.case_id"
    " order by x.id desc limit 1)"
)
_PLACES = "person_id, event_area_key, home_area_key"
# A finding of a subject whose case is open is news of that case; one whose case was closed over this evidence, none.
CHANGED = text(
    f"""
    insert into case_event (case_id, finding_id, event, at, actor, {_PLACES})
    select c.case_id, f.finding_id, 'changed', :at, 'hub', c.person_id, c.event_area_key, c.home_area_key
    from finding f join audit_case c on c.rule = f.rule and c.subject = f.subject and {_OPEN_CASE}
    where lower(f.recorded) = :at order by f.finding_id
    """
)
OPEN_CASES = text(
    f"""
    with made as (
      insert into audit_case (case_id, uid, rule, subject, card_id, program_id, opened, {_PLACES})
      select nextval('case_ids'), gen_random_uuid(), f.rule, f.subject, f.card_id, f.program_id, :at, f.person_id,
             f.event_area_key, f.home_area_key
      from finding f
      where lower(f.recorded) = :at and not exists (
        select from audit_case c where c.rule = f.rule and c.subject = f.subject
        and ({_OPEN_CASE} or {_LAST_PROOF} = f.proof))
      order by f.finding_id
      returning case_id, rule, subject, {_PLACES})
    insert into case_event (case_id, finding_id, event, at, actor, {_PLACES})
    select m.case_id, f.finding_id, 'opened', :at, 'hub', m.person_id, m.event_area_key, m.home_area_key
    from made m join finding f on f.rule = m.rule and f.subject = m.subject and lower(f.recorded) = :at
    order by m.case_id
    """
)
GONE = text(
    f"""
    insert into case_event (case_id, finding_id, event, at, actor, {_PLACES})
    select c.case_id, f.finding_id, 'gone', :at, 'hub', c.person_id, c.event_area_key, c.home_area_key
    from finding f join audit_case c on c.rule = f.rule and c.subject = f.subject and {_OPEN_CASE}
    where upper(f.recorded) = :at and not exists (
      select from finding o where o.rule = f.rule and o.subject = f.subject and upper_inf(o.recorded))
    order by f.finding_id
    """
)


@dataclass(frozen=True)
class Scope:
    """What a run of the audit is asked for.

    Args:
        rules: Codes; all when empty.
        area: First and last key of an area; None: everywhere.
        since: First day of the period; None: from the beginning.
        until: The day after its last; None: without end.
        full: Look at everybody, also where those touched would do.
    """

    rules: Sequence[str] = ()
    area: tuple[int, int] | None = None
    since: date | None = None
    until: date | None = None
    full: bool = False

    @property
    def whole(self) -> bool:
        """Whether it leaves what is found everywhere and at any time."""
        return self.area is None and self.since is None and self.until is None

    def told(self) -> dict[str, Any]:
        """As the book of audits has it."""
        days = {"from": self.since, "to": self.until}
        given = {"rules": list(self.rules), "area": self.area} | {
            k: v and v.isoformat() for k, v in days.items()
        }
        return {name: value for name, value in given.items() if value}


@dataclass
class Audited:
    """What a run of the audit did.

    Args:
        at: Instant of recording of its findings, UTC.
        touched: Persons looked at; None: all.
        opened: Findings opened.
        closed: Findings closed.
        found: Subjects found by rule.
        seconds: By rule, and of writing.
    """

    at: datetime
    touched: int | None = None
    opened: int = 0
    closed: int = 0
    found: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


async def audit(database: Database, settings: Settings, scope: Scope | None = None) -> Audited:
    """Runs the rules and writes what they find, in one transaction.

    Raises:
        InputError: `unknown_rule`.
        FatalError: `config_invalid`, also a rule that finds one subject twice; `rule_changed`.
        RetriableError: `sync_running`.
    """
    asked = scope or Scope()
    rules = rules_of(settings.config_dir, asked.rules)
    async with runs.only_sync(database, mend=False), database.connect() as connection:
        done = Audited(await runs.next_instant(connection))
        editions = [
            await registered(connection, settings.config_dir, rule, done.at) for rule in rules.values()
        ]
        await begin(connection)
        listened = {source for rule in rules.values() for source in rule.listens_to}
        since = await _since(connection, asked, editions, sorted(listened))
        if since is not None:
            done.touched = await touch(connection, since)
        sight = Sight(touched=since is not None)
        for edition in editions:
            await find(connection, edition, sight, done)
        await _frozen(connection, done)
        await _write(connection, asked, editions, done)
        started = perf_counter()
        await count_overlaps(connection, done.at, full=asked.full)
        done.seconds["overlaps"] = round(perf_counter() - started, 3)
        await _keep(connection, asked, editions, done)
        await connection.commit()
    return done


async def _since(
    connection: AsyncConnection, asked: Scope, editions: list[Edition], listened: list[str]
) -> datetime | None:
    """The instant after which it is enough to look; None: everybody has to be looked at."""
    if asked.full or not asked.whole:
        return None
    last = [await connection.scalar(LAST_WHOLE, {"edition": edition.id}) for edition in editions]
    if not last or not all(last):
        return None
    since: datetime = min(last)
    anew = await connection.scalar(HEARD_ANEW, {"sources": listened, "since": since})
    return None if anew else since


async def find(connection: AsyncConnection, edition: Edition, sight: Sight, done: Audited) -> None:
    """Adds what one rule hits to `audit_hit`."""
    started = perf_counter()
    done.found[edition.code] = await hit(connection, edition, sight)
    done.seconds[edition.code] = round(perf_counter() - started, 3)


async def _frozen(connection: AsyncConnection, done: Audited) -> None:
    """Puts what was hit into `audit_found`."""
    started = perf_counter()
    await freeze(connection, done.at)
    done.seconds["evidence"] = round(perf_counter() - started, 3)


async def _write(connection: AsyncConnection, asked: Scope, editions: list[Edition], done: Audited) -> None:
    """Closes and opens what differs, and tells the cases."""
    started = perf_counter()
    lo, hi = asked.area or (None, None)
    days: dict[str, Any] = {"lo": lo, "hi": hi, "since": asked.since, "until": asked.until}
    if not asked.whole:
        await connection.execute(text(OUTSIDE), days)
    await _told_apart(connection)
    await connection.execute(text("analyze audit_found"))
    close = CLOSE.format(
        rules="f.rule = any(:rules)" if asked.rules else "true",
        scope="true" if asked.whole else f"({_IN_SCOPE.format('f')} or {_FOUND_ANEW})",
        touched="true" if done.touched is None else f"(f.rule <> all(:rules) or {_TOUCHED})",
        same=_SAME,
    )
    given = days | {
        "at": done.at,
        "rules": [edition.code for edition in editions],
        "by_card": [edition.code for edition in editions if edition.unit == "family_card"],
    }
    named = {name: value for name, value in given.items() if f":{name}" in close}
    done.closed = (await connection.execute(text(close), named)).rowcount
    done.opened = (await connection.execute(OPEN, {"at": done.at})).rowcount
    await connection.execute(ALONE)
    for events in (CHANGED, OPEN_CASES, GONE):
        await connection.execute(events, {"at": done.at})
    done.seconds["write"] = round(perf_counter() - started, 3)


async def _told_apart(connection: AsyncConnection) -> None:
    """Refuses a rule that finds one subject twice: findings are told apart by it, and cases opened."""
    if (rule := await connection.scalar(TWICE)) is not None:
        raise FatalError(
            "config_invalid", f"rule {rule} finds a subject twice; its condition is one row a subject"
        )
    await connection.execute(text("create unique index on audit_found (rule, subject)"))


async def _keep(connection: AsyncConnection, asked: Scope, editions: list[Edition], done: Audited) -> None:
    """Writes the run into the book of audits."""
    numbers = [edition.id for edition in editions]
    await connection.execute(
        KEEP_RUN,
        {
            "at": done.at, "scope": json.dumps(asked.told()), "editions": numbers,
            "whole": numbers if asked.whole else [], "touched": done.touched, "found": done.opened,
            "gone": done.closed, "seconds": json.dumps(done.seconds),
        },
    )  # fmt: skip
