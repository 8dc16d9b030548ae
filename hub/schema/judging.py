"""The review through the graph: what waits, and the acts of reviewers."""

from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows, one
from hub.errors import InputError
from hub.identity import judging
from hub.registry.judging import load_judging
from hub.schema.declaring import argument, declared
from hub.schema.linked import Candidate, Judging
from hub.schema.mutating import Act, Given, Work, key_of
from hub.schema.paging import MOMENT, PAGE, Connection
from hub.schema.rights import KEY
from hub.schema.words import Judgement
from hub.store.sql import text
from hub.workflow.judging import By, Judged, act_within

PURPOSES = frozenset({"verivali"})
Acting = Callable[[judging.Act], Awaitable[judging.Line]]
PAIR = text("select mention_a, mention_b from candidate where id = :id")
STANDS = "select from hub.cluster_member m where m.mention_id = $2::bigint and upper_inf(m.recorded)"
REASON = argument("reason", str | None, "Alasan. / Why; no names or numbers of persons.")


async def _judge(work: Work, given: Given) -> str:
    candidate = key_of(given, "candidate", "Candidate", int)
    if not await work.finds("select from hub.candidate c where c.id = $2::bigint", candidate):
        raise InputError("unknown_candidate", "there is no such candidate")
    pair = (await work.connection.execute(PAIR, {"id": candidate})).one()
    two_if = load_judging(work.desk.config_dir).review.two_reviewers_if

    async def act(by: judging.Act) -> judging.Line:
        return await judging.judge(
            work.connection, (pair.mention_a, pair.mention_b), given["judgement"], by, two_if
        )

    return str((await _acted(work, given, act)).line)


async def _judge_records(work: Work, given: Given) -> str:
    one, other = (key_of(given, name, "LinkedRecord", int) for name in ("one", "other"))
    for mention in (one, other):
        if not await work.finds(STANDS, mention):
            raise InputError("unknown_pair", "there is no such record of a person")
    two_if = load_judging(work.desk.config_dir).review.two_reviewers_if

    async def act(by: judging.Act) -> judging.Line:
        return await judging.judge(work.connection, (one, other), given["judgement"], by, two_if)

    return str((await _acted(work, given, act)).line)


async def _undo(work: Work, given: Given) -> str:
    line = key_of(given, "judging", "Judging", int)
    if not await work.finds("select from hub.judging j where j.id = $2::bigint", line):
        raise InputError("unknown_line", "there is no such judgement")

    async def act(by: judging.Act) -> judging.Line:
        return await judging.undo(work.connection, line, by)

    await _acted(work, given, act)
    return str(line)


async def _acted(work: Work, given: Given, act: Acting) -> Judged:
    by = By(work.actor, work.caller.agency, given.get("reason"))
    return await act_within(work.connection, work.desk.config_dir, by, act)


@strawberry.type(description="Yang menunggu penilaian. / What waits to be judged.")
class JudgingQuery:
    """What reviewers read."""

    rows: ClassVar[Rows | None] = None

    candidates: Connection[Candidate] = declared(
        Relation(
            Arity.CONNECTION,
            order=[Key("{t}.id")],
            when={"kind": "{t}.kind = {arg[kind]}", "least": "{t}.score >= {arg[least]}"},
        ),
        "Dua rekaman yang mungkin satu orang dan menunggu penilaian. / Pairs of records that may be of one person and"
        " wait to be judged, both of whose persons you see.",
        [
            argument("kind", str | None, "Hanya dari pendeteksi ini. / Of this detector only."),
            argument("least", float | None, "Hanya mulai nilai ini. / Of this score or a higher one."),
            *PAGE,
            *MOMENT,
        ],
    )


@strawberry.type(description="Tindakan para penilai. / Acts of reviewers.")
class JudgingMutation:
    """What reviewers do."""

    rows: ClassVar[Rows | None] = None

    judge: Judging | None = declared(
        one("{t}.id = {arg[ref$]}::bigint"),
        "Nilai sepasang rekaman; penggabungan yang berisiko menunggu penilai kedua. / Judges a pair; a merge with much"
        " at stake waits for a second reviewer. For clients with the role reviewer.",
        [
            KEY,
            argument("candidate", strawberry.ID, "Pasangannya. / Id of the candidate."),
            argument("judgement", Judgement, "Penilaiannya. / The judgement."),
            REASON,
        ],
    )
    judge_records: Judging | None = declared(
        one("{t}.id = {arg[ref$]}::bigint"),
        "Nilai dua rekaman tanpa calon: different memisahkan yang keliru digabung. / Judges two records that no"
        " candidate names: different parts those that were wrongly made one. For clients with the role reviewer.",
        [
            KEY,
            argument("one", strawberry.ID, "Rekaman pertama. / Id of a LinkedRecord."),
            argument("other", strawberry.ID, "Rekaman kedua. / Id of another one."),
            argument("judgement", Judgement, "Penilaiannya. / The judgement."),
            REASON,
        ],
    )
    undo_judgement: Judging | None = declared(
        one("{t}.id = {arg[ref$]}::bigint"),
        "Tarik kembali sebuah penilaian. / Takes a judgement back: what stood before it stands again.",
        [KEY, argument("judging", strawberry.ID, "Penilaiannya. / Id of the line of the log."), REASON],
    )


ACTS: Mapping[str, Act] = {
    "judge": Act(role="reviewer", purposes=PURPOSES, perform=_judge),
    "judgeRecords": Act(role="reviewer", purposes=PURPOSES, perform=_judge_records),
    "undoJudgement": Act(role="reviewer", purposes=PURPOSES, perform=_undo),
}
