"""Parameters found without labels: chance agreement from random pairs, the rest by expectation-maximisation.

Splink draws the random pairs and compares them. Its own maximisation is not used: an estimate that goes to nought
between two rounds ends the run with an error there, and a verdict that only pairs of two ever get does go to nought,
faster than any power. Here no estimate leaves its floor in any round.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from hub.identity.linkage.levels import blocks
from hub.identity.linkage.model import Model, Training

ROUNDS, STILL = 40, 1e-4
"""At most so many rounds; fewer where no estimate moves by more."""

AGREES: Final = 0.95
"""Share of the matches that agree in a column, as long as nothing else is known."""

LinkerOf = Callable[[dict[str, Any]], Any]


def learnt(of: LinkerOf, settings: dict[str, Any], model: Model, dialect: str, besides: str) -> Any:
    """A linker with parameters found without labels.

    Args:
        of: Makes a linker of settings.
        settings: Without parameters.
        model: How it is trained.
        dialect: duckdb or spark.
        besides: What pairs have to meet too; see `levels.blocks`.
    """
    how, first = model.training, of(settings)
    certain = [rule["blocking_rule"] for rule in blocks(how.certain, dialect, besides)]
    first.training.estimate_probability_two_random_records_match(certain, recall=how.recall)
    first.training.estimate_u_using_random_sampling(max_pairs=how.pairs, seed=how.seed)
    told = first.misc.save_model_to_json()
    found: dict[tuple[str, str], list[float]] = {}
    for columns, rule in zip(how.sessions, blocks(how.sessions, dialect, besides), strict=True):
        session = _session(of, told, [column.replace(".", "_") for column in columns], rule, how.least_u)
        for key, share in maximised(session, how.least_m).items():
            found.setdefault(key, []).append(share)
    for comparison in told["comparisons"]:
        for level in comparison["comparison_levels"]:
            if shares := found.get((comparison["output_column_name"], level["label_for_charts"])):
                level["m_probability"] = sum(shares) / len(shares)
    return of(kept_possible(told, how))


@dataclass(frozen=True)
class Session:
    """The pairs of one block, as patterns of verdicts.

    Attributes:
        odds: That a pair of the block is of one, before its verdicts.
        chance: By comparison and verdict, the share of pairs of two that get it.
        patterns: How many pairs have which verdict by comparison; a missing value has none.
    """

    odds: float
    chance: Mapping[str, Mapping[str, float]]
    patterns: Sequence[tuple[Mapping[str, str], int]]


def maximised(session: Session, least: float) -> dict[tuple[str, str], float]:
    """By comparison and verdict, the share of matches that get it: what explains the patterns best.

    Within a block the share of matches stays as chance gives it: where all of its pairs match, learning it ends at 1.
    Verdicts that no pair of the block got are left out.
    """
    occurring: dict[str, set[str]] = {name: set() for name in session.chance}
    for pattern, _ in session.patterns:
        for name, verdict in pattern.items():
            occurring[name].add(verdict)
    shares = {
        (name, verdict): _first(position, len(told))
        for name, told in session.chance.items()
        for position, verdict in enumerate(told)
        if verdict in occurring[name]
    }
    for _ in range(ROUNDS):
        before, shares = shares, _maximised_once(session, shares, least)
        if all(abs(shares[key] - before[key]) < STILL for key in shares):
            break
    return shares


def _first(position: int, verdicts: int) -> float:
    return AGREES if position == 0 else (1 - AGREES) / (verdicts - 1)


def _maximised_once(
    session: Session, shares: Mapping[tuple[str, str], float], least: float
) -> dict[tuple[str, str], float]:
    sums, wholes = dict.fromkeys(shares, 0.0), dict.fromkeys(session.chance, 0.0)
    for pattern, pairs in session.patterns:
        odds = session.odds * prod(
            shares[each] / session.chance[each[0]][each[1]] for each in pattern.items()
        )
        matches = pairs * odds / (1 + odds)
        for each in pattern.items():
            sums[each] += matches
            wholes[each[0]] += matches
    return {
        each: max(least, found / wholes[each[0]] if wholes[each[0]] else 0) for each, found in sums.items()
    }


def _session(
    of: LinkerOf, told: Mapping[str, Any], columns: Sequence[str], rule: dict[str, str], least: float
) -> Session:
    """The patterns of all comparisons that a block does not settle, and its odds by those that it does.

    What random pairs never gave has `least` of them.
    """
    settled = [each for each in told["comparisons"] if any(_reads(each, column) for column in columns)]
    asked = [each for each in told["comparisons"] if each not in settled]
    prior = told["probability_two_random_records_match"]
    odds = prior / (1 - prior) * prod(AGREES / _agreeing(each, columns) for each in settled)
    bare = [
        {**each, "comparison_levels": [_unweighted(level) for level in each["comparison_levels"]]}
        for each in asked
    ]
    linker = of({**told, "comparisons": bare, "blocking_rules_to_generate_predictions": [rule]})
    pairs = linker.inference.predict(warning_mode="never")
    names = {each["output_column_name"]: _verdicts(each) for each in asked}
    gammas = ", ".join(f"gamma_{name}" for name in names)
    counted = linker.misc.query_sql(
        f"select {gammas}, count(*) as pairs from {pairs.physical_name} group by {gammas}",
        output_type="splink_df",
    )
    patterns = [
        ({n: told[row[f"gamma_{n}"]] for n, told in names.items() if row[f"gamma_{n}"] >= 0}, row["pairs"])
        for row in counted.as_record_list()
    ]
    pairs.drop_table_from_database_and_remove_from_cache()
    chance = {
        each["output_column_name"]: {
            level["label_for_charts"]: level.get("u_probability", least) for level in _told(each)
        }
        for each in asked
    }
    return Session(odds, chance, patterns)


def _reads(comparison: Mapping[str, Any], column: str) -> bool:
    return any(
        re.search(rf"\b{column}_l\b", level["sql_condition"]) for level in comparison["comparison_levels"]
    )


def _agreeing(comparison: Mapping[str, Any], columns: Sequence[str]) -> float:
    """The share of pairs of two that agree in the column that the block holds together; 1 where that is not told."""
    equal = re.compile("|".join(f"^\\W*{column}_l\\W*=\\W*{column}_r\\b" for column in columns))
    shares = [
        level.get("u_probability", 0.0) for level in _told(comparison) if equal.search(level["sql_condition"])
    ]
    return sum(shares) or AGREES


def _told(comparison: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]


def _verdicts(comparison: Mapping[str, Any]) -> list[str]:
    """In the order of Splink's gamma, 0 the weakest."""
    return [level["label_for_charts"] for level in reversed(_told(comparison))]


def _unweighted(level: Mapping[str, Any]) -> dict[str, Any]:
    """A level without frequencies: they are dear, and a maximisation does not use them."""
    return {name: value for name, value in level.items() if not name.startswith("tf_")}


def kept_possible(told: dict[str, Any], how: Training) -> dict[str, Any]:
    """Settings in which what hardly ever occurred in training is neither impossible nor proof.

    Probabilities keep to the floors of the model: the weight of what matches never gave would be infinite. What chance
    never gave, and a comparison of which no session tells, keep Splink's own guess.
    """
    for comparison in told["comparisons"]:
        levels = _told(comparison)
        learnt_of = any("m_probability" in level for level in levels)
        for level in levels:
            if "u_probability" in level:
                level["u_probability"] = max(level["u_probability"], how.least_u)
                if learnt_of:
                    level["m_probability"] = max(level.get("m_probability", 0.0), how.least_m)
    return told


def parameters(linker: Any, model: Model) -> dict[str, Any]:
    """What a linkage has learnt, in the form of `Model.trained`; a verdict that never occurred has none."""
    told = kept_possible(linker.misc.save_model_to_json(), model.training)
    levels: dict[str, dict[str, list[float]]] = {}
    for comparison in told["comparisons"]:
        found = {
            level["label_for_charts"]: [_short(level["m_probability"]), _short(level["u_probability"])]
            for level in comparison["comparison_levels"]
            if level.get("m_probability") is not None and level.get("u_probability") is not None
        }
        levels[comparison["output_column_name"]] = found
    return {
        "model": model.declared,
        "prior": _short(told["probability_two_random_records_match"]),
        "levels": levels,
    }


def _short(number: float) -> float:
    """Six digits that count."""
    return float(f"{number:.6g}")
