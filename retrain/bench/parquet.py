"""Turn a folder of Parquet files into rows and back, images as Hugging Face `datasets` stores them.

An image is a struct {bytes, path}; the schema's metadata say so under `huggingface`. Reads a file
in small batches and never as a whole. Does not download, and needs neither `datasets` nor pyarrow.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import arro3.core
import arro3.io

from topics.errors import UsageError

from .errors import BenchDataError

MAGIC = b"PAR1"
SMALLEST = 12  # bytes: magic, length of the footer, magic
BATCH = 32  # rows; a real photo has about 1 MB
ROW_GROUP = 100  # rows
IMAGE = arro3.core.DataType.struct(
    [
        arro3.core.Field("bytes", arro3.core.DataType.binary()),
        arro3.core.Field("path", arro3.core.DataType.utf8()),
    ]
)
KINDS = {"int64": arro3.core.DataType.int64(), "string": arro3.core.DataType.utf8()}

Rows = Iterator[tuple[str, dict[str, Any]]]


def shards(folder: Path, split: str) -> list[Path]:
    """The files of one split: test-00000-of-00002.parquet, test.parquet or test/0000.parquet.

    raises: UsageError, saying what was found instead
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder")
    found = sorted(folder.rglob("*.parquet"))
    if not found:
        raise UsageError(f"{folder} holds no Parquet file; expected those of split {split!r}")
    chosen = [path for path in found if _is_of(split, path.relative_to(folder))]
    if not chosen:
        names = ", ".join(path.relative_to(folder).as_posix() for path in found[:5])
        raise UsageError(f"{folder} holds no Parquet file of split {split!r}, only {names}")
    return chosen


def _is_of(split: str, path: Path) -> bool:
    """A file deeper down belongs to another set."""
    folders = path.parts[:-1]
    if folders in ((), ("data",)):
        return path.stem.split("-")[0] == split
    return folders[-1] == split and len(folders) <= 2


def rows(files: Sequence[Path], columns: Sequence[str]) -> Rows:
    """(file and row number, the named columns) of every row.

    raises: BenchDataError at a file that is no Parquet, lacks a column or is broken
    """
    for path in files:
        yield from _rows(path, columns)


def _rows(path: Path, columns: Sequence[str]) -> Rows:
    reader, number = _opened(path, columns), 0
    try:
        for batch in reader:
            lists = [batch[name].to_pylist() for name in columns]
            for values in zip(*lists, strict=True):
                yield f"{path.name} row {number}", dict(zip(columns, values, strict=True))
                number += 1
    except (ValueError, OSError) as error:
        raise BenchDataError(f"{path} cannot be read past row {number}: {error}") from error


def _opened(path: Path, columns: Sequence[str]) -> arro3.core.RecordBatchReader:
    with path.open("rb") as file:
        size, head = path.stat().st_size, file.read(len(MAGIC))
        file.seek(max(0, size - len(MAGIC)))
        if size < SMALLEST or head != MAGIC or file.read() != MAGIC:
            raise BenchDataError(f"{path} is no whole Parquet file ({size} bytes)")
    reader = arro3.io.read_parquet(path, batch_size=BATCH)
    missing = [name for name in columns if name not in reader.schema.names]
    if missing:
        raise BenchDataError(f"{path} lacks {missing = }; its columns are {reader.schema.names}")
    return reader


def write(path: Path, columns: dict[str, str], table: Sequence[dict[str, Any]]) -> None:
    """Write rows; columns: name to `image`, `int64` or `string`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = [_array(kind, [row[name] for row in table]) for name, kind in columns.items()]
    fields = [
        arro3.core.Field(name, IMAGE if kind == "image" else KINDS[kind])
        for name, kind in columns.items()
    ]
    schema = arro3.core.Schema(fields, metadata={"huggingface": _features(columns)})
    whole = arro3.core.Table.from_arrays(arrays, schema=schema)
    arro3.io.write_parquet(whole, path, compression="snappy", max_row_group_size=ROW_GROUP)


def _array(kind: str, values: list[Any]) -> arro3.core.Array:
    if kind != "image":
        return arro3.core.Array(values, type=KINDS[kind])
    parts = [
        arro3.core.Array([value["bytes"] for value in values], type=IMAGE.fields[0].type),
        arro3.core.Array([value["path"] for value in values], type=IMAGE.fields[1].type),
    ]
    return arro3.core.struct_array(parts, fields=IMAGE.fields)


def _features(columns: dict[str, str]) -> str:
    """What `datasets` wants to know, so that it shows images and not structs."""
    features = {
        name: {"_type": "Image"} if kind == "image" else {"dtype": kind, "_type": "Value"}
        for name, kind in columns.items()
    }
    return json.dumps({"info": {"features": features}})
