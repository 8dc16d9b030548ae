"""Findings of many persons, by the way that their number asks for."""

from hub.store.script import FEW


def meets(table: str, persons: int) -> str:
    """Condition on a finding `f`: it names one of the persons of a table.

    A few are looked for by the index of findings; many, as after the list of a province, by reading the findings once:
    an index that is asked for hundreds of thousands of persons does not end.

    Args:
        table: With `person_id`.
        persons: How many they are.
    """
    if persons <= FEW:
        return f"f.person_ids && array(select person_id from {table})"
    return f"exists (select from unnest(f.person_ids) n(id) join {table} w on w.person_id = n.id)"
