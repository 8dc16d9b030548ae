"""What a filter asks for, in plain Python: whether it asks at all, what an index serves of it, how far it looks."""

from collections.abc import Mapping
from typing import Any

Given = Mapping[str, Any]
#: Fields that an index serves by themselves; beside them all that lead to other rows which are so served.
INDEXED = {
    "PersonFilter": {"nik", "name", "birthDate", "wilayah"},
    "IdentifierFilter": {"scheme"},
    "FamilyCardFilter": {"kk", "wilayah"},
    "HouseholdFilter": {"wilayah"},
    "GroupFilter": {"kind", "number", "program", "wilayah"},
    "EnrollmentFilter": {"program", "wilayah"},
    "PaymentFilter": {"paidOn", "wilayah"},
    "StatusFilter": {"scheme"},
    "ScoreFilter": {"register"},
    "RecordFilter": {"source", "run", "recorded", "wilayah"},
    "StatementFilter": {"wilayah"},
    "FindingFilter": {"rule", "wilayah"},
    "CaseFilter": {"rule", "wilayah"},
}
SINGLE = ("person", "enrollment", "familyCard", "household", "group", "parent")
"""Fields that lead to one other row and not to several."""
LEADS_TO = {
    "identifiers": "IdentifierFilter",
    "familyCards": "FamilyCardFilter",
    "households": "HouseholdFilter",
    "groups": "GroupFilter",
    "enrollments": "EnrollmentFilter",
    "payments": "PaymentFilter",
    "statuses": "StatusFilter",
    "scores": "ScoreFilter",
    "members": "PersonFilter",
    "persons": "PersonFilter",
    "person": "PersonFilter",
    "enrollment": "EnrollmentFilter",
}


def is_indexed(kind: str, given: Given) -> bool:
    """Whether something that the filter demands is served by an index."""
    return any(_is_indexed(kind, name, value) for name, value in given.items() if asks_by(name, value))


def _is_indexed(kind: str, name: str, value: Any) -> bool:
    if name in ("and", "or"):
        each = [is_indexed(kind, one) for one in value if asks(one)]
        return any(each) if name == "and" else all(each)
    if name == "program" and kind == "PersonFilter":
        return bool(value.get("has"))
    if name in LEADS_TO:
        inner = value if name in SINGLE else value.get("some")
        return inner is not None and is_indexed(LEADS_TO[name], inner)
    if name == "not" or name not in INDEXED[kind]:
        return False
    return not isinstance(value, dict) or any(
        one is not None and (operator, one) != ("isNull", False) for operator, one in value.items()
    )


def asks(given: Given) -> bool:
    """Whether a filter asks for anything."""
    return any(asks_by(name, value) for name, value in given.items())


def asks_by(name: str, value: Any) -> bool:
    if value is None:
        return False
    if name == "or":
        return value == [] or any(asks(one) for one in value)
    if name == "and":
        return any(asks(one) for one in value)
    if name in ("not", *SINGLE):
        return asks(value)
    if name == "program" and ("has" in value or "not" in value):
        return bool(value.get("has") or value.get("not"))
    if isinstance(value, dict):
        return any(one is not None for key, one in value.items() if key not in ("at", "ever"))
    return True


def bad_runs(given: Any) -> bool:
    """Whether somewhere in a filter the id of a run is none that the hub gave out."""
    if isinstance(given, list):
        return any(bad_runs(one) for one in given)
    if not isinstance(given, dict):
        return False
    return given.get("run") == "x" or any(bad_runs(one) for one in given.values())


def doubled_days(given: Any) -> bool:
    """Whether somewhere in a filter a day and any day are asked for at once."""
    if isinstance(given, list):
        return any(doubled_days(one) for one in given)
    if not isinstance(given, dict):
        return False
    own = bool(given.get("ever")) and given.get("at") is not None
    return own or any(doubled_days(one) for one in given.values())


def links(given: Any) -> int:
    """How many other sets a filter looks into."""
    if isinstance(given, list):
        return sum(links(one) for one in given)
    if not isinstance(given, dict):
        return 0
    own = sum(given.get(name) is not None for name in ("some", "none"))
    own += sum(
        len(given.get(name) or ()) for name in ("has", "not") if isinstance(given.get(name) or [], list)
    )
    own += sum(isinstance(given.get(name), dict) for name in SINGLE)
    return own + sum(links(one) for one in given.values())
