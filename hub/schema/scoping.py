"""The scopes of fields: what an agreement has to grant before a field is read, and what is nullable because of it.

A type that speaks of persons names its scopes in `needs`; a field of it may name its own in place of those. What yields
things of another type needs what that type needs. Whoever lacks a scope gets null and never an empty list, for an empty
list says that there is none; so every field that can be refused is nullable, and filters, orders and arguments over it
are refused.
The texts of scopes stand in `config/access.toml`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from hub.compiler.needs import OPEN, Need

NEED = "need"
"""Key of a need in the metadata of fields and arguments."""


def needs(*scopes: str, **masks: str) -> Need:
    """What asks for these scopes, and is shown like this under these masks (`birth_year` for `birth-year`)."""
    return Need(frozenset(scopes), {name.replace("_", "-"): shown for name, shown in masks.items()})


_STARS = "repeat('*', 10)"
_PSEUDONYM = (
    "translate(encode(convert_to('{type}:~' || left(encode(sha256({{outer}} || sha256({{inner}} ||"
    " convert_to('{type}:' || {key}, 'UTF8'))), 'hex'), 32), 'UTF8'), 'base64'), E'\\n', '')"
)


def nik(column: str = "nik") -> Need:
    """The masks of a NIK: its first six digits name an area, those behind them the birth date."""
    shown = f"left({{t}}.{column}, 6) || {_STARS}"
    return needs(nik_partly=shown, birth_year=shown, pseudonym="")


def kk(column: str = "no_kk") -> Need:
    """The masks of the number of a family card."""
    return needs(nik_partly=f"left({{t}}.{column}, 6) || {_STARS}", pseudonym="")


def name(column: str) -> Need:
    """The masks of a name: the first letter of each word."""
    return needs(initials=f"regexp_replace({{t}}.{column}, '(\\w)\\w*', '\\1.', 'g')", pseudonym="")


def pseudonym(type_name: str, key: str) -> Need:
    """The mask of a global id: the same thing has one pseudonym under one agreement, and another under any other."""
    return needs(pseudonym=_PSEUDONYM.format(type=type_name, key=key))


BIRTH_DATE = needs(birth_year="date_trunc('year', {t}.birth_date::timestamp)::date")
"""The mask of a birth date: the first day of its year."""
PLACED = needs(kecamatan="", pseudonym="")
"""Of what tells where somebody lives more closely than by kecamatan."""
WORDS = needs(nik_partly="", initials="", birth_year="", kecamatan="", pseudonym="")
"""Of free words and numbers of any kind, in which anything may stand."""
NUMBERED = needs(nik_partly="", pseudonym="")
"""Of what finds or tells a person by a number."""
BORN = needs(birth_year="")
"""Of what tells an age."""
IDENTITY = needs("identity")
CONTACT = needs("contact")
FAMILY = needs("family")
ENROLLMENT = needs("enrollment")
PAYMENT = needs("payment")
SCORE = needs("score")
STATUS = needs("status-general|status-sensitive|exclusion")
SENSITIVE = needs("status-sensitive")
EXCLUSION = needs("exclusion")
PROVENANCE = needs("provenance")
STATED = IDENTITY + CONTACT + FAMILY + EXCLUSION + PROVENANCE
"""Of what repeats every field of a person as a source wrote it."""
STATUSES = needs("status-general", "status-sensitive", "exclusion")
"""Of what may state any status."""
ALL = STATED + ENROLLMENT + PAYMENT + SCORE + STATUSES
"""Of what tells of everything that the hub holds."""

UNJUDGED = PROVENANCE + STATUSES + needs("children")
"""Of refused rows: whom one speaks of, of what age, and which status it states, nobody knows."""

TABLES: Mapping[str, str] = {
    "person": "",
    "person_state": "identity",
    "cluster_member": "",
    "relocation": "",
    "withdrawal": "",
    **dict.fromkeys(
        (
            "family_card",
            "membership",
            "household",
            "household_member",
            "social_group",
            "group_member",
            "institution",
        ),
        "family",
    ),
    "enrollment": "enrollment",
    "benefit": "payment",
    "benefit_event": "payment",
    **dict.fromkeys(("score", "person_attributes", "family_attributes"), "score"),
    "status": "status-general|status-sensitive|exclusion",
    "claim_identifier": "identity|provenance",
    "claim_enrollment": "enrollment|provenance",
    "claim_benefit": "payment|provenance",
    "claim_dwelling": "family|provenance",
    "source_record": "enrollment|provenance",
    **dict.fromkeys(("finding", "audit_case", "case_event", "overlap_person", "overlap_cell"), "exclusion"),
    **dict.fromkeys(
        (
            "claim_person",
            "claim_status",
            "claim_score",
            "claim_attribute",
            "claim_group",
            "claim_institution",
            "edge",
            "quarantine",
        ),
        "provenance",
    ),
}
"""The scopes one of which opens each table that grows with people, as row-level security holds it; blank: any scope."""


_MADE = ("Connection", "Edge", "LinkFilter")
"""Types between a field and the things that it yields or looks into: it asks for what they need."""


def declared_needs(schema: GraphQLSchema) -> dict[str, Need]:
    """What each part of a schema needs, by its coordinate; what is open is left out."""
    found: dict[str, Need] = {}
    for type_ in schema.type_map.values():
        if type_.name.endswith(_MADE):
            continue
        if isinstance(type_, GraphQLObjectType):
            found.update(_of_fields(type_))
        elif isinstance(type_, GraphQLInputObjectType):
            found.update(_of_inputs(type_))
    return {coordinate: need for coordinate, need in found.items() if not need.is_open}


def loosen(schema: GraphQLSchema, found: Mapping[str, Need]) -> None:
    """Makes every field nullable that can be refused where its object is there."""
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLObjectType):
            for key, field in type_.fields.items():
                need = found.get(f"{name}.{key}", OPEN)
                if isinstance(field.type, GraphQLNonNull) and refusable(type_, need):
                    field.type = field.type.of_type


def refusable(type_: GraphQLObjectType, need: Need) -> bool:
    """Whether a field can be refused though its object is there.

    Things with a global id are found by it whatever they are; any other object is there for those alone who have what
    its type needs.
    """
    held = any(not shown for shown in need.masks.values())
    return bool(held or (need.scopes and (type_.interfaces or need.scopes - _of_class(type_).scopes)))


def _of_fields(type_: GraphQLObjectType) -> Iterator[tuple[str, Need]]:
    own = _of_class(type_)
    for name, field in type_.fields.items():
        yield f"{type_.name}.{name}", _own(_named(field), _of_class(_thing(get_named_type(field.type))), own)
        for key, argument in field.args.items():
            yield f"{type_.name}.{name}({key}:)", _named(argument) or OPEN


def _of_inputs(type_: GraphQLInputObjectType) -> Iterator[tuple[str, Need]]:
    own = _of_class(type_)
    for name, field in type_.fields.items():
        below: Any = get_named_type(field.type)
        if isinstance(below, GraphQLInputObjectType) and "some" in below.fields:
            below = get_named_type(below.fields["some"].type)
        yield f"{type_.name}.{name}", _own(_named(field), _of_class(below), own)


def _own(named: Need | None, below: Need, own: Need) -> Need:
    if named is not None:
        return named
    return own if below.is_open else below


def _thing(type_: Any) -> Any:
    """The type of the entries of a connection, else the type itself."""
    if type_.name.endswith("Connection") and isinstance(type_, GraphQLObjectType):
        edge: Any = get_named_type(type_.fields["edges"].type)
        return get_named_type(edge.fields["node"].type)
    return type_


def _of_class(type_: Any) -> Need:
    if not isinstance(type_, GraphQLObjectType | GraphQLInputObjectType | GraphQLInterfaceType):
        return OPEN
    definition = type_.extensions.get("strawberry-definition")
    found: Need = getattr(getattr(definition, "origin", None), "needs", OPEN)
    return found


def _named(part: Any) -> Need | None:
    """The need that a field or an argument names itself."""
    definition = part.extensions.get("strawberry-definition")
    found: Need | None = getattr(definition, "metadata", {}).get(NEED)
    return found
