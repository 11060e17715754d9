"""Hold the numbers that fix a Qwen2.5-VL- or Qwen3-VL-class model, of any size.

Source: transformers `Qwen2_5_VLConfig` and `Qwen3VLConfig`, whose names stand in the comments.
Differences: 1) one square image bucket per exported vision graph, its side a multiple of the window
in whole, so that windows need no mask.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from engines.errors import ManifestError
from engines.record import from_document

SIZE_MAX = 2**20  # of anything that is counted; a larger number is surely a mistake
MAY_BE_ZERO = ("window", "table", "head", "tied", "normed", "interleaved")
# What manifests of the first version do not say
LATER = {"window", "full_blocks", "table", "deep_blocks", "tied", "head", "normed", "interleaved"}


@dataclass(frozen=True)
class VisionShape:
    """The vision tower."""

    side: int = 96  # px, the bucket
    patch: int = 8  # px, patch_size
    merge: int = 2  # patches a side that become one token, spatial_merge_size
    temporal: int = 2  # frames a patch, temporal_patch_size; a still picture is doubled
    depth: int = 3
    width: int = 128  # hidden_size
    inner: int = 256  # intermediate_size
    heads: int = 4
    window: int = 0  # px, window_size; 0: every block attends to the whole picture
    full_blocks: tuple[int, ...] = ()  # fullatt_block_indexes, where there are windows
    table: int = 0  # learned positions a side; Qwen3-VL alone, where it is no 0
    deep_blocks: tuple[int, ...] = ()  # deepstack_visual_indexes, handed to the decoder too
    eps: float = 1e-6
    mean: tuple[float, ...] = (0.48145466, 0.4578275, 0.40821073)  # RGB, image_mean
    std: tuple[float, ...] = (0.26862954, 0.26130258, 0.27577711)  # RGB, image_std

    def __post_init__(self) -> None:
        """raises: ValueError unless the picture is cut into whole patches and whole windows."""
        piece = self.patch * self.merge
        if min(piece, self.side) < 1 or self.window < 0:
            raise ValueError(f"a side of {self.side} px in pieces of {piece} px is no picture")
        if self.side % piece or self.window % piece or (self.window and self.side % self.window):
            raise ValueError(
                f"a side of {self.side} px is no whole number of {self.window or piece}"
            )

    @property
    def grid(self) -> int:
        """Patches along one side."""
        return self.side // self.patch

    @property
    def patches(self) -> int:
        """Patches of a picture."""
        return self.grid**2

    @property
    def tokens(self) -> int:
        """Image tokens of a picture, after merging."""
        return self.patches // self.merge**2

    @property
    def features(self) -> int:
        """Numbers in one patch."""
        return 3 * self.temporal * self.patch**2


@dataclass(frozen=True)
class TextShape:
    """The decoder."""

    vocabulary: int
    width: int = 128  # hidden_size
    layers: int = 4
    heads: int = 4
    kv_heads: int = 4
    inner: int = 320  # intermediate_size
    theta: float = 1e4  # rope_theta
    sections: tuple[int, ...] = (4, 6, 6)  # mrope_section: time, height, width
    eps: float = 1e-6
    tied: bool = True  # tie_word_embeddings: the output matrix is the embedding
    head: int = 0  # head_dim; 0: width / heads
    normed: bool = False  # Qwen3: queries and keys have norms, no projection has a bias
    interleaved: bool = False  # mrope_interleaved: the axes take turns among the frequencies

    @property
    def head_width(self) -> int:
        """Width of one attention head."""
        return self.head or self.width // self.heads


@dataclass(frozen=True)
class Shape:
    """The whole model."""

    text: TextShape
    vision: VisionShape = field(default_factory=VisionShape)

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers for the manifest."""
        return asdict(self)

    @classmethod
    def from_dict(cls, numbers: dict[str, Any]) -> "Shape":
        """The inverse of `as_dict`, also after a trip through JSON. raises: ManifestError"""
        shape = from_document(cls, numbers, "shape")
        for part, given in ((shape.text, numbers["text"]), (shape.vision, numbers.get("vision"))):
            _check_numbers(asdict(part), given or {})
        halves, pixel = sum(shape.text.sections), (len(shape.vision.mean), len(shape.vision.std))
        if len(shape.text.sections) != 3 or 2 * halves != shape.text.head_width:
            raise ManifestError(
                f"shape: sections {shape.text.sections} are no three of half a head, "
                f"{shape.text.head_width // 2}"
            )
        if pixel != (3, 3):
            raise ManifestError(f"shape: mean and std have {pixel} numbers, not one a colour")
        return shape


def _check_numbers(numbers: dict[str, Any], given: dict[str, Any]) -> None:
    """Every number is given, unless it came to manifests later, and makes sense."""
    if missing := sorted(set(numbers) - set(given) - LATER):
        raise ManifestError(f"shape: {missing = }")
    for name, number in numbers.items():
        lowest = 0 if name in MAY_BE_ZERO else 1
        if isinstance(number, int) and not lowest <= number <= SIZE_MAX:
            raise ManifestError(f"shape: {name} is {number}, not {lowest} to {SIZE_MAX}")
