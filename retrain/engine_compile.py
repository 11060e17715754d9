"""Take `reelguard engine compile` from its options to an engine's folder."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from engines.compile.cases import drawn_cases
from engines.compile.hub import find
from engines.compile.order import Order
from engines.compile.outline import free_bytes, outline
from engines.compile.source import Source, read_source
from engines.manifest import Manifest, RuntimeName
from engines.safeguard.gate import Cases
from topics.errors import UsageError

from .labelled import labelled


@dataclass(frozen=True)
class Wanted:
    """The options."""

    model: str
    revision: str | None
    out: Path | None
    replace: bool
    runtime: RuntimeName
    precision: str | None
    side: int | None
    s_max: int | None
    version: str
    cases: Path | None
    ungated: bool
    threads: int

    def order(self) -> Order:
        """What is to be built. raises: UsageError, EngineError"""
        target = self.out or Path(f"{Path(self.model).name}-{self.runtime}")
        if target.exists() and not self.replace:
            raise UsageError(f"{target} is there; --replace puts the new engine in its place")
        return Order(
            target, self.runtime, self.precision or "", self.version, self.ungated, self.threads
        )

    def source(self) -> Source:
        """What it is built from; a model of the hub is downloaded. raises: EngineError"""
        return read_source(find(self.model, self.revision), self.side, self.s_max)

    def gate_cases(self, side: int) -> Cases:
        """The labelled pictures of the gate. raises: BenchDataError"""
        return labelled(self.cases, side) if self.cases else drawn_cases(side)


def described(wanted: Wanted) -> dict[str, Any]:
    """What would be done."""
    order = wanted.order()
    return outline(order, wanted.source()) | {"disk_free_bytes": free_bytes(order.out)}


def compiled(wanted: Wanted) -> tuple[Path, Manifest]:
    """Do it; the folder and its manifest. raises: EngineError, UsageError, BenchDataError"""
    import torch

    from engines.compile.whole import Compile

    order, source = wanted.order(), wanted.source()
    torch.set_num_threads(wanted.threads)
    with _quiet():
        manifest = Compile(order, source, wanted.gate_cases, _say).run()
    return order.out, manifest


def _say(text: str) -> None:
    click.echo(text, err=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter warns of every weight that it is kept from folding, which is what we want."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        logging.disable(logging.NOTSET)
