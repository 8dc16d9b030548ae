"""Persons, families, civil records and beneficiaries in the words of the standard.

What the hub does not hold, or the caller may not see, is left out: nothing is filled in. Days are ISO 8601; numbers of
persons are texts. Source: SPDCI JSON-LD 1.0.0 (`Member`, `Group`, `CRVSPerson`, `Beneficiary`) in the form of the
schema, not of its examples, which differ.
"""

from collections.abc import Mapping
from typing import Any

from hub.domain import clock
from hub.spdci.attributes import RANKED_BY

Thing = Mapping[str, Any]
Record = dict[str, Any]
SOCIAL = "https://schema.spdci.org/extensions/social/v1/"
CIVIL = "https://schema.spdci.org/extensions/crvs/v1/"
BENEFICIARY = "https://schema.spdci.org/extensions/ibr/v1/"
SEXES = {"L": "male", "P": "female"}
MARITAL = {"1": "single", "2": "married", "3": "divorced", "4": "widowed"}
UNITS = {"household": "1", "family": "2", "group": "3"}
"""Kinds of assistance units; of others the hub's own word stands."""
DISABLED = {("pmks", "5"), ("pmks", "9")}
_KINDS = {"money": "1", "goods": "3", "service": "3"}
_PROGRAMS = {"BPNT": "2", "PBI-JK": "6", "PBI_JK": "6"}
_STATES = {"active": "1", "ended": "3", "suspended": "4"}

_IN_AREA = "wilayah { code name }"
PERSON_FIELDS = (
    "id nik name birthDate birthPlace sex marital address rt rw kk relationLabel vital diedOn recordedFrom"
    f" {_IN_AREA}"
)
MEMBER_FIELDS = (
    f'{PERSON_FIELDS} scores(current: true, register: "{RANKED_BY}") {{ desil percentile edition }}'
    " statuses(current: true) { scheme code }"
)
CIVIL_FIELDS = f"{PERSON_FIELDS} motherName fatherName"
GROUP_FIELDS = (
    f"id kk {_IN_AREA} scores {{ register desil edition to }}"
    f" members(current: true) {{ relation relationLabel person {{ {PERSON_FIELDS} }} }}"
)
BENEFICIARY_FIELDS = (
    f"id status from to program {{ code name owner unit kind legalBasis }} person {{ {PERSON_FIELDS} }}"
    " payments(first: 12) { kind amount quantity unit paidOn from status }"
)


def member(person: Thing) -> Record:
    """A person of the social registry."""
    ranks = [one for one in person.get("scores") or [] if one["desil"] is not None]
    return (
        {"@context": SOCIAL}
        | _member(person)
        | _told(
            poverty_score=ranks[-1]["desil"] if ranks else None,
            poverty_score_type=f"desil {RANKED_BY}" if ranks else None,
            is_disabled=any((one["scheme"], one["code"]) in DISABLED for one in person.get("statuses") or [])
            or None,
        )
    )


def group(card: Thing) -> Record:
    """A family on its card, with who stands on it today."""
    standing = [one for one in card.get("members") or [] if one["person"]]
    ranks = [
        one
        for one in card.get("scores") or []
        if one["register"] == RANKED_BY and one["to"] is None and one["desil"] is not None
    ]
    heads = [one for one in standing if one["relation"] == "1"]
    return _told(
        **{"@context": SOCIAL, "@type": "Group", "@id": card["id"]},
        group_identifier=_identifiers(HOUSEHOLD_ID=card["kk"]),
        group_type="2",
        place=_place(card),
        poverty_score=ranks[-1]["desil"] if ranks else None,
        poverty_score_type=f"desil {RANKED_BY}" if ranks else None,
        group_head_info=_member(heads[0]["person"]) if heads else None,
        group_size=len(standing) if card.get("members") is not None else None,
        member_list=[
            _member(one["person"]) | _told(relationship_head=one["relationLabel"]) for one in standing
        ],
    )


def civil(person: Thing) -> Record:
    """What the population register says of a person's life."""
    [*numbers] = _identifiers(UIN=person.get("nik"))
    return _told(
        **{"@context": CIVIL, "@type": "CRVSPerson", "@id": person["id"]},
        identifier=numbers[0] if numbers else None,
        name=_name(person),
        sex=SEXES.get(person.get("sex") or ""),
        birth_date=person.get("birthDate"),
        birth_place=_told(**{"@type": "Place"}, name=person["birthPlace"])
        if person.get("birthPlace")
        else None,
        death_date=person.get("diedOn"),
        vital_status=person.get("vital"),
        address=_address(person),
        marital_status=MARITAL.get(person.get("marital") or ""),
        parent1_name=person.get("motherName"),
        parent2_name=person.get("fatherName"),
    )


def beneficiary(enrollment: Thing) -> Record:
    """A person in a program."""
    program, person = enrollment.get("program") or {}, enrollment.get("person")
    return _told(
        **{"@context": BENEFICIARY, "@type": "Beneficiary", "@id": enrollment["id"]},
        assistance_unit=UNITS.get(program.get("unit") or "", program.get("unit")),
        member=_member(person) if person else None,
        programme_identifier=[
            _told(
                **{"@type": "Programme"},
                programme_identifier=program.get("code"),
                programme_name=program.get("name"),
                implementing_institution=program.get("owner"),
                legal_status=program.get("legalBasis"),
            )
        ],
        enrollment_date=enrollment.get("from"),
        enrollment_status=_state(enrollment),
        status_change_date=[enrollment["to"]] if enrollment.get("to") else None,
    ) | {"benefits": [_benefit(one, program.get("code")) for one in enrollment.get("payments") or []]}


def _state(enrollment: Thing) -> str:
    """The code of a state, as of today: what a list calls active and has ended by its days is over."""
    if (enrollment.get("person") or {}).get("vital") == "meninggal":
        return "2"
    if (enrollment.get("to") or "9999") <= str(clock.today()):
        return "3"
    return _STATES.get(enrollment.get("status") or "", "1")


def _benefit(payment: Thing, program: str | None) -> Record:
    amount = payment.get("amount")
    return _told(
        **{"@type": "Benefit"},
        benefit_type=_PROGRAMS.get(program or "", _KINDS.get(payment.get("kind") or "", "1")),
        benefit_date=payment.get("paidOn") or payment.get("from"),
        benefit_value=None if amount is None else f"IDR {amount}",
        benefit_quantity=payment.get("quantity"),
        benefit_description=payment.get("status"),
    )


def _member(person: Thing) -> Record:
    numbers = _identifiers(UIN=person.get("nik"), HOUSEHOLD_ID=person.get("kk"))
    return _told(
        **{"@type": "Member", "@id": person["id"]},
        member_identifier=numbers,
        demographic_info=_told(
            **{"@type": "SRPerson"},
            identifier=_identifiers(UIN=person.get("nik")),
            name=_name(person),
            sex=SEXES.get(person.get("sex") or ""),
            birth_date=person.get("birthDate"),
            birth_place=person.get("birthPlace"),
            death_date=person.get("diedOn"),
            address=_address(person),
        ),
        relationship_head=person.get("relationLabel"),
        marital_status=MARITAL.get(person.get("marital") or ""),
        last_updated=person.get("recordedFrom"),
    )


def _name(person: Thing) -> Record | None:
    """Indonesian names know no surname: the whole of it is what is given."""
    return {"@type": "Name", "given_name": person["name"]} if person.get("name") else None


def _identifiers(**numbers: str | None) -> list[Record]:
    return [
        {"@type": "Identifier", "identifier_type": kind, "identifier_value": number}
        for kind, number in numbers.items()
        if number
    ]


def _address(person: Thing) -> Record | None:
    line = " ".join(
        f"{label}{person[name]}"
        for name, label in (("address", ""), ("rt", "RT "), ("rw", "RW "))
        if person.get(name)
    )
    area = person.get("wilayah") or {}
    found = _told(address_line1=line or None, sub_region_code=area.get("code"), locality=area.get("name"))
    return {"@type": "Address", **found, "country_code": "ID"} if found else None


def _place(card: Thing) -> Record | None:
    area = card.get("wilayah") or {}
    found = _told(name=area.get("name"), code=area.get("code"))
    return {"@type": "Place", **found} if found else None


def _told(**members: Any) -> Record:
    """Without what is not known."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}
