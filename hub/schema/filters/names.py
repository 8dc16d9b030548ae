"""Filters as they refer to each other: by name, so that no imports form a ring."""

from typing import Annotated

import strawberry

from hub.compiler.declare import Clause, Compare

PERSON = Annotated["PersonFilter", strawberry.lazy("hub.schema.filters.people")]  # type: ignore[name-defined]  # noqa: F821
FAMILY_CARD = Annotated["FamilyCardFilter", strawberry.lazy("hub.schema.filters.families")]  # type: ignore[name-defined]  # noqa: F821
HOUSEHOLD = Annotated["HouseholdFilter", strawberry.lazy("hub.schema.filters.families")]  # type: ignore[name-defined]  # noqa: F821
ENROLLMENT = Annotated["EnrollmentFilter", strawberry.lazy("hub.schema.filters.programs")]  # type: ignore[name-defined]  # noqa: F821
PAYMENT = Annotated["PaymentFilter", strawberry.lazy("hub.schema.filters.programs")]  # type: ignore[name-defined]  # noqa: F821
STATUS = Annotated["StatusFilter", strawberry.lazy("hub.schema.filters.welfare")]  # type: ignore[name-defined]  # noqa: F821
SCORE = Annotated["ScoreFilter", strawberry.lazy("hub.schema.filters.welfare")]  # type: ignore[name-defined]  # noqa: F821
WILAYAH = Annotated["WilayahFilter", strawberry.lazy("hub.schema.filters.areas")]  # type: ignore[name-defined]  # noqa: F821
GROUP = Annotated["GroupFilter", strawberry.lazy("hub.schema.filters.groups")]  # type: ignore[name-defined]  # noqa: F821

LIVES_IN = Clause("{t}.home_area_key between {v[lo]} and {v[hi]}")
LISTED_IN = Clause("{t}.event_area_key between {v[lo]} and {v[hi]}")
OF_PERSON = "{t}.person_id = {p}.person_id"
PROGRAM = Compare("{t}.program_id", table="program")
COMPONENT = Compare("{t}.component_id", table="component", leads=False)
SOURCE = Compare("{t}.source_id", table="source", leads=False)
FIRST_DAY = Compare("lower({t}.valid)", "date", leads=False)
END_DAY = Compare("upper({t}.valid)", "date", leads=False)
