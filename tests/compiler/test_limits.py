"""Documents that ask for too much are refused before they are validated."""

import pytest
from graphql import parse
from hypothesis import given
from hypothesis import strategies as st

from hub.compiler.limits import Limits, check
from hub.errors import InputError


def bomb(levels: int) -> str:
    """Fragments that each spread the next one twice: 2^levels fields in some hundred bytes."""
    parts = [f"fragment f{n} on Person {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels)]
    return " ".join(["{ people { nodes { ...f0 } } }", *parts, f"fragment f{levels} on Person {{ name }}"])


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (bomb(21), "limit_fields"),
        (bomb(40), "limit_fields"),
        (bomb(51), "limit_fragments"),
        ("{ a } { b }", "one_operation"),
        ("fragment f on Query { a }", "one_operation"),
        ("{ ...f } fragment f on Query { ...f }", "fragment_cycle"),
        ("{ ...f } fragment f on Query { ...g } fragment g on Query { a { ...f } }", "fragment_cycle"),
        ("{ a } fragment f on Query { ...g } fragment g on Query { ...f }", "fragment_cycle"),
        ("{a" * 30 + "}" * 30, "limit_depth"),
        ("{" + " ".join(f"a{n}: a" for n in range(101)) + "}", "limit_aliases"),
        ("{" + "a " * 1001 + "}", "limit_fields"),
        ("{" + "a " * 150 + "}", "limit_repeats"),
        ("{" + "... { a { b } } " * 150 + "}", "limit_repeats"),
        ("{" + ("a {" + "b " * 20 + "} ") * 20 + "}", "limit_repeats"),
        ("{" + "...f " * 150 + "} fragment f on Query { a }", "limit_repeats"),
        ("{ a " + "@skip(if: true) " * 51 + "}", "limit_directives"),
        ("query " + "@x " * 51 + "{ a }", "limit_directives"),
        (
            "{ ...f } fragment f on Q { a @x } " + "fragment g on Q { ...f " + "@x " * 60 + "}",
            "limit_directives",
        ),
    ],
)
def test_a_hostile_document_is_refused(source: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        check(parse(source), Limits())
    assert caught.value.code == code


def test_the_work_grows_with_the_document_and_not_with_what_it_expands_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from hub.compiler import limits

    steps = 0
    measured = limits._Ruler._node

    def counted(self: limits._Ruler, node: object) -> limits.Measure:
        nonlocal steps
        steps += 1
        return measured(self, node)  # type: ignore[arg-type]

    monkeypatch.setattr(limits._Ruler, "_node", counted)
    with pytest.raises(InputError):
        check(parse(bomb(45)), Limits())
    assert steps < 200


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_field_counts_once_for_each_time_its_fragment_is_spread(spreads: int, fields: int) -> None:
    source = "{" + "...f " * spreads + "} fragment f on Q {" + " ".join(f"a{n}" for n in range(fields)) + "}"
    check(parse(source), Limits(fields=spreads * fields, repeats=10**6))
    with pytest.raises(InputError):
        check(parse(source), Limits(fields=spreads * fields - 1, repeats=10**6))


def test_a_field_that_many_fragments_name_is_no_bomb() -> None:
    parts = " ".join(f"fragment f{n} on Person {{ id name kk }}" for n in range(40))
    check(parse("{ a {" + " ".join(f"...f{n}" for n in range(40)) + "} }" + parts), Limits())


@given(st.lists(st.sampled_from(["a", "b", "c { d }", "... { a }"]), min_size=1, max_size=40))
def test_the_pairs_are_those_of_fields_under_one_key(parts: list[str]) -> None:
    source = "{" + " ".join(parts) + "}"
    counts = [
        sum(part in ("a", "... { a }") for part in parts),
        parts.count("b"),
        parts.count("c { d }"),
        parts.count("c { d }"),
    ]
    pairs = sum(count * (count - 1) // 2 for count in counts)
    check(parse(source), Limits(repeats=pairs))
    if pairs:
        with pytest.raises(InputError):
            check(parse(source), Limits(repeats=pairs - 1))
