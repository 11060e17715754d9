"""The score table gives back what `decide` read."""

from policies.judgement import FrameAnswer, Paraphrased, PolicyJudgement
from tests.policies.cases import answers, policy
from workers.score_table import COLUMNS, decode, encode


def test_every_answer_is_a_row_that_comes_back() -> None:
    guns, knives = policy("guns", version=3), policy("knives")
    judged = [
        PolicyJudgement(policy=guns, answers=answers([0.25, None])),
        PolicyJudgement(policy=knives, answers=answers([0.75], step=0.5)),
    ]

    rows, _ = decode(encode(judged, {}))

    assert [tuple(row.values())[:6] for row in rows] == [
        ("guns", 3, 0.0, 0.25, "safe", "frame at 0"),
        ("guns", 3, 1.0, 0.5, "unparsable", "?"),
        ("knives", 1, 0.0, 0.75, "unsafe", "frame at 0"),
    ]


def test_a_row_says_what_the_frame_looked_like_and_whose_answer_it_has() -> None:
    twins = [
        FrameAnswer(pts_seconds=1.0, word="safe", score=0.0, is_cut=True, pdq="0f" * 32),
        FrameAnswer(
            pts_seconds=2.0, word="safe", score=0.0, copy_of=1.0, pdq="1f" * 32, distance=32
        ),
    ]

    rows, _ = decode(encode([PolicyJudgement(policy=policy(), answers=tuple(twins))], {}))

    said = [(row["copy_of"], row["is_cut"], row["pdq"], row["distance"]) for row in rows]
    assert said == [(None, True, "0f" * 32, 0), (1.0, False, "1f" * 32, 32)]


def test_answers_under_paraphrases_are_rows_of_their_own() -> None:
    said = Paraphrased(number=2, text="guns never .", answers=answers([0.25]))
    own = PolicyJudgement(policy=policy(), answers=answers([0.75]), paraphrases=(said,))

    rows, _ = decode(encode([own], {}))

    assert [(row["paraphrase"], row["score"]) for row in rows] == [(None, 0.75), (2, 0.25)]


def test_what_belongs_to_no_frame_stands_beside_the_rows() -> None:
    about: dict[str, object] = {
        "sampling": "1s/240",
        "engines": {"safeguard": "null@0"},
        "senses": ["picture"],
    }

    assert decode(encode([], about)) == ([], about)


def test_no_answers_are_a_table_with_all_columns() -> None:
    content = encode([PolicyJudgement(policy=policy(), answers=())], {"k": 1})

    assert content[:4] == b"PAR1" == content[-4:]
    assert all(name.encode() in content for name in COLUMNS)
    assert decode(content)[0] == []


def test_240_frames_under_10_policies_take_a_few_kilobytes() -> None:
    judged = [
        PolicyJudgement(policy=policy(f"p-{n}"), answers=answers([0.5, 0.25] * 120))
        for n in range(10)
    ]

    assert len(encode(judged, {})) < 32_000


def test_equal_judgements_are_equal_bytes_so_that_a_redelivery_writes_the_same_file() -> None:
    judged = [PolicyJudgement(policy=policy(), answers=answers([0.5, None, 1.0]))]

    assert encode(judged, {"a": 1}) == encode(judged, {"a": 1})
