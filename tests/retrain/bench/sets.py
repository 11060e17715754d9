"""Small sets of made pictures in the layouts of the real ones."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from retrain.bench import parquet, safeeditbench

UNSAFEBENCH = dict.fromkeys(("safety_label", "category", "source", "text"), "string")


def picture(level: int, kind: str = "PNG", size: tuple[int, int] = (32, 24)) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((size[1], size[0], 3), level, np.uint8)).save(file, kind)
    return file.getvalue()


def safe_edit_row(
    path: str, label: Any, level: str = "L2", policy: str = "No guns."
) -> dict[str, Any]:
    return {
        "image": {"bytes": picture(10 * len(path)), "path": path},
        "image_path": f"test_images/{path}",
        "safety_label": label,
        "policy_name": f"Policy {level}",
        "policy": policy,
    }


def unsafe_row(label: str, category: str = "Hate") -> dict[str, Any]:
    image = {"bytes": picture(90, "JPEG"), "path": "0.jpg"}
    more = {"safety_label": label, "category": category, "source": "Laion5B", "text": "a cat"}
    return {"image": image} | more


def safe_edit_set(folder: Path, rows: Sequence[dict[str, Any]]) -> list[Path]:
    path = folder / "data" / "test-00000-of-00001.parquet"
    parquet.write(path, safeeditbench.COLUMNS, rows)
    return [path]


def unsafe_set(folder: Path, rows: Sequence[dict[str, Any]]) -> list[Path]:
    path = folder / "data" / "test-00000-of-00001.parquet"
    parquet.write(path, {"image": "image"} | UNSAFEBENCH, rows)
    return [path]
