"""Filters of source records."""

import strawberry

from hub.compiler.declare import Clause, Compare, Rows
from hub.schema import scoping
from hub.schema.filtering import LinkFilter, by, filters, linked
from hub.schema.filters.families import WHO
from hub.schema.filters.names import LISTED_IN, PERSON
from hub.schema.operators import CodeFilter, InstantFilter, ReferenceFilter
from hub.schema.scalars import WilayahCode
from hub.store.tables.claims import MENTION_SLOTS

_NAMED = (
    f"(select c.record_id, {WHO} from hub.claim_person c"
    " join hub.person_state s on s.person_id = c.person_id and {state[s]} where {known} is null"
    f" union all select v.id, {WHO} from hub.person_state s"
    " join hub.cluster_member k on k.person_id = s.person_id and {recorded[k]}"
    f" join hub.source_record v on v.entry_id = k.mention_id / {MENTION_SLOTS}"
    " join hub.claim_person c on c.record_id = v.id and c.mention_id = k.mention_id"
    " where {known} is not null and {state[s]})"
)


@filters("Saringan rekaman sumber. / Filter of source records.", scoping.PROVENANCE)
class RecordFilter:
    """Filter of source records."""

    source: ReferenceFilter | None = by(
        Compare("{t}.source_id", table="source"), "Sumbernya, menurut kode. / Its source, by code."
    )
    run: strawberry.ID | None = by(
        Clause("{t}.run_id = {v[run_key]}"), "Ditulis tarikan ini. / Written by the run with this id."
    )
    key: CodeFilter | None = by(
        Compare("{t}.record_key", leads=False),
        "Kunci menurut sumber. / Key declared by the source.",
        need=scoping.PROVENANCE + scoping.IDENTITY,
    )
    recorded: InstantFilter | None = by(
        Compare("{t}.opened", "timestamptz"), "Dicatat hub pada. / When the hub recorded it."
    )
    wilayah: WilayahCode | None = by(LISTED_IN, "Wilayah menurut rekaman. / Area as listed.")
    persons: LinkFilter[PERSON] | None = linked(
        Rows(_NAMED), "{t}.record_id = {p}.id", "Yang disebutnya. / Persons whom it names."
    )
