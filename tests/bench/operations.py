"""Count the floating point operations that a frame needs, whatever the machine computes beyond.

A product of (m, k) and (k, n) is 2 m k n. Not counted: norms, rotations, gates, softmax, padding,
and what nobody reads (the last layer of all tokens but the one that is asked about).
"""

from engines.safeguard.shape import Shape, TextShape


def tower(shape: Shape) -> int:
    """The vision tower, one frame."""
    vision, merged = shape.vision, shape.vision.width * shape.vision.merge**2
    window = (vision.window // vision.patch) ** 2 or vision.patches
    full = len(vision.full_blocks) if vision.window else vision.depth
    contexts = full * vision.patches + (vision.depth - full) * window
    layer = 4 * vision.width**2 + 3 * vision.width * vision.inner
    patch = vision.features * vision.width + vision.depth * layer + 2 * vision.width * contexts
    token = merged**2 + merged * shape.text.width
    return 2 * (vision.patches * patch + vision.tokens * token)


def prefix(text: TextShape, tokens: int) -> int:
    """The image prefix: all layers, the last one's keys and values alone."""
    whole = (text.layers - 1) * (_layer(text) * tokens + _attention(text, 0, tokens))
    return 2 * (whole + _keys(text) * tokens)


def row(text: TextShape, before: int, tokens: int) -> int:
    """A policy's row behind its prefix, with the logits at its end."""
    whole = (text.layers - 1) * (_layer(text) * tokens + _attention(text, before, tokens))
    last = _keys(text) * tokens + _layer(text) - _keys(text)
    last += _attention(text, before + tokens - 1, 1)
    return 2 * (whole + last + text.vocabulary * text.width)


def frame(shape: Shape, before: int, policies: int, tokens: int) -> int:
    """A frame under some policies of `tokens` each; `before` is the prefix."""
    text = shape.text
    return tower(shape) + prefix(text, before) + policies * row(text, before, tokens)


def _layer(text: TextShape) -> int:
    queries = text.heads * text.head_width
    return 2 * text.width * queries + _keys(text) + 3 * text.width * text.inner


def _keys(text: TextShape) -> int:
    return 2 * text.width * text.kv_heads * text.head_width


def _attention(text: TextShape, before: int, tokens: int) -> int:
    """Scores and sums; token i sees before + i + 1."""
    seen = tokens * before + tokens * (tokens + 1) // 2
    return 2 * text.heads * text.head_width * seen
