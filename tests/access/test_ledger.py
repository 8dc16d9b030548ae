"""What stands for a document in the ledger tells what was asked, and no value that it held."""

import hashlib

import pytest
from graphql import Lexer, Source, TokenKind
from hypothesis import given
from hypothesis import strategies as st

from hub.access.ledger import digest

NIK = "3320014101909012"
OTHER = "3320014101909013"
ASKED = "query ($n: NIK!, $of: [ID!]) { person(nik: $n) { name payments(first: 10) { amount } } }"


def test_a_document_without_values_is_hashed_as_it_stands() -> None:
    assert digest(ASKED) == hashlib.sha256(ASKED.encode()).hexdigest()
    assert digest(ASKED) != digest(ASKED.replace("name", "kk"))
    assert digest(ASKED) != digest(ASKED.replace("10", "11"))


@pytest.mark.parametrize(
    "document",
    [
        '{ person(nik: "%s") { name } }',
        '{ person(nik: """%s""") { name } }',
        '{ person(nik: """a \\""" " %s""") { name } }',
        '{ person(nik: "\\"%s # \\"") { name } }',
        "{ n%s: __typename }",
        "{ people(first: %s) { totalCount } }",
        '{ __typename } # of %s, "who asked',
        '# "\n{ person(nik: "%s") { name } } # "',
    ],
)
def test_a_number_that_stands_in_a_document_is_not_in_its_hash(document: str) -> None:
    assert digest(document % NIK) == digest(document % OTHER)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
PIECES = st.one_of(
    TEXTS.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    TEXTS.map(lambda text: f'"""{text.replace(chr(34), chr(39))} """'),
    TEXTS.map(lambda text: f"#{text}\n"),
    st.sampled_from(["{", "}", "a", "$b", "...", "12", "nik:", " ", "\n", '""', '""""""', r'"""\""""""']),
)


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_texts_and_comments_are_those_that_the_language_takes_for_such(document: str) -> None:
    assert digest(document) == digest(_without(document))


def _without(document: str) -> str:
    """A document with texts emptied and comments left out, by the lexer of the language."""
    lexer = Lexer(Source(document))
    first, told, end = lexer.token, "", 0
    while lexer.advance().kind is not TokenKind.EOF:
        pass
    token = first.next
    while token and token.kind is not TokenKind.EOF:
        text = document[token.start : token.end]
        empty = {TokenKind.STRING: '""', TokenKind.BLOCK_STRING: '""', TokenKind.COMMENT: ""}
        told += document[end : token.start] + empty.get(token.kind, text)
        end = token.end
        token = token.next
    return told + document[end:]
