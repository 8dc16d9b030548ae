"""What a file that leaves the hub may hold: all that its agreement reaches, where that grants every scope."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.access.context import Reach
    from hub.registry.agencies import Agency, Terms
    from hub.registry.agreements import Agreement
    from hub.settings import Settings
    from hub.store.database import Database

Asked = tuple[str, str | None, str]
"""Purpose; code of an agreement, None where the file stays with the operator; who asks, by name of account."""


async def granted(database: "Database", settings: "Settings", asked: Asked) -> "tuple[Reach, int | None]":
    """What may be read, and how many persons a day (WIB) it may tell of; None: no bound.

    Raises:
        InputError: `unknown_purpose`.
        RefusedError: `no_agreement`; `beyond_agreement`, it lacks a scope, or masks what it grants.
    """
    from hub.access.agreements import granting
    from hub.access.areas import NATIONAL
    from hub.access.context import EVERY_SCOPE, Reach, plain
    from hub.domain import clock
    from hub.errors import InputError, RefusedError
    from hub.registry.agencies import load_agencies, load_terms

    purpose, code, actor = asked
    terms = load_terms(settings.config_dir)
    if terms.purpose(purpose) is None:
        raise InputError("unknown_purpose", f"no such purpose: {purpose}; config/access.toml has them")
    if code is None:
        return Reach(NATIONAL.ranges(), EVERY_SCOPE, f"hub/{plain(actor)}", purpose), None
    async with database.connect() as connection:
        held = (await granting(connection)).get(code)
    if held is None or purpose not in held.purposes or not held.holds_on(clock.today()):
        raise RefusedError(
            "no_agreement", f"{code} does not grant {purpose} today; see `hub agreements list`"
        )
    _shows_all(held)
    return _reach(held, load_agencies(settings.config_dir)[held.agency], terms, asked), held.quota


def _shows_all(held: "Agreement") -> None:
    """Passes an agreement that grants whatever may stand in a row as received, and that as it is.

    Raises:
        RefusedError: `beyond_agreement`.
    """
    from hub.compiler.needs import Sight, worded
    from hub.errors import RefusedError
    from hub.schema.scoping import ALL

    if lacking := Sight(frozenset(held.scopes)).lacks(ALL):
        raise RefusedError(
            "beyond_agreement", f"this tells all that the hub holds; {held.code} lacks {worded(lacking)}"
        )
    if held.masks:
        raise RefusedError(
            "beyond_agreement", f"{held.code} masks what it grants; this shows records as received"
        )


def _reach(held: "Agreement", agency: "Agency", terms: "Terms", asked: Asked) -> "Reach":
    from hub.access.areas import NATIONAL, areas_of
    from hub.access.context import Reach, plain

    own = NATIONAL if agency.national else areas_of(agency.areas)
    areas = own if held.areas is None else own.meet(areas_of(held.areas))
    return Reach(
        areas.ranges(),
        terms.bits(frozenset(held.scopes)),
        f"{held.agency}/{plain(asked[2])}",
        asked[0],
        f"{held.code}@{held.version}",
        None if held.programs is None else frozenset(held.programs),
    )
