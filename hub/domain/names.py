"""Names of persons: the form shown, the key for matching, and when two may be one person's.

A name is kept as given beside these forms. Many Indonesian names are a single word, most of the country has
no surnames, and lists shorten, re-spell and decorate them. The bulk path applies the same tables
(`name_tables`): upper case, DISPLAY_RULES, trim; then KEY_RULES, and BARE_RULES where KEY_RULES leave
nothing.
Source: field guide section 7.1 (2026-11-21); Permendagri 73/2022 on writing names.
"""

import re
from collections.abc import Sequence

from hub.domain.name_tables import ALIAS_MARK, BARE_RULES, COMMON_TOKENS, DISPLAY_RULES, KEY_RULES, Rules

#: Bank files cut names at 25 or 30 characters; match keys of such names are at least this long.
SHORTEST_CUT_KEY = 18
#: A wife called by her husband's name bears this mark in her key.
WIFE_MARK = "NYONYA"

_Compiled = tuple[tuple[re.Pattern[str], str], ...]


def _compiled(rules: Rules) -> _Compiled:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in rules)


_display, _key, _bare = _compiled(DISPLAY_RULES), _compiled(KEY_RULES), _compiled(BARE_RULES)
_variant_edge = re.compile(f"{ALIAS_MARK}|[()]")


def _applied(rules: _Compiled, text: str) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def normalise(text: str | None) -> str:
    """The display form: upper case, single spaces, no quotes or apostrophes; empty for a blank name."""
    return _applied(_display, (text or "").upper()).strip(" ")


def match_key(text: str | None) -> str:
    """The form in which spellings of one name meet: A to Z, single spaces; empty when no letter is left.

    Titles go, Muhammad, Ahmad, Abdul and Siti are written in one way, old orthography and sounds of one
    kind are levelled, doubled letters become one. Of several variants (alias, `/`, brackets) only the first
    is kept.
    """
    shown = normalise(text)
    return _applied(_key, shown) or _applied(_bare, shown)


def variants(text: str | None) -> tuple[str, ...]:
    """The names that one field gives a person, in display form: name, aliases, what stands in brackets."""
    parts = (part.strip(" ") for part in _variant_edge.split(f" {normalise(text)} "))
    named = tuple(part for part in parts if _applied(_key, part))
    return named or ((normalise(text),) if match_key(text) else ())


def agrees(one: str | None, other: str | None) -> bool:
    """Whether two names may be one person's when both stand beside the same valid NIK.

    True is careful: spouses, siblings and twins must not agree, for a list may give them one NIK. What is
    not true is unsure, never a proof of two persons.
    """
    other_keys = [match_key(variant) for variant in variants(other)]
    return any(keys_agree(match_key(mine), key) for mine in variants(one) for key in other_keys)


def keys_agree(one: str, other: str) -> bool:
    """`agrees` for two match keys; symmetric, and true for equal keys that are not empty.

    In the order of cost: equal; equal without spaces; the same words in another order; cut off by a bank
    file; one holds the other's words (`contains`); one word with one slip of the pen (`_slipped`).
    """
    if not one or not other:
        return False
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return True
    short, long = sorted(
        (one.split(" "), other.split(" ")), key=lambda words: (len(words), len("".join(words)))
    )
    if (WIFE_MARK in short) != (WIFE_MARK in long):
        return False
    return _cut_off(" ".join(short), " ".join(long)) or _word_by_word(short, long)


def _word_by_word(short: Sequence[str], long: Sequence[str]) -> bool:
    if sorted(short) == sorted(long):
        return _telling(short)
    return contains(short, long) or _slipped(short, long)


def _telling(words: Sequence[str]) -> bool:
    return any(len(word) > 1 and word not in COMMON_TOKENS for word in words)


def _cut_off(short: str, long: str) -> bool:
    return len(short) >= SHORTEST_CUT_KEY and long.startswith(short)


def contains(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether the words of `short` stand in `long` in order, in full or as initials, and tell enough.

    Telling enough: a shared full word that is not a common one, and when `short` is a single word, that it
    is the first such word of `long`; `ALI` may be the father of `HASAN ALI`.
    """
    if len(short) == 1:
        return _telling(short) and short[0] == next((word for word in long if _telling([word])), None)
    shared, at = [], 0
    for word in short:
        while at < len(long) and word != long[at] and not (len(word) == 1 and long[at].startswith(word)):
            at += 1
        if at == len(long):
            return False
        shared += [word] if word == long[at] else []
        at += 1
    return _telling(shared)


def _slipped(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether the names differ by one slip in one word, far from the endings that tell siblings apart.

    Beside a shared telling word a slip is a letter left out, added, exchanged or swapped; in a word that
    stands alone only two neighbours swapped: SUTARNO and SUTARNI are spouses, SUPARDI and SUPARTI siblings,
    SUGIYONO and SUGISONO two men.
    """
    if len(short) != len(long):
        return False
    differing = [(mine, its) for mine, its in zip(short, long, strict=True) if mine != its]
    if len(differing) != 1:
        return False
    held = _telling([mine for mine, its in zip(short, long, strict=True) if mine == its])
    return is_slip(*differing[0], any_slip=held, shortest=5 if held else 7)


def is_slip(one: str, other: str, any_slip: bool, shortest: int) -> bool:
    """Whether two words differ by one slip that spares the first letter and the last two.

    Args:
        one: A word.
        other: Another word.
        any_slip: Whether a letter left out, added or exchanged counts too, beside two neighbours swapped.
        shortest: Length below which no difference is a slip.
    """
    short, long = sorted((one, other), key=len)
    if len(short) < shortest or len(long) - len(short) > 1 or short[0] != long[0] or short[-2:] != long[-2:]:
        return False
    head = next(
        (at for at, (mine, its) in enumerate(zip(short, long, strict=False)) if mine != its), len(short)
    )
    if len(long) > len(short):
        return any_slip and short[head:] == long[head + 1 :]
    if short[head + 1 :] == long[head + 1 :]:
        return any_slip
    swapped = short[head : head + 2] == long[head : head + 2][::-1]
    return swapped and short[head + 2 :] == long[head + 2 :]
