"""Tell the demo, step by step: what happens is said in a line, then it happens."""

import contextlib
import os
import shutil
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape

from policies import policy as yaml_policy
from policies.publish import Place, publish, read_log
from topics.admin import create
from topics.policies import Policy
from topics.uploads import Upload
from topics.verdicts import Verdict
from workers.status import read_status
from workers.submit import batch, upload_of
from workers.submit_report import bars, send_all, table_of

from . import stage as stages
from .clips import CHANGE, CLIPS
from .stage import Stage

SAMPLES = Path(__file__).parent.parent.parent / "policies" / "samples"
JUDGE_SECONDS = 150.0
BY = "demo"


@dataclass
class Teller:
    """Numbers the steps and prints them."""

    console: Console
    step: int = 0

    def step_is(self, text: str) -> None:
        """Announce a step in one line."""
        self.step += 1
        self.console.print(f"\n[bold cyan]{self.step}[/] {escape(text)}", soft_wrap=True)

    def say(self, text: str) -> None:
        """A line below the step."""
        self.console.print(f"  {text}", soft_wrap=True, highlight=False, markup=False)


def tell(files: Sequence[Path], folder: Path, *, keep: bool, kafka: str | None) -> None:
    """Run the demo in `folder`; kafka: bootstrap servers to use instead of a broker of our own.

    raises: ReelguardError naming what could not be started
    """
    teller = Teller(Console())
    teller.step_is(f"Broker: {kafka or 'a real Apache Kafka on this machine (KRaft, one node)'}.")
    with stages.broker(kafka) as bootstrap:
        prefix = f"demo-{time.time():.0f}-" if kafka else ""
        stage = Stage(bootstrap, prefix, folder)
        teller.step_is("Topics: the declared ones are created; what exists is never altered.")
        teller.say(" ".join(made.topic for made in create(bootstrap, prefix=prefix)))
        _write_clips(teller, stage)
        _publish_policies(teller, stage)
        teller.step_is("Worker: Faust consumes uploads; the guard runs in a process of its own.")
        with stages.worker(stage):
            teller.say("its guard is of grade demo: a tiny model that knows drawn scenes only;")
            teller.say("REELGUARD_ALLOW_DEMO_ENGINES=1 lets it decide here")
            if files:
                teller.say("it has never seen real video: of your own files expect nonsense")
            _judge(teller, stage, [*(stage.clips / clip.name for clip in CLIPS), *files])
            _change_policy(teller, stage)
            _farewell(teller, stage, keep=keep)


def _write_clips(teller: Teller, stage: Stage) -> None:
    teller.step_is(f"Clips: {len(CLIPS)} small videos are drawn and encoded in {stage.clips}.")
    stage.clips.mkdir(parents=True, exist_ok=True)
    with bars(teller.console) as progress:
        for clip in progress.track(CLIPS, description="  encoding"):
            clip.write(stage.clips / clip.name)
    for clip in CLIPS:
        teller.say(f"{clip.name:<20} {clip.shows}")


def _publish_policies(teller: Teller, stage: Stage) -> None:
    teller.step_is("Policies: operators publish them on a topic; the guard reads their text.")
    for path in sorted(SAMPLES.glob("*.yaml")):
        policy = yaml_policy.parse(path.read_text(encoding="utf-8"), path.name)
        _publish(stage, policy, "the demo's first version")
        teller.say(f"{policy.id} v{policy.version}: {policy.text}")


def _judge(teller: Teller, stage: Stage, paths: Sequence[Path]) -> None:
    teller.step_is("Uploads: a record per video goes on the topic `uploads`; verdicts come back.")
    with batch(stage.bootstrap, stage.prefix) as sending:
        send_all(sending, [_upload(path) for path in paths])
        with bars(teller.console) as progress:
            task = progress.add_task("  judging", total=len(paths))
            missing = sending.wait(JUDGE_SECONDS, lambda _: progress.advance(task))
    verdicts = {verdict.video_id: verdict for verdict in sending.verdicts.values()}
    _show(teller, [verdicts[path.name] for path in paths if path.name in verdicts])
    for upload in missing:
        teller.say(f"no verdict on {upload.video_id}; the worker's log: {stage.log}")


def _change_policy(teller: Teller, stage: Stage) -> None:
    place = Place(stage.bootstrap, stage.prefix)
    old = yaml_policy.parse((SAMPLES / f"{CHANGE.policy_id}.yaml").read_text(encoding="utf-8"))
    version = read_log(place).newest(old.id) + 1
    new = msgspec.structs.replace(old, version=version, text=CHANGE.text)
    teller.step_is(f"The policy {new.id} is changed while the worker runs: {CHANGE.why}.")
    _publish(stage, new, CHANGE.why)
    seconds = _followed(stage, new)
    teller.say(f"{new.id} v{new.version}: {new.text}")
    teller.say(f"in force on the worker after {seconds:.1f} s, as its heartbeat says")
    teller.step_is(f"{CHANGE.clip} is judged again, now under version {new.version}.")
    with batch(stage.bootstrap, stage.prefix) as sending:
        sending.send(_upload(stage.clips / CHANGE.clip))
        sending.wait(JUDGE_SECONDS, lambda _: None)
    _show(teller, list(sending.verdicts.values()))


def _followed(stage: Stage, policy: Policy) -> float:
    """Seconds until the worker's heartbeat names this version."""
    began = time.monotonic()
    while time.monotonic() - began < JUDGE_SECONDS:
        workers = read_status(stage.bootstrap, stage.prefix)
        if workers and all(w.policies.get(policy.id) == policy.version for w in workers):
            break
        time.sleep(0.2)
    return time.monotonic() - began


def _farewell(teller: Teller, stage: Stage, *, keep: bool) -> None:
    command = _command()
    teller.step_is("What is left, and what to try next.")
    teller.say(f"evidence frames and score tables: {stage.store}")
    teller.say(f"the worker's log:                 {stage.log}")
    teller.say(f"a video of your own:              {command} demo my.mp4")
    teller.say(f"the same, left running:           {command} demo --keep")
    teller.say("your own Kafka, store, weights:   README.md, “Your own”")
    if keep:
        teller.say(f"running until Ctrl-C; elsewhere: export REELGUARD_KAFKA={stage.bootstrap}")
        teller.say(f"then: {command} status, watch, submit my.mp4 --wait, verdict show my.mp4")
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


def _command() -> str:
    """How to call `reelguard` from this shell."""
    here = Path(sys.executable).parent / "reelguard"
    return "reelguard" if shutil.which("reelguard") else os.path.relpath(here)


def _show(teller: Teller, verdicts: list[Verdict]) -> None:
    teller.console.print(table_of(verdicts))


def _upload(path: Path) -> Upload:
    return upload_of(str(path), video_id=path.name, uploader_id=BY)


def _publish(stage: Stage, policy: Policy, why: str) -> None:
    publish(Place(stage.bootstrap, stage.prefix), policy, by=BY, why=why)
