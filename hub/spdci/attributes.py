"""What may be asked by name of each registry, and which filter of the graph it is.

The standard leaves names of attributes to the implementation and gives examples (`QueryAttributes`, `IdentifierType`).
Those stand here beside the Indonesian ones, without regard to case, `_` and `-`. What stands nowhere refuses the item.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from hub.domain import clock
from hub.domain.kk import parse_kk
from hub.domain.nik import parse_nik
from hub.domain.wilayah import System, from_digits
from hub.errors import HubError
from hub.spdci.comparing import (
    NOBODY,
    Comparison,
    Filter,
    Make,
    Unfit,
    ages,
    days,
    unfit,
    whole_numbers,
    words,
    years,
)
from hub.spdci.refusing import Rejected

RANKED_BY = "dtsen"
"""The register whose desil is the `poverty_score`."""


def _field(name: str) -> Callable[[Filter], Filter]:
    return lambda value: {name: value}


def _some(link: str, name: str) -> Callable[[Filter], Filter]:
    return lambda value: {link: {"some": {name: value}}}


def _numbered(make: Callable[[Filter], Filter], read: Callable[[str], str | None]) -> Make:
    """Numbers of persons and cards: what can be none is borne by nobody, so that it never reaches the graph."""

    def made(one: Comparison) -> Filter:
        def fit(told: str) -> str:
            return read(told) or ""

        found = words(lambda value: value, read=fit)(one)
        asked = [each for each in found.get("in", [found.get("eq")]) if each]
        return make({"in": asked}) if asked else NOBODY

    return made


def _nik(told: str) -> str | None:
    return parse_nik(told).nik


def _kk(told: str) -> str | None:
    return parse_kk(told).kk


def _sex(told: str) -> str:
    found = {"male": "L", "1": "L", "l": "L", "m": "L", "female": "P", "2": "P", "p": "P", "f": "P"}.get(
        told.rpartition(":")[2].strip().lower()
    )
    if found is None:
        raise Unfit
    return found


def _vital(told: str) -> str:
    found = {"alive": "hidup", "true": "hidup", "hidup": "hidup", "dead": "meninggal", "deceased": "meninggal",
             "false": "meninggal", "meninggal": "meninggal"}.get(told.lower())  # fmt: skip
    if found is None:
        raise Unfit
    return found


def _area(one: Comparison) -> Filter:
    """An area and all that lies in it, by its Kemendagri code, with dots or without."""
    if one.operator not in ("eq", "prefix") or not isinstance(one.value, str | int):
        raise Unfit
    try:
        return {"wilayah": from_digits(str(one.value).replace(".", ""), System.KEMENDAGRI).code}
    except HubError:
        raise Unfit from None


def _area_in(one: Comparison) -> Filter:
    if one.operator == "in" and isinstance(one.value, list):
        return {"or": [_area(Comparison("eq", each)) for each in one.value[:100]]}
    return _area(one)


def _ranked(field: str) -> Make:
    """Ranks of the person, or of a family card on which the person stands."""

    def of(value: Filter) -> Filter:
        rank = {"scores": {"some": {"register": {"eq": RANKED_BY}, field: value}}}
        return {"or": [rank, {"familyCards": {"some": rank}}]}

    return whole_numbers(of)


def _number(scheme: str) -> Make:
    """A number that some source states of the person, of one kind."""
    return words(lambda value: {"identifiers": {"some": {"scheme": {"eq": scheme}, "value": value}}})


_UIN = _numbered(_field("nik"), _nik)
_CARD = _numbered(_some("familyCards", "kk"), _kk)
IDENTIFIERS: Mapping[str, Make] = {
    **dict.fromkeys(("uin", "nin", "nik", "nationalid", "nid"), _UIN),
    **dict.fromkeys(("householdid", "kk", "nokk", "familyid"), _CARD),
    **dict.fromkeys(("brn", "birthregno", "aktalahir"), _number("akta_lahir")),
    **dict.fromkeys(("drn", "deathregno", "aktamati"), _number("akta_mati")),
    **dict.fromkeys(("mrn", "marriageregno", "aktakawin"), _number("akta_kawin")),
    **{scheme: _number(scheme) for scheme in ("nisn", "kip", "kks", "pkh", "bpjs")},
}
"""Kinds of identifiers of persons."""
_BORN = days(_field("birthDate"))
_PERSON: Mapping[str, Make] = {
    **IDENTIFIERS,
    "personidentifier": _UIN,
    "memberidentifier": _UIN,
    "identifiervalue": _UIN,
    **dict.fromkeys(("name", "fullname", "nama"), words(_field("name"), "prefix")),
    **dict.fromkeys(("dob", "birthdate", "dateofbirth"), _BORN),
    "yob": years(_field("birthDate")),
    "age": ages(_field("birthDate")),
    **dict.fromkeys(("sex", "gender"), words(_field("sex"), read=_sex)),
    **dict.fromkeys(("dod", "deathdate", "dateofdeath"), days(_field("diedOn"))),
    **dict.fromkeys(("vitalstatus", "isalive"), words(_field("vital"), read=_vital)),
    **dict.fromkeys(("location", "areacode", "wilayah", "placecode", "address.areacode"), _area_in),
}
_WELFARE: Mapping[str, Make] = {
    **dict.fromkeys(("povertyscore", "desil"), _ranked("desil")),
    "percentile": _ranked("percentile"),
}
_PROGRAM = words(lambda value: value)


def _holds(one: Comparison) -> Filter:
    return {"enrollments": {"some": {"program": _PROGRAM(one)}}}


_PROGRAMS = ("program", "programme", "programmeidentifier", "programmeidentifier.program.programmeidentifier")
PERSONS: Mapping[str, Mapping[str, Make]] = {
    "sr": {**_PERSON, **_WELFARE, **dict.fromkeys(_PROGRAMS, _holds)},
    "crvs": _PERSON,
}
"""Attributes by which persons are found, by registry."""
_STATES = {"1": ["active"], "3": ["ended"], "4": ["suspended"]}
"""Codes of the standard for the state of an enrollment; 2 is a beneficiary who died."""


def _state(one: Comparison) -> Filter:
    if one.operator != "eq":
        raise Unfit
    told = str(one.value)
    if told == "2":
        return {"person": {"vital": {"eq": "meninggal"}}}
    named = {"active": "1", "graduated": "3", "suspended": "4"}.get(told.lower(), told)
    if named not in _STATES:
        raise Unfit
    over = {"to": {"lt": str(clock.today() + timedelta(days=1))}}
    if named == "3":
        return {"or": [{"status": {"in": _STATES[named]}}, over]}
    return {"and": [{"status": {"in": _STATES[named]}}, {"not": over}]}


def _of_person(make: Make) -> Make:
    return lambda one: _simply("person", make(one))


def _of_member(make: Make) -> Make:
    return lambda one: _simply("members", make(one), some=True)


def _simply(link: str, found: Filter, *, some: bool = False) -> Filter:
    """A filter of persons as one of what they belong to; who can be nobody stays nobody."""
    if found == NOBODY:
        return NOBODY
    return {link: {"some": found} if some else found}


ENROLLMENTS: Mapping[str, Make] = {
    **{name: _of_person(make) for name, make in _PERSON.items()},
    **{name: _of_person(make) for name, make in _WELFARE.items()},
    **dict.fromkeys(_PROGRAMS, words(_field("program"))),
    "enrollmentstatus": _state,
    "enrolmentstatus": _state,
    "enrollmentdate": days(_field("from")),
    "enrolmentdate": days(_field("from")),
}
"""Attributes by which beneficiaries are found: persons in programs."""
GROUPS: Mapping[str, Make] = {
    **{name: _of_member(make) for name, make in PERSONS["sr"].items()},
    **dict.fromkeys(
        ("householdid", "kk", "nokk", "familyid", "groupidentifier"), _numbered(_field("kk"), _kk)
    ),
    **dict.fromkeys(("location", "areacode", "wilayah", "placecode"), _area_in),
    **dict.fromkeys(
        ("povertyscore", "desil"),
        whole_numbers(lambda value: {"scores": {"some": {"register": {"eq": RANKED_BY}, "desil": value}}}),
    ),
}
"""Attributes by which families are found; what is asked of persons holds where one who stands on the card has it."""


def compared(attributes: Mapping[str, Make], name: str, one: Comparison) -> Filter:
    """The filter that a comparison comes to.

    Raises:
        Rejected: `rjct.search_criteria.invalid`: there is no such attribute, or it is not compared so.
    """
    make = attributes.get(plain(name))
    if make is None:
        raise Rejected(
            "rjct.search_criteria.invalid",
            "Sebuah atribut tidak dikenal di sini; yang ada tertulis di docs/spdci.md.",
            "An attribute is not known here; docs/spdci.md lists those there are.",
        )
    try:
        return make(one)
    except Unfit:
        raise unfit(plain(name)) from None


def plain(name: str) -> str:
    """A name without regard to how it is written."""
    return name.replace("_", "").replace("-", "").lower()
