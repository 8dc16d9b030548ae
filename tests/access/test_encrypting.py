"""What is encrypted comes back whole or not at all."""

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.access.encrypting import MAGIC, PIECE, SALT_BYTES, TAG_BYTES, Encrypting, decrypted

KEY = bytes(range(32))
LINE = b"NAMA;NIK;ALAMAT;DESA;"
"""Too long to come up by chance in what is encrypted."""


def sealed(plain: bytes, *cuts: int) -> bytes:
    """The encrypted form, written in pieces that end at these places."""
    out = io.BytesIO()
    with Encrypting(KEY, out) as file:
        for start, end in pairwise((0, *sorted(cuts), len(plain))):
            file.write(plain[start:end])
    return out.getvalue()


def opened(told: bytes, key: bytes = KEY) -> bytes:
    return b"".join(decrypted(key, io.BytesIO(told)))


@given(
    st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE]),
    st.lists(st.integers(0, 2 * PIECE), max_size=4),
)
def test_every_length_comes_back_however_it_was_written(length: int, cuts: list[int]) -> None:
    plain = (LINE * (length // len(LINE) + 1))[:length]
    told = sealed(plain, *(cut for cut in cuts if cut <= length))
    assert opened(told) == plain
    assert LINE not in told


def test_two_files_of_one_text_have_nothing_in_common() -> None:
    one, other = sealed(b"x" * 64), sealed(b"x" * 64)
    assert one[len(MAGIC) :] != other[len(MAGIC) :]


@pytest.mark.parametrize("at", [0, len(MAGIC), len(MAGIC) + SALT_BYTES, -1])
def test_a_changed_byte_is_found(at: int) -> None:
    told = bytearray(sealed(b"siti"))
    told[at] ^= 1
    with pytest.raises(ValueError, match=r"no encrypted file|not as it was"):
        opened(bytes(told))


def test_a_file_that_was_cut_or_put_together_anew_is_found() -> None:
    head, piece = len(MAGIC) + SALT_BYTES, PIECE + TAG_BYTES
    told = sealed(b"a" * PIECE + b"b" * PIECE + b"c")
    first, second, last = told[head:][:piece], told[head:][piece : 2 * piece], told[head:][2 * piece :]
    for broken in (
        told[:head], told[: head + piece], told[: head + 2 * piece], told[:-1],
        told[:head] + second + first + last, told[:head] + first + last, told + last,
    ):  # fmt: skip
        with pytest.raises(ValueError, match="not as it was"):
            opened(broken)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(ValueError, match="piece 0"):
        opened(sealed(b"siti"), bytes(32))
