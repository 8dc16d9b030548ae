"""Callers: what a believed token, the agency's entry and one agreement come to, and nothing beyond their meet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hub.access.api_keys import ApiKey
from hub.access.areas import NATIONAL, NOWHERE, AreaSet, areas_of
from hub.access.tokens import Claims, refusal
from hub.errors import InputError, RefusedError
from hub.registry.agencies import Agency, Client, Terms
from hub.registry.agreements import Agreement, Mask

HUB = "hub"


@dataclass(frozen=True)
class Caller:
    """Who asks, and how far.

    Args:
        agency: Code of the agency.
        kind: Of the agency: `desa`, `opd`, `auditor`, …
        subject: Client of it, opaque.
        roles: What it may do: `reader`, `exporter`, …
        areas: Where it reaches.
        expires: UTC; from then on it is nobody.
        purpose: What it asks for; blank where it asks for nothing personal.
        agreement: Code and version of the agreement that grants it; blank likewise.
        scopes: Groups of fields granted; empty: what speaks of no person.
        programs: Codes it is granted; None: every program.
        masks: What is shown in place of values.
        quota: Persons a day; None: no bound.
        everything: Whether every scope is granted, also those to come: the operator of this machine alone.
    """

    agency: str
    kind: str
    subject: str
    roles: frozenset[str]
    areas: AreaSet
    expires: datetime
    purpose: str = ""
    agreement: str = ""
    scopes: frozenset[str] = frozenset()
    programs: frozenset[str] | None = None
    masks: frozenset[Mask] = frozenset()
    quota: int | None = None
    everything: bool = False


@dataclass(frozen=True)
class Granting:
    """What callers are resolved against.

    Args:
        agencies: By code.
        terms: Purposes and scopes.
        agreements: Those approved and not suspended, by code; the newest version of each.
        keys: Of systems, by their ids.
    """

    agencies: Mapping[str, Agency]
    terms: Terms
    agreements: Mapping[str, Agreement]
    keys: Mapping[str, ApiKey] = field(default_factory=dict)


def resolved(claims: Claims, granting: Granting, day: date, purpose: str = "", agreement: str = "") -> Caller:
    """The caller behind a token.

    Args:
        claims: Believed.
        granting: What is granted.
        day: Today (WIB): agreements begin and end by it.
        purpose: Named with the request; a token that names one admits no other.
        agreement: Likewise; may be left out where one agreement of the agency grants the purpose.

    Raises:
        RefusedError: `token_refused`, no such client, or the certificate of another; `token_unbound`, it has to be
            bound to one; `no_agreement`, nothing grants the purpose.
        InputError: `unknown_purpose`, `unlike_token`.
    """
    agency, client = _client(claims, granting.agencies)
    _require_its_own(claims, client)
    asked = _one(purpose, claims.private.get("purpose"))
    named = _one(agreement, claims.private.get("agreement"))
    bare = Caller(
        agency.code,
        agency.kind,
        claims.subject,
        frozenset(client.roles),
        _areas(agency, client, claims),
        claims.expires,
    )
    if not asked:
        return bare
    if granting.terms.purpose(asked) is None:
        raise InputError("unknown_purpose", "there is no such purpose; `purposes` lists them")
    chosen = _agreement(agency, asked, named, granting, day)
    if chosen.bound and not _is_bound(claims, client):
        raise _unbound(f"the agreement {chosen.code} grants")
    return _granted(bare, chosen, asked, claims.private)


def on_behalf(granting: Granting, asked: tuple[str, str, str], day: date, expires: datetime) -> Caller:
    """An agency as the operator acts for it: what one agreement grants over the agency's own areas, and no client.

    Args:
        granting: What is granted.
        asked: Agreement, purpose, and who acts, by name of account.
        day: Today (WIB).
        expires: UTC.

    Raises:
        RefusedError: `no_agreement`; `token_unbound`, the agreement grants to bound tokens alone.
        InputError: `unknown_purpose`.
    """
    code, purpose, actor = asked
    if granting.terms.purpose(purpose) is None:
        raise InputError("unknown_purpose", "there is no such purpose; config/access.toml has them")
    held = granting.agreements.get(code)
    agency = granting.agencies.get(held.agency) if held else None
    if held is None or agency is None or purpose not in held.purposes or not held.holds_on(day):
        raise RefusedError(
            "no_agreement", f"{code} does not grant {purpose} today; see `hub agreements list`"
        )
    if held.bound:
        raise _unbound(f"the agreement {code} grants")
    own = NATIONAL if agency.national else areas_of(agency.areas)
    roles = frozenset({"reader", "exporter"})
    bare = Caller(agency.code, agency.kind, actor, roles, own, expires)
    return _granted(bare, held, purpose, {})


def _require_its_own(claims: Claims, client: Client) -> None:
    """Passes who shows the certificate that token and client name.

    Raises:
        RefusedError: `token_refused`; `token_unbound`, the client has to be bound and neither names one.
    """
    wanted = ([(claims.bound,)] if claims.bound else []) + (
        [client.certificates] if client.certificates else []
    )
    if any(claims.shown not in fit for fit in wanted):
        raise refusal()
    if client.bound and not _is_bound(claims, client):
        raise _unbound("this client is answered")


def _is_bound(claims: Claims, client: Client) -> bool:
    return bool(claims.bound or client.certificates)


def _unbound(what: str) -> RefusedError:
    return RefusedError(
        "token_unbound", f"{what} by tokens alone that are bound to a client certificate (RFC 8705)"
    )


def _client(claims: Claims, agencies: Mapping[str, Agency]) -> tuple[Agency, Client]:
    """The client that a token speaks for: the hub's own issuer names any agency, another only those it issues for."""
    agency = agencies.get(str(claims.private.get("agency", "")))
    client = agency.client(claims.subject) if agency else None
    if agency is None or client is None or claims.issuer not in (HUB, agency.issuer):
        raise refusal()
    return agency, client


def _one(asked: str, told: object) -> str:
    """What a request names, or its token in its place.

    Raises:
        InputError: `unlike_token`, they name two.
    """
    if told is not None and not isinstance(told, str):
        raise refusal()
    if asked and told and asked != told:
        raise InputError("unlike_token", "the token is for another purpose or agreement")
    return asked or told or ""


def _areas(agency: Agency, client: Client, claims: Claims) -> AreaSet:
    """The meet of the agency's areas, the client's and those that the token names."""
    own = NATIONAL if agency.national else areas_of(agency.areas)
    if client.areas is not None:
        own = own.meet(areas_of(client.areas))
    if "areas" not in claims.private:
        return own
    named = claims.private["areas"]
    if not isinstance(named, list) or not all(isinstance(code, str) for code in named):
        raise refusal()
    try:
        return own.meet(areas_of(named)) if named else NOWHERE
    except InputError:
        raise refusal() from None


def _agreement(agency: Agency, purpose: str, named: str, granting: Granting, day: date) -> Agreement:
    """The agreement that grants a purpose: the one named, else the first by code.

    Raises:
        RefusedError: `no_agreement`, with what would allow it.
    """
    fit = [
        one
        for code, one in sorted(granting.agreements.items())
        if one.agency == agency.code and purpose in one.purposes and one.holds_on(day) and named in ("", code)
    ]
    if not fit:
        raise RefusedError(
            "no_agreement",
            f"no agreement in force lets {agency.code} ask for {purpose}",
            allowed_by=f"an approved agreement of {agency.code} with the purpose {purpose}, in force today",
        )
    return fit[0]


def _granted(bare: Caller, agreement: Agreement, purpose: str, private: Mapping[str, Any]) -> Caller:
    areas = bare.areas if agreement.areas is None else bare.areas.meet(areas_of(agreement.areas))
    scopes = frozenset(agreement.scopes)
    if "scope" in private:
        scopes &= frozenset(str(private["scope"]).split())
    return Caller(
        bare.agency,
        bare.kind,
        bare.subject,
        bare.roles,
        areas,
        bare.expires,
        purpose,
        f"{agreement.code}@{agreement.version}",
        scopes,
        None if agreement.programs is None else frozenset(agreement.programs),
        agreement.masks,
        agreement.quota,
    )
