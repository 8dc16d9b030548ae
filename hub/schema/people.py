"""The person as types refer to it that a person holds in turn: by name, so that no imports form a ring."""

from typing import Annotated

import strawberry

from hub.compiler.declare import one

PERSON = Annotated["Person", strawberry.lazy("hub.schema.person")]  # type: ignore[name-defined]  # noqa: F821

FAMILY_CARD = Annotated["FamilyCard", strawberry.lazy("hub.schema.families")]  # type: ignore[name-defined]  # noqa: F821

OBSERVATION = Annotated["Observation", strawberry.lazy("hub.schema.observations")]  # type: ignore[name-defined]  # noqa: F821

BY_PERSON = one("{t}.person_id = {p}.person_id")
