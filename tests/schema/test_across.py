"""The roots over all programs: what holds of each of them."""

from hub.compiler.declare import Relation, Yields
from hub.schema.build import engine
from tests.schema.conftest import Ask, Counting


async def test_a_program_that_nobody_has_finds_nobody_even_where_it_is_to_be_left_out(ask: Ask) -> None:
    query = """{ with: holders(with: ["NONE"]) { totalCount } without: holders(without: ["PKH", "NONE"]) { totalCount }
      coverage(program: "NONE") { totalCount } movements(program: "NONE", from: "2024-01-01", to: "2025-01-01") { left }
      all: holders { totalCount } }"""
    found = await ask(query)
    assert found["all"]["totalCount"] > 0
    assert {name: one for name, one in found.items() if name != "all"} == {
        "with": {"totalCount": 0},
        "without": {"totalCount": 0},
        "coverage": {"totalCount": 0},
        "movements": None,
    }


async def test_each_answer_is_one_statement(ask: Ask, reads: Counting) -> None:
    await ask('{ holders(with: ["PKH"], childUnder: 5, desilMax: 4) { totalCount nodes { desil } } }')
    await ask("{ withoutProgram { nodes { familyCard { kk } } } paymentTotals { nodes { amount } } }")
    await ask('{ coverage(program: "PKH") { totalCount nodes { share } pageInfo { endCursor } } }')
    await ask(
        '{ movements(program: "PKH", from: "2024-01-01", to: "2025-01-01") { joiners { nodes { name } } } }'
    )
    assert len(reads.statements) == 4


def test_what_tells_numbers_or_answers_about_named_persons_says_so() -> None:
    found = {
        (name, field.yields)
        for name, field in engine().catalog.types["Query"].fields.items()
        if isinstance(field, Relation) and field.yields is not Yields.THINGS
    }
    assert found == {
        ("coverage", Yields.NUMBERS),
        ("enrollmentsAggregate", Yields.NUMBERS),
        ("match", Yields.MATCHES),
        ("exclusions", Yields.NUMBERS),
        ("exposure", Yields.NUMBERS),
        ("matrix", Yields.NUMBERS),
        ("missingAttributes", Yields.NUMBERS),
        ("movements", Yields.NUMBERS),
        ("observations", Yields.NUMBERS),
        ("paymentTotals", Yields.NUMBERS),
        ("paymentsAggregate", Yields.NUMBERS),
        ("peopleAggregate", Yields.NUMBERS),
        ("programCombinations", Yields.NUMBERS),
        ("programOverlap", Yields.NUMBERS),
    }
