"""What a caller may do through the graph: the root of mutations, and the act behind each field."""

from collections.abc import Mapping
from typing import ClassVar

import strawberry

from hub.compiler.declare import Rows
from hub.schema import breaching, casework, judging, officer, rights
from hub.schema.breaching import BreachMutation
from hub.schema.casework import CaseMutation
from hub.schema.judging import JudgingMutation
from hub.schema.mutating import Act
from hub.schema.officer import OfficerMutation
from hub.schema.rights import RightsMutation


@strawberry.type(
    description="Tindakan, satu setiap permintaan. / Acts, one a request, each done once under its key."
)
class Mutation(RightsMutation, OfficerMutation, BreachMutation, CaseMutation, JudgingMutation):
    """The roots of mutations; each field has its act in `ACTS`."""

    rows: ClassVar[Rows | None] = None


ACTS: Mapping[str, Act] = {
    **rights.ACTS, **officer.ACTS, **breaching.ACTS, **casework.ACTS, **judging.ACTS,
}  # fmt: skip
"""By field, of `Mutation` and of what a role alone is told under `Query`."""
