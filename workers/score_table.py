"""Write the score table of an upload: every answer that `decide` read, as a small Parquet file.

With it thresholds can be tried again and a verdict replayed without a model. One row per policy
and frame, with the frame's perceptual hash and what it copies its answer from, and one per
paraphrase and frame that was asked about; what else `decide` reads stands in the file's metadata
under `judgement`.
"""

import io
from collections.abc import Sequence

import arro3.core
import arro3.io
import msgspec

from policies.judgement import PolicyJudgement

METADATA_KEY = "judgement"
COLUMNS = {
    "policy_id": arro3.core.DataType.utf8(),
    "policy_version": arro3.core.DataType.int32(),
    "pts_seconds": arro3.core.DataType.float64(),
    "score": arro3.core.DataType.float32(),
    "word": arro3.core.DataType.utf8(),
    "rationale": arro3.core.DataType.utf8(),
    "copy_of": arro3.core.DataType.float64(),
    "is_cut": arro3.core.DataType.bool(),
    "pdq": arro3.core.DataType.utf8(),
    "distance": arro3.core.DataType.int32(),
    "paraphrase": arro3.core.DataType.int32(),  # its number, from 1; null: the policy's own text
}
ANSWER = tuple(COLUMNS)[2:-1]  # columns that are fields of a FrameAnswer


def encode(policies: Sequence[PolicyJudgement], about: dict[str, object]) -> bytes:
    """The Parquet file. about: JSON-ready facts that belong to the judgement, not to a frame."""
    rows = [
        (p.policy.id, p.policy.version, *(getattr(a, name) for name in ANSWER), number)
        for p in policies
        for number, answers in ((None, p.answers), *((q.number, q.answers) for q in p.paraphrases))
        for a in answers
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    arrays = [
        arro3.core.Array(list(column), type=kind)
        for column, kind in zip(columns, COLUMNS.values(), strict=True)
    ]
    fields = [arro3.core.Field(name, kind) for name, kind in COLUMNS.items()]
    metadata = {METADATA_KEY: msgspec.json.encode(about).decode()}
    schema = arro3.core.Schema(fields, metadata=metadata)
    table = arro3.core.Table.from_arrays(arrays, schema=schema)
    file = io.BytesIO()
    arro3.io.write_parquet(table, file, compression="zstd(3)")
    return file.getvalue()


def decode(content: bytes) -> tuple[list[dict[str, object]], dict[str, object]]:
    """(rows, about) of a score table."""
    table = arro3.io.read_parquet(io.BytesIO(content)).read_all()
    names = table.schema.names
    columns = [table[name].to_pylist() for name in names]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    about = table.schema.metadata_str[METADATA_KEY]
    return rows, msgspec.json.decode(about, type=dict[str, object])
