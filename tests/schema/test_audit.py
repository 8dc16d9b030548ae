"""The first audit answers over the story of conftest.py."""

from tests.schema.conftest import SITI, Ask


async def test_a_nik_under_two_persons_of_one_program_is_shown_with_both_enrollments(ask: Ask) -> None:
    query = """{ sameNikTwice(program: "PKH") { totalCount nodes {
        nik persons program { code } enrollments { from person { name } } } }
      other: sameNikTwice(program: "BPNT") { totalCount } }"""
    found = await ask(query)
    assert found["other"] == {"totalCount": 0}
    assert found["sameNikTwice"]["nodes"] == [
        {
            "nik": SITI,
            "persons": 2,
            "program": {"code": "PKH"},
            "enrollments": [
                {"from": "2024-01-01", "person": {"name": "SITI AMINAH"}},
                {"from": "2025-01-01", "person": {"name": "TINI"}},
            ],
        }
    ]


async def test_benefits_for_periods_after_a_death_are_shown_with_their_amounts(ask: Ask) -> None:
    query = """{ enrolledAfterDeath(wilayah: "33.20") { nodes { person { name } diedOn beganAfter since
        amount paid         program { code } payments { from } enrollment { from } } } }"""
    assert (await ask(query))["enrolledAfterDeath"]["nodes"] == [
        {
            "person": {"name": "BUDI SANTOSO"},
            "diedOn": "2025-03-10",
            "beganAfter": False,
            "since": "2025-04-01",
            "amount": 300000,
            "paid": 300000,
            "program": {"code": "BLT-DD"},
            "payments": [{"from": "2025-04-01"}],
            "enrollment": {"from": "2025-01-01"},
        }
    ]


async def test_a_family_with_two_excluding_programs_is_shown_with_the_days_they_overlap(ask: Ask) -> None:
    query = """{ excludingPrograms(wilayah: "33.20.01") { totalCount edges { node {
        familyCard { kk } programA { code } programB { code } since until persons { name } } } } }"""
    found = (await ask(query))["excludingPrograms"]
    assert found["totalCount"] == 1
    assert found["edges"][0]["node"] == {
        "familyCard": {"kk": "3320010101219004"},
        "programA": {"code": "BPNT"},
        "programB": {"code": "BLT-DD"},
        "since": "2025-01-01",
        "until": "2025-06-01",
        "persons": [{"name": "SITI AMINAH"}, {"name": "BUDI SANTOSO"}],
    }


async def test_combinations_count_persons_and_families_by_area_on_one_day(ask: Ask) -> None:
    query = """query ($day: Date) { programCombinations(wilayah: "33", level: KABUPATEN, asOf: $day) { nodes {
        wilayah { code } combination persons families programs { code } } } }"""
    now = (await ask(query))["programCombinations"]["nodes"]
    assert [(one["combination"], one["persons"], one["families"]) for one in now] == [
        ("BLT-DD", 1, 0),
        ("BLT-DD+PKH", 0, 1),
        ("PKH", 2, 0),
    ]
    assert {one["wilayah"]["code"] for one in now} == {"33.20"}
    then = (await ask(query, day="2024-07-01"))["programCombinations"]["nodes"]
    assert [(one["combination"], one["persons"], one["families"]) for one in then] == [("BPNT+PKH", 1, 1)]


async def test_combinations_of_the_whole_country_need_no_area(ask: Ask) -> None:
    query = "{ programCombinations { totalCount nodes { combination wilayah { code } } } }"
    found = (await ask(query))["programCombinations"]
    assert [(one["combination"], one["wilayah"]["code"]) for one in found["nodes"]] == [
        ("BLT-DD", "33.20.01"),
        ("BLT-DD+PKH", "33.20.01"),
        ("PKH", "33.20.01"),
    ]
    assert found["totalCount"] == 3
