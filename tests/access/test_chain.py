"""Any change, gap, cut or rewriting of the ledger shows against the checkpoints that were kept."""

import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from hub.access.chain import BEGINNING, Checkpoint, Fault, Sealed, Verifier, canonical, seal, sealed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
TOLD: list[dict[str, Any]] = [{"caller": f"a/{number}", "subjects": [number, "é"]} for number in range(6)]
LINES = list(sealed(TOLD))
HELD = [Checkpoint(one.seq, one.seal, "2026-11-28T04:00:00Z").sign(KEY) for one in (LINES[2], LINES[5])]


def found(lines: list[Sealed], checkpoints: list[Checkpoint] | None = None) -> list[Fault]:
    verifier = Verifier(HELD if checkpoints is None else checkpoints, [PUBLIC])
    all(verifier.add(line) for line in lines)
    return verifier.end()


def test_a_ledger_as_it_was_written_has_no_fault_with_and_without_checkpoints() -> None:
    assert found(LINES) == found(LINES, []) == found([], []) == []
    assert [one.seq for one in LINES] == [1, 2, 3, 4, 5, 6]


def test_lines_added_in_batches_are_the_chain_of_all_at_once() -> None:
    head = list(sealed(TOLD[:2]))
    assert [*head, *sealed(TOLD[2:], 2, head[-1].seal)] == LINES


@pytest.mark.parametrize("at", range(6))
def test_a_line_that_was_taken_out_is_missing(at: int) -> None:
    kind = "cut" if at == 5 else "missing"
    assert found([*LINES[:at], *LINES[at + 1 :]]) == [Fault(kind, at + 1)]


@pytest.mark.parametrize("length", range(6))
def test_an_end_that_was_cut_off_shows_against_a_checkpoint_and_not_without_one(length: int) -> None:
    assert [fault.kind for fault in found(LINES[:length])] == ["cut"]
    assert found(LINES[:length], []) == []


@pytest.mark.parametrize("at", range(6))
def test_a_ledger_written_anew_from_a_line_on_shows_against_a_checkpoint(at: int) -> None:
    told = [each | ({"caller": "b/0"} if number == at else {}) for number, each in enumerate(TOLD)]
    anew = list(sealed(told))
    assert found(anew, []) == []
    assert found(anew) == [Fault("rewritten", 3 if at < 3 else 6)]


def test_two_lines_exchanged_show() -> None:
    assert found([LINES[1], LINES[0], *LINES[2:]]) == [Fault("missing", 1)]


@given(st.integers(0, 5), st.data())
def test_any_byte_changed_in_a_line_or_seal_shows(at: int, data: st.DataObject) -> None:
    one = LINES[at]
    raw = one.line.encode() + one.seal
    place, flip = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(1, 255))
    changed = bytearray(raw)
    changed[place] ^= flip
    line = bytes(changed[:-32]).decode(errors="replace")
    assert found([*LINES[:at], Sealed(one.seq, line, bytes(changed[-32:])), *LINES[at + 1 :]]) == [
        Fault("changed", at + 1)
    ]


def test_a_line_whose_seal_was_made_anew_breaks_the_next_one() -> None:
    line = canonical(json.loads(LINES[0].line) | {"caller": "b"})
    assert found([Sealed(1, line, seal(BEGINNING, line)), *LINES[1:]]) == [Fault("changed", 2)]


@pytest.mark.parametrize("changed", [
    {"seq": 4}, {"at": "2026-11-28T05:00:00Z"}, {"seal": bytes(32)}, {"signature": bytes(64)}, {"signature": b""},
])  # fmt: skip
def test_a_checkpoint_that_the_key_did_not_sign_is_forged(changed: dict[str, Any]) -> None:
    forged = replace(HELD[0], **changed)
    assert found(LINES, [forged])[0] == Fault("forged", forged.seq)


def test_two_signed_checkpoints_of_one_line_that_differ_show() -> None:
    other = Checkpoint(3, LINES[1].seal, "2026-11-28T04:00:00Z").sign(KEY)
    assert found(LINES, [*HELD, other]) == [Fault("rewritten", 3)]


@given(st.integers(1, 10**12), st.binary(min_size=32, max_size=32), st.text())
def test_a_checkpoint_is_read_as_it_was_written(seq: int, made: bytes, at: str) -> None:
    signed = Checkpoint(seq, made, at.encode(errors="replace").decode()).sign(KEY)
    assert Checkpoint.from_json(signed.to_json()) == signed


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "{}", '{"seq":1}', '{"seq":1,"seal":1,"at":"","signature":""}']
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of several kinds, all of them this
        Checkpoint.from_json(text)
