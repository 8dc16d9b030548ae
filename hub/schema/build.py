"""The one schema of this process, and the engine that answers its queries."""

from functools import lru_cache
from pathlib import Path

import strawberry
from graphql import GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig

from hub.compiler.engine import Engine
from hub.compiler.limits import Limits
from hub.schema.benefits import Enrollment, Payment
from hub.schema.declaring import catalog
from hub.schema.families import FamilyCard, Household
from hub.schema.federation import Subgraph, subgraph
from hub.schema.groups import Group, Institution
from hub.schema.mutation import Mutation
from hub.schema.naming import Names
from hub.schema.person import Person
from hub.schema.query import Query
from hub.schema.records import Record
from hub.schema.reference import Component, Program, Run, Source, Wilayah
from hub.schema.scalars import SCALARS
from hub.schema.scoping import declared_needs, loosen
from hub.schema.subscription import Subscription

SDL = Path(__file__).parent / "schema.graphql"
"""The printed schema as last committed; a test compares it."""

NODES = (
    Component,
    Enrollment,
    FamilyCard,
    Group,
    Household,
    Institution,
    Payment,
    Person,
    Program,
    Record,
    Run,
    Source,
    Wilayah,
)


@lru_cache(maxsize=1)
def schema() -> GraphQLSchema:
    """The schema as graphql-core has it."""
    made = strawberry.Schema(
        Query,
        mutation=Mutation,
        subscription=Subscription,
        types=NODES,
        config=StrawberryConfig(name_converter=Names(), scalar_map=SCALARS),
    )
    found: GraphQLSchema = made._schema  # noqa: SLF001  # Strawberry defines; graphql-core and the compiler run
    loosen(found, declared_needs(found))
    return found


@lru_cache(maxsize=1)
def federated() -> Subgraph:
    """The schema as a subgraph of a federation."""
    return subgraph(schema(), catalog(schema()))


@lru_cache(maxsize=4)
def engine(limits: Limits | None = None, federation: bool = False) -> Engine:
    """The engine of this process for these limits, with its kept documents and plans.

    Args:
        limits: Upper bounds of one document; the usual ones when left out.
        federation: Whether it answers the router of a federation too.
    """
    if federation:
        return Engine(federated().schema, federated().catalog, limits or Limits())
    return Engine(schema(), catalog(schema()), limits or Limits())


def printed() -> str:
    """The schema in the schema definition language."""
    return print_schema(schema()) + "\n"
