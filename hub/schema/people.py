"""The reference to a person from types that a person holds in turn: by name, so that no module imports in a ring."""

from typing import Annotated

import strawberry

from hub.compiler.declare import one

PERSON = Annotated["Person", strawberry.lazy("hub.schema.person")]  # type: ignore[name-defined]  # noqa: F821

BY_PERSON = one("{t}.person_id = {p}.person_id")
