"""Turn a checkpoint into an engine's folder: copied, exported, gated, compared, described.

What cannot be executed on this machine is neither gated nor compared, and the manifest says so:
its `executed_on` is empty, and no guard loads it until `engine check --record` has run it.
"""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from engines.errors import EngineError
from engines.execution import executable, installed
from engines.manifest import Manifest, Mode, sha256_of
from engines.safeguard.check import executed
from engines.safeguard.checkpoint import needed, transfer
from engines.safeguard.gate import Cases, offered
from engines.safeguard.golden import write_golden
from engines.safeguard.guard import Guard
from engines.safeguard.modes import kind_of
from engines.safeguard.onnx_graph import Weights, write_decoder, write_vision
from engines.safeguard.parts import DECODER, TOKENIZER, VISION, WEIGHTS, Parts, Whole, load_parts
from engines.safeguard.policy_first_gate import measured as policy_first
from engines.safeguard.tolerances import LIMITS

from .golden import write_golden_inputs
from .order import Order
from .outline import outline
from .source import Source
from .steps import RECORD, Steps


@dataclass(frozen=True)
class Compile:
    """One compile, from its beginning to its end."""

    order: Order
    source: Source
    cases_of: Callable[[int], Cases]  # labelled pictures of a side, for the gate
    say: Callable[[str], None]  # told what is being done

    def run(self) -> Manifest:
        """Make the engine's folder at order.out.

        raises: EngineError; what is finished stays in OUT.part for the next time
        """
        cannot = executable(self.order.runtime)
        if cannot and not self.order.ungated:
            raise EngineError(
                f"no gate without executing it, and `--ungated` is not given: {cannot}"
            )
        stamp = outline(self.order, self.source) | {"files": self.source.stamp()}
        steps = Steps(self.order.out, stamp)
        try:
            self._export(steps)
            manifest = self._described(steps, executes=not cannot)
            manifest.save(steps.folder)
            if not cannot:
                Guard.load(steps.folder, threads=self.order.threads)
            steps.finish()
        finally:
            steps.close()
        return manifest

    def _export(self, steps: Steps) -> None:
        """Weights, words and graphs."""
        source, shape, folder = self.source, self.source.shape, steps.folder
        weights = Weights(folder / WEIGHTS)
        work: dict[str, Callable[[], object]] = {
            WEIGHTS: lambda: transfer(
                source.folder, needed(shape), weights.path, self.order.precision
            ),
            TOKENIZER: lambda: shutil.copyfile(source.folder / TOKENIZER, folder / TOKENIZER),
            VISION: lambda: write_vision(shape, folder / VISION, weights),
            DECODER: lambda: write_decoder(shape, source.s_max, folder / DECODER, weights),
        }
        for name, make in work.items():
            self.say(f"writing {name}")
            steps.once(name, make)

    def _described(self, steps: Steps, *, executes: bool) -> Manifest:
        """The manifest with everything that can be claimed here."""
        folder, order, draft = steps.folder, self.order, self._draft()
        parts = load_parts(folder, order.runtime, order.threads) if executes else None
        if parts is not None:
            parts.check(folder, self.source.shape, self.source.s_max)
        if order.ungated or parts is None:
            manifest = replace(draft, modes=one_of_each(self.source.modes), grade="demo")
        else:
            manifest = self._gated(draft, parts)
        source, modes = self.source, manifest.modes
        steps.once(
            "golden inputs",
            lambda: write_golden_inputs(folder, source.folder, source.shape, modes, self._layer),
            str(sorted(modes.items())),
        )
        if parts is None:
            write_golden(folder, [])
        else:
            self.say("executing the golden inputs")
            manifest = executed(folder, manifest, parts, f"{datetime.now(UTC):%FT%TZ}")
        names = sorted(path.name for path in folder.iterdir() if path.is_file())
        files = {name: sha256_of(folder / name) for name in names if name != RECORD}
        return replace(manifest, files=files)

    def _gated(self, draft: Manifest, parts: Whole) -> Manifest:
        """With the modes that pass the gate. raises: EngineError with the table if none does"""
        self.say(f"asking for labelled pictures in {len(self.source.modes)} ways")
        cases = self.cases_of(draft.image_side)
        modes, figures = offered(draft, parts, self.source.modes, cases)
        if not modes:
            table = [f"  {name}: {found.refusal}" for name, found in figures.items()]
            raise EngineError("\n".join(["no way of asking passes the gate", *table]))
        gate = {n: asdict(found) | {"refusal": found.refusal} for n, found in figures.items()}
        manifest = replace(draft, modes=modes, evaluation=draft.evaluation | {"gate": gate})
        if not isinstance(parts, Parts):
            return manifest
        self.say("asking with the policy before the picture")
        return replace(manifest, policy_first=policy_first(manifest, parts, cases))

    def _layer(self, name: str) -> None:
        self.say(f"reference: {name}")

    def _draft(self) -> Manifest:
        """A manifest without files, modes and figures."""
        source, order = self.source, self.order
        return Manifest(
            engine="safeguard",
            version=order.version,
            base_model=source.name,
            files={},
            precision=order.precision,
            shape=source.shape.as_dict(),
            image_side=source.shape.vision.side,
            s_max=source.s_max,
            modes={},
            calibration=source.calibration,
            parity={"reference": f"torch {installed('torch')}, float32, layer by layer"},
            evaluation=source.evaluation,
            executed_on=(),
            licence=source.licence,
            trained_on=source.trained_on,
            grade=source.grade,
            runtime=order.runtime,
            architecture=source.architecture,
            tolerances=dict(LIMITS[order.precision]),
        )


def one_of_each(candidates: dict[str, Mode]) -> dict[str, Mode]:
    """The first candidate of each kind, where no gate chooses."""
    modes = dict[str, Mode]()
    for mode in candidates.values():
        modes.setdefault(kind_of(mode), mode)
    return modes
