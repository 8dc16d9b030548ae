"""Beneficiaries that a partner's system tells of (`enrollment/updates`), as rows of the source that takes them.

The standard's schema and its examples differ (enrolment and enrollment, the program within the member, days with dots);
both are read. What names nobody, no program of the hub, no first day or no state is rejected by itself, in words that
name the member and never its value; whether the rest is sound is the source's affair, as of any list.
Source: SPDCI API standards 1.0.0 (`EnrollmentUpdatesRequest`, `Beneficiary`, `Programme`, `Benefit`).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import orjson

from hub.domain.dates import DateForm, parse_date
from hub.domain.money import parse_rupiah
from hub.errors import SkippableError
from hub.spdci.attributes import IDENTIFIERS, plain
from hub.spdci.refusing import Rejected

MOST_BENEFITS = 50
"""Benefits of one beneficiary in one message."""
PERSON = {plain(name) for name in IDENTIFIERS if IDENTIFIERS[name] is IDENTIFIERS["uin"]}
CARD = {plain(name) for name in IDENTIFIERS if IDENTIFIERS[name] is IDENTIFIERS["kk"]}
STATES = {"active": "1", "deceased": "2", "graduated": "3", "suspended": "4"}
TYPES = {"cash": "1", "voucher": "2", "in-kind": "3", "training": "4", "work": "5", "insurance": "6"}
SEXES = {"male": "L", "m": "L", "1": "L", "l": "L", "female": "P", "f": "P", "2": "P", "p": "P"}
OVER = ("2", "3")
"""States that end an enrollment."""
Thing = Mapping[str, Any]


def rows_of(item: Any, sender: str, programs: frozenset[str], today: date) -> list[dict[str, str]]:
    """The rows that a beneficiary comes to, one for each program.

    Args:
        item: As it came.
        sender: Who tells of it.
        programs: Codes that this sender may tell of.
        today: On which an enrollment ended or changed whose day is not told (WIB).

    Raises:
        Rejected: Something that it takes is missing, or can't be read.
    """
    if not isinstance(item, dict):
        raise unread("beneficiary")
    group, standing = _thing(item.get("group")), _standing(item)
    member = _thing(item.get("member")) or _thing(group.get("group_head_info"))
    person = {name: value for name, value in _person(member, group) if value}
    if not person.get("nik") and not person.get("no_kk"):
        raise unread("member_identifier")
    if not person.get("name"):
        raise unread("name")
    first, status = _day(standing.get("date"), "enrollment_date"), _state(standing.get("status"))
    changed = [_day(each, "status_change_date") for each in _several(standing.get("changed")) if each != ""]
    last = max(changed, default=str(today) if status != "1" else "")
    if status in OVER and last < first:
        raise unread("status_change_date")
    called = item.get("@id") if isinstance(item.get("@id"), str) else ""
    row = person | {
        "sender": sender,
        "beneficiary": called or f"{person.get('nik') or person['no_kk']}|{first}",
        "enrollment_date": first, "status": status, "changed_on": last if changed or status != "1" else "",
        "dated": "told" if changed else "", "assistance_unit": _text(item.get("assistance_unit")),
        "benefits": orjson.dumps(_benefits(standing.get("benefits"))).decode(),
    }  # fmt: skip
    return [row | {"program": code} for code in _programs(standing.get("program"), programs)]


def met(old: Mapping[str, str], new: Mapping[str, str]) -> Mapping[str, str]:
    """The row that stands where one lay: a state that is told again without a day keeps its day."""
    if old.get("status") == new.get("status") and not new.get("dated") and old.get("changed_on"):
        return {**new, "changed_on": old["changed_on"], "dated": old.get("dated", "")}
    return new


def unread(name: str) -> Rejected:
    """The refusal of a beneficiary, by the member at fault; the standard has no code for it."""
    return Rejected("", f"{name}: kosong atau tidak dapat dibaca", f"{name}: left out, or can't be read")


def _standing(item: Thing) -> dict[str, Any]:
    """What is said of the enrollment: beside the member, as the schema has it, or within, as its example."""
    inner = _thing(_thing(item.get("member")).get("programme_identifier"))
    places = (item, inner)

    def told(*names: str) -> Any:
        return next((each[name] for each in places for name in names if each.get(name)), None)

    return {
        "program": item.get("programme_identifier") or inner,
        "date": told("enrollment_date", "enrolment_date"),
        "status": told("enrollment_status", "enrolment_status"),
        "changed": told("status_change_date"),
        "benefits": told("benefits", "benefit"),
    }


def _person(member: Thing, group: Thing) -> Iterator[tuple[str, str]]:
    about = _thing(member.get("demographic_info"))
    about = _thing(about.get("person")) or about
    numbers = [
        *_numbers(member.get("member_identifier")), *_numbers(about.get("identifier")), *_numbers(about),
        *_numbers(group.get("group_identifier")),
    ]  # fmt: skip
    yield "nik", next((number for kind, number in numbers if kind in PERSON), "")
    yield "no_kk", next((number for kind, number in numbers if kind in CARD), "")
    yield "name", _name(about.get("name"))
    born = about.get("birth_date")
    yield "birth_date", _day(born, "birth_date") if born else ""
    sex = _text(about.get("sex")).rpartition(":")[2].lower()
    yield "sex", SEXES.get(sex, sex)
    address = _thing(about.get("address"))
    area = _text(address.get("sub_region_code"))
    yield "area", area if area.replace(".", "").isdecimal() else ""
    yield "address", _text(address.get("address_line1"))


def _numbers(told: Any) -> list[tuple[str, str]]:
    """Kinds and values of identifiers; what has no kind is none."""
    return [
        (plain(_text(one.get("identifier_type")).rpartition(":")[2]), _text(one.get("identifier_value")))
        for one in map(_thing, _several(told))
    ]


def _name(told: Any) -> str:
    if isinstance(told, dict):
        parts = ("given_name", "first_name", "second_name", "surname")
        return " ".join(filter(None, (_text(told.get(part)) for part in parts)))
    return _text(told)


def _programs(told: Any, known: frozenset[str]) -> list[str]:
    """Codes of programs; one that the hub does not know, or the sender may not tell of, rejects all of them."""
    codes = []
    for one in _several(told):
        inner = _thing(one).get("programme") or one
        code = _thing(inner).get("programme_identifier") if isinstance(inner, dict) else inner
        codes.append(_text(code).upper())
    if not codes or not set(codes) <= known:
        raise unread("programme_identifier")
    return list(dict.fromkeys(codes))


def _state(told: Any) -> str:
    text = _text(told).rpartition(":")[2].lower()
    found = STATES.get(text, text)
    if found not in STATES.values():
        raise unread("enrollment_status")
    return found


def _benefits(told: Any) -> list[dict[str, str]]:
    several = [each for each in _several(told) if each]
    if len(several) > MOST_BENEFITS or not all(isinstance(each, dict) for each in several):
        raise unread("benefits")
    return [_benefit(each) for each in several]


def _benefit(told: Thing) -> dict[str, str]:
    kind = _text(told.get("benefit_type")).rpartition(":")[2].lower()
    value = _text(told.get("benefit_value"))
    try:
        amount = str(parse_rupiah(value)) if value else ""
    except SkippableError:
        raise unread("benefit_value") from None
    quantity = _text(told.get("benefit_quantity"))
    if TYPES.get(kind, kind) not in TYPES.values():
        raise unread("benefit_type")
    if quantity and not (quantity.isascii() and quantity.isdecimal()):
        raise unread("benefit_quantity")
    found = {"type": TYPES.get(kind, kind), "date": _day(told.get("benefit_date"), "benefit_date")}
    return found | {name: each for name, each in (("value", amount), ("quantity", quantity)) if each}


def _day(told: Any, name: str) -> str:
    """A day in ISO form, as the schema has it, or with dots, as its examples."""
    text = _text(told)
    for form in (DateForm.ISO, DateForm.DAY_MONTH_YEAR):
        try:
            return str(parse_date(text, form))
        except SkippableError:
            continue
    raise unread(name)


def _several(told: Any) -> list[Any]:
    if isinstance(told, list):
        return told
    return [] if told is None else [told]


def _thing(told: Any) -> Thing:
    return told if isinstance(told, dict) else {}


def _text(told: Any) -> str:
    """A text or a number as a text without outer blanks; else a blank one."""
    return str(told).strip() if isinstance(told, str | int | float) and not isinstance(told, bool) else ""
