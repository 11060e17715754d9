"""reelguard-client as a consumer gets it: its wheel, alone in an environment, on a real broker."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.verdict_records import Topic

ROOT = Path(__file__).parents[2]
TOOLS = os.pathsep.join([str(ROOT / ".cache/uv/bin"), os.environ["PATH"]])
README = (ROOT / "README.md").read_text()
SESSION_SECONDS = 6  # the least that a broker allows: a killed member is missed after it

ONE_BY_ONE = f"""
import sys, reelguard_client
kafka = {{"session_timeout_ms": {SESSION_SECONDS}000, "heartbeat_interval_ms": 500}}
reading = dict(group_id="g-" + sys.argv[2], prefix=sys.argv[2], kafka=kafka)
for decision in reelguard_client.verdicts(sys.argv[1], **reading):
    print(decision.verdict.verdict_id[0], flush=True)
    sys.stdin.readline()
"""


def uv(*arguments: str) -> None:
    program = shutil.which("uv", path=TOOLS)
    assert program, "the client's wheel is built with uv: run `make test`, or put uv on the PATH"
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of an environment that holds the client's wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("client")
    uv("build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT / "topics"))
    (wheel,) = folder.glob("reelguard_client-*.whl")
    uv("venv", "--quiet", "--python", sys.executable, str(folder / "venv"))
    interpreter = str(folder / "venv/bin/python")
    uv("pip", "install", "--quiet", "--python", interpreter, str(wheel))
    return interpreter


@pytest.fixture
def topic(kafka: str, prefix: str) -> Topic:
    return Topic(kafka, prefix)


def start(python: str, code: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [python, "-I", "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], **environment},
    )


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout
    return [process.stdout.readline().rstrip("\n") for _ in range(count)]


def test_the_client_brings_nothing_else_of_ours(python: str) -> None:
    look = (
        "import importlib.metadata as m, importlib.util as u, json;"
        "names = ('workers', 'policies', 'topics', 'engines', 'retrain', 'click', 'yaml');"
        "print(json.dumps([sorted(d.name for d in m.distributions()),"
        " [n for n in names if u.find_spec(n)]]))"
    )
    done = subprocess.run([python, "-I", "-c", look], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [["kafka-python", "msgspec", "reelguard-client"], []]


def test_the_readme_consumer_prints_each_decision_once(
    python: str, topic: Topic, kafka: str, prefix: str
) -> None:
    (consumer,) = re.findall(r"<!-- consumer.py -->\n```python\n(.*?)```", README, re.DOTALL)
    judged = {"policy_id": "guns", "version": 1, "mode": "live", "result": "violates"}
    topic.put("a", 2, action="remove", policies=[judged | {"action": "remove"}])
    topic.put("a", 2, action="allow")  # a duplicate, whatever it says
    topic.put_bytes(b"not a verdict")
    topic.put("b", 1, action="allow")  # an older decision, published later
    topic.put("c", 3, action="review", reasons=["demo_engine"])

    with start(python, consumer, REELGUARD_KAFKA=kafka, REELGUARD_TOPIC_PREFIX=prefix) as process:
        printed = lines(process, 3)
        process.kill()

    assert printed == [
        "v-1 remove under guns",
        "v-1 has a later decision",
        "v-1 review demo_engine",
    ]


def test_a_killed_consumer_goes_on_with_the_decision_it_had_in_hand(
    python: str, topic: Topic, kafka: str, prefix: str
) -> None:
    for digit in "abcd":
        topic.put(digit)
    with start(python, ONE_BY_ONE, kafka, prefix) as process:
        assert process.stdin
        process.stdin.write("\n\n")  # done with a, done with b; c is in hand
        process.stdin.flush()
        assert lines(process, 3) == ["a", "b", "c"]
        process.kill()
    topic.put("a")  # a duplicate of what was done before the restart
    topic.put("e")

    with start(python, ONE_BY_ONE, kafka, prefix) as process:
        assert process.stdin
        process.stdin.write("\n" * 9)
        process.stdin.flush()
        assert lines(process, 3) == ["c", "d", "e"]
        process.kill()
