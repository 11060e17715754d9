"""The figures of the guard: `python -m tests.bench.guard [--quick]`, ratios in one run.

Progress on stderr; on stdout the cost curve (drawn too: `.cache/bench/guard_cost.svg`), a table
and, as the last line, one JSON object. Two guards: the shipped one in its own mode, with its trace,
and a random one of 100 million parameters that answers at once. What they are held against: one
call a policy, each with image and policy, the image encoded once. Needs torch.
"""

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tests.bench import curve, guard_merging
from tests.bench.figure import Figure, show
from tests.bench.films import CACHE
from tests.bench.guard_cost import Case, Cost, Load, bucket, cost, ideal, seconds
from tests.bench.guard_models import TEXT, Measured, large, small
from tests.bench.say import say

CURVE = CACHE / "guard_cost.svg"
CURVE_TOKENS = 180
LOGIT_ERROR_MAX = 1e-4
ONNX_TRACE = 16  # tokens that both runtimes speak


@dataclass(frozen=True)
class Size:
    """How much is measured; speedups: load and target."""

    rounds: int
    layers: int
    curve: tuple[int, ...]
    speedups: tuple[tuple[Load, float], ...] = ((Load(8, 180), 1.5), (Load(32, 150), 2.0))
    policy_first: tuple[Load, float] = (Load(8, 800), 2.0)


FULL = Size(3, TEXT.layers, (1, 2, 4, 8, 16, 32))
QUICK = Size(1, 1, (1, 2))


def run(size: Size, threads: int) -> list[Figure]:
    """All figures."""
    guards = small(threads), large(threads, replace(TEXT, layers=size.layers))
    found: list[Figure] = []
    errors: list[float] = []
    for guard in guards:
        say(f"{guard.name}: {guard.parameters / 1e6:.1f} M parameters")
        for load, target in size.speedups:
            figure, error = _speedup(guard, load, target, rounds=size.rounds)
            found.append(figure)
            errors.append(error)
    long = replace(guards[1], mode=replace(guards[1].mode, layout="policy_first"))
    figure, error = _speedup(long, *size.policy_first, rounds=size.rounds)
    found.append(replace(figure, name=f"policy_first_speedup_{size.policy_first[0]}"))
    errors.append(error)
    found.append(_logit_error(errors))
    found.append(_onnx_vs_torch(guards[1], size.rounds))
    say("uploads that wait for the shipped guard")
    merged = guard_merging.speedup(rounds=size.rounds + 2, threads=threads)
    found.append(Figure(name="merged_uploads_speedup", value=round(merged, 2)))
    draw_curve(guards[1], size.curve)
    return found


def _speedup(guard: Measured, load: Load, target: float, *, rounds: int) -> tuple[Figure, float]:
    found, best = cost(guard, load, rounds=rounds), ideal(guard, load)
    say(f"  {guard.name} {load} {guard.mode.layout}: {_words(found)}, tokens {best:.2f} to 1")
    prefix = "" if guard.name == "large" else f"{guard.name}_"
    figure = Figure(
        name=f"{prefix}rows_speedup_{load}",
        value=round(found.speedup, 2),
        target=target,
        note=f"{best:.2f} by the count of tokens; {_words(found)}",
    )
    return figure, found.logit_error


def _words(found: Cost) -> str:
    return f"{found.rows:.2f} s together, {found.apart:.2f} s one by one"


def _logit_error(errors: list[float]) -> Figure:
    return Figure(
        name="max_logit_error",
        value=max(errors),
        target=LOGIT_ERROR_MAX,
        better="less",
        note="of all answers above against those of calls one by one",
    )


def _onnx_vs_torch(guard: Measured, rounds: int) -> Figure:
    """The same judgement, with a trace of some tokens, on both runtimes."""
    load = Load(8, CURVE_TOKENS)
    talking = replace(guard, mode=replace(guard.mode, trace_max_tokens=ONNX_TRACE))
    s_max = bucket(talking, load)
    cases = [
        Case(talking, load, parts) for parts in (talking.parts(s_max), talking.in_torch(s_max))
    ]
    took: list[list[float]] = [[], []]
    for _ in range(rounds + 1):
        for case, times in zip(cases, took, strict=True):
            times.append(seconds(case.together))
    onnx, torch = (float(np.median(times[1:])) for times in took)
    note = f"{load}, {ONNX_TRACE} tokens of trace: {onnx:.2f} and {torch:.2f} s"
    return Figure(name="onnx_vs_torch", value=round(torch / onnx, 2), target=1.2, note=note)


def draw_curve(guard: Measured, policies: tuple[int, ...]) -> Path:
    """Print and plot what a frame costs under 1, 2, ... policies."""
    points: dict[str, list[tuple[float, float]]] = {
        "rows over one prefix": [],
        "one call a policy": [],
        "by the count of tokens": [],
    }
    say("the cost curve")
    print(f"policies of {CURVE_TOKENS} tokens, seconds a frame: {', '.join(points)}")
    for count in policies:
        load = Load(count, CURVE_TOKENS)
        found = cost(guard, load, rounds=1)
        values = (found.rows, found.apart, found.apart / ideal(guard, load))
        for line, value in zip(points.values(), values, strict=True):
            line.append((count, value))
        print(f"{count:>20}" + "".join(f"{value:>9.2f}" for value in values))
    title = f"One frame, {guard.parameters / 1e6:.0f} M parameters on {guard.threads} cores"
    across = f"policies of {CURVE_TOKENS} tokens"
    curve.write(CURVE, curve.Curves(title, across, "seconds", points))
    print(f"plot: {CURVE}")
    return CURVE


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the guard.")
    parser.add_argument("--quick", action="store_true", help="little of everything, in a minute")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args()
    show(run(QUICK if given.quick else FULL, given.threads))


if __name__ == "__main__":
    main()
