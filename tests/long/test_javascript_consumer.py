"""The JavaScript consumer in the README, run as it stands there against a real broker."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live.verdict_records import Topic

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


@pytest.fixture
def script(node_folder: Path) -> Path:
    (consumer,) = re.findall(r"<!-- consumer.mjs -->\n```js\n(.*?)```", README, re.DOTALL)
    script = node_folder / "consumer.mjs"
    script.write_text(consumer)
    return script


@contextmanager
def running(script: Path, kafka: str, prefix: str) -> Iterator[subprocess.Popen[str]]:
    """The consumer in the repository's root, where the schema lies; both outputs in one."""
    names = {"REELGUARD_KAFKA": kafka, "REELGUARD_TOPIC_PREFIX": prefix}
    with subprocess.Popen(
        ["node", str(script)],
        cwd=ROOT,
        env=os.environ | names,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process
        process.kill()


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout
    return [process.stdout.readline().rstrip("\n") for _ in range(count)]


def test_it_prints_each_decision_once_and_refuses_what_is_no_verdict(
    script: Path, kafka: str, prefix: str
) -> None:
    topic = Topic(kafka, prefix)
    topic.put("a", action="remove")
    topic.put("a", action="allow")  # a duplicate, whatever it says
    topic.put_bytes(b"not JSON")
    topic.put_bytes(b'{"verdict_id": 7}')  # JSON, but no verdict
    topic.put("b", added_later="a field that today's schema does not know")

    with running(script, kafka, prefix) as process:
        printed = lines(process, 4)

    assert [line for line in printed if line.startswith("v-1")] == ["v-1 remove", "v-1 error"]
    assert [line[:13] for line in printed if not line.startswith("v-1")] == ["bad record at"] * 2


def test_it_goes_on_after_what_it_has_committed(script: Path, kafka: str, prefix: str) -> None:
    topic = Topic(kafka, prefix)
    topic.put("a", action="remove")
    topic.put("b", action="label")
    with running(script, kafka, prefix) as process:
        assert lines(process, 2) == ["v-1 remove", "v-1 label"]
    topic.put("c", action="review")

    with running(script, kafka, prefix) as process:
        assert lines(process, 1)[-1] in ("v-1 label", "v-1 review")  # the one in hand may repeat
