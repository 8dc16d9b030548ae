"""Agreements in the database: proposed by one person, approved by two others, suspended, resumed, ended.

What holds is told from the events alone. An agreement grants from its second approval on, within its validity, for
as long as it is neither suspended nor ended, and only in the newest version that two people approved.
"""

import json
from dataclasses import dataclass
from typing import Literal

from hub.domain import clock
from hub.errors import InputError, RefusedError
from hub.registry.agreements import Agreement
from hub.store.sql import AsyncConnection, text

Event = Literal["proposed", "approved", "suspended", "resumed", "ended"]
Standing = Literal["proposed", "approved", "suspended", "ended"]
APPROVERS = 2
"""People other than the one who proposed it, for one pair of eyes too few is a way in."""

# One decision at a time on one agreement.
ALONE = text("select pg_advisory_xact_lock(hashtext('agreement ' || :code))")
TOLD = text(
    """
    select a.code, a.version, a.agency, a.terms::text as terms,
           array_agg(e.event order by e.id) as events, array_agg(e.actor order by e.id) as actors
    from agreement a join agreement_event e using (code, version)
    where :code = '' or a.code = :code
    group by a.code, a.version order by a.code, a.version
    """
)
PROPOSE = text(
    "insert into agreement (code, version, agency, terms) values (:code, :version, :agency, cast(:terms as jsonb))"
)
NOTE = text(
    "insert into agreement_event (code, version, at, event, actor, reason)"
    " values (:code, :version, :at, :event, :actor, :reason)"
)


@dataclass(frozen=True)
class Held:
    """An agreement in one version with what was decided on it.

    Args:
        agreement: Its terms.
        events: Event and actor, in order.
    """

    agreement: Agreement
    events: tuple[tuple[Event, str], ...]

    @property
    def proposer(self) -> str:
        """Who proposed it."""
        return self.events[0][1]

    @property
    def approvers(self) -> frozenset[str]:
        """Who approved it."""
        return frozenset(actor for event, actor in self.events if event == "approved")

    @property
    def standing(self) -> Standing:
        """What it is now; validity is another matter."""
        told = [event for event, _ in self.events]
        if "ended" in told:
            return "ended"
        if len(self.approvers) < APPROVERS:
            return "proposed"
        turns = [event for event in told if event in ("suspended", "resumed")]
        return "suspended" if turns[-1:] == ["suspended"] else "approved"


async def listed(connection: AsyncConnection, code: str = "") -> list[Held]:
    """Every version of every agreement, or of one, by code and version."""
    found = await connection.execute(TOLD, {"code": code})
    return [
        Held(Agreement.model_validate_json(row.terms), tuple(zip(row.events, row.actors, strict=True)))
        for row in found
    ]


async def granting(connection: AsyncConnection) -> dict[str, Agreement]:
    """The agreements that grant something now, by code; their days are the caller's to look at."""
    newest: dict[str, Held] = {}
    for held in await listed(connection):
        if held.standing != "proposed":
            newest[held.agreement.code] = held
    return {code: held.agreement for code, held in newest.items() if held.standing == "approved"}


async def propose(connection: AsyncConnection, agreement: Agreement, actor: str) -> None:
    """Keeps a new version; the caller commits.

    Raises:
        InputError: `agreement_version`, it is not the version after the last.
    """
    await connection.execute(ALONE, {"code": agreement.code})
    last = max((held.agreement.version for held in await listed(connection, agreement.code)), default=0)
    if agreement.version != last + 1:
        raise InputError(
            "agreement_version", f"{agreement.code} is at version {last}: propose version {last + 1}"
        )
    terms = agreement.model_dump(mode="json", by_alias=True)
    terms["masks"] = sorted(agreement.masks)
    keys = {"code": agreement.code, "version": agreement.version}
    await connection.execute(PROPOSE, {**keys, "agency": agreement.agency, "terms": json.dumps(terms)})
    await _note(connection, agreement, "proposed", actor, None)


async def decide(
    connection: AsyncConnection, code: str, event: Event, actor: str, reason: str | None
) -> Held:
    """Notes a decision on the newest version and returns what it has become; the caller commits.

    To suspend and to resume, the newest that people have approved is meant: it grants while a later one is proposed.

    Raises:
        InputError: `unknown_agreement`, or `agreement_standing`, it is not in a state for this.
        RefusedError: `own_proposal`, who proposed it approves it; `approved_before`, the same person twice.
    """
    await connection.execute(ALONE, {"code": code})
    versions = await listed(connection, code)
    if not versions:
        raise InputError(
            "unknown_agreement", "there is no agreement of that code; `hub agreements list` shows them"
        )
    held = _meant(versions, event)
    _fits(held, event, actor)
    await _note(connection, held.agreement, event, actor, reason)
    return Held(held.agreement, (*held.events, (event, actor)))


async def suspend_all(connection: AsyncConnection, actor: str, reason: str) -> list[str]:
    """Suspends every agreement that grants something and returns their codes; the caller commits."""
    found = await granting(connection)
    for code in sorted(found):
        await decide(connection, code, "suspended", actor, reason)
    return sorted(found)


def _meant(versions: list[Held], event: Event) -> Held:
    approved = [held for held in versions if held.standing != "proposed"]
    return approved[-1] if approved and event in ("suspended", "resumed") else versions[-1]


_FROM: dict[Event, frozenset[Standing]] = {
    "approved": frozenset({"proposed"}),
    "suspended": frozenset({"approved"}),
    "resumed": frozenset({"suspended"}),
    "ended": frozenset({"proposed", "approved", "suspended"}),
}


def _fits(held: Held, event: Event, actor: str) -> None:
    if held.standing not in _FROM.get(event, frozenset()):
        raise InputError(
            "agreement_standing", f"{held.agreement.code} is {held.standing}: it cannot be {event} now"
        )
    if event == "approved" and actor == held.proposer:
        raise RefusedError(
            "own_proposal", "who proposed an agreement does not approve it; two others have to"
        )
    if event == "approved" and actor in held.approvers:
        raise RefusedError("approved_before", "the same person does not approve twice; another has to")


async def _note(
    connection: AsyncConnection, agreement: Agreement, event: Event, actor: str, reason: str | None
) -> None:
    keys = {"code": agreement.code, "version": agreement.version, "at": clock.now()}
    await connection.execute(NOTE, {**keys, "event": event, "actor": actor, "reason": reason})
