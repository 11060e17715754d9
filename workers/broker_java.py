"""Find Java 17 or newer and the jars of Apache Kafka, and fetch the jars once through Maven.

Starts no broker: broker.py does. Reads `JAVA_HOME`, `PATH` and `XDG_CACHE_HOME`, which say where
this machine keeps things and are no settings of ours.
Source: workers/kafka/pom.xml; maven-dependency-plugin `copy-dependencies`.
Run ahead of time (as `make` does): `python -m workers.broker_java`
"""

import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from topics.errors import BrokerFault

KAFKA_VERSION = "4.3.1"
OLDEST_JAVA = 17  # what a Kafka 4 broker asks for
POM = Path(__file__).parent / "kafka" / "pom.xml"
FILES_PER_LINE = 50  # downloaded files between two lines of progress; about 350 in all when cold
LINES_KEPT = 12  # of Maven's words, in an error

JAVA_CURE = "apt-get install openjdk-17-jre-headless"
MAVEN_CURE = "apt-get install maven"

log = logging.getLogger(__name__)


class BrokerError(BrokerFault):
    """A broker could not be started here; the message names the cure."""


def jars() -> Path:
    """The folder that holds the broker's jars, resolved by Maven when it is not there yet.

    raises:   BrokerError if Maven is missing or fails
    """
    folder = jars_folder()
    if not (folder / f"kafka_2.13-{KAFKA_VERSION}.jar").is_file():
        log.info("fetching the jars of Apache Kafka %s with Maven (44 MB, once)", KAFKA_VERSION)
        resolve(folder)
        log.info("%d jars are in %s", len(list(folder.iterdir())), folder)
    return folder


def jars_folder() -> Path:
    """Where the jars lie or will lie: outside the source tree, so that a wheel finds them too."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "reelguard" / f"kafka-{KAFKA_VERSION}"


def resolve(folder: Path) -> None:
    """Fill `folder` with the jars in one step: it is complete or it is not there."""
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerError(f"mvn is not on the PATH and {folder} has no jars: {MAVEN_CURE}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kafka-", dir=folder.parent) as scratch:
        fresh = Path(scratch) / "jars"
        copy_dependencies(maven, fresh)
        if folder.exists():  # damaged, or another process was quicker
            folder.rename(Path(scratch) / "old")
        fresh.rename(folder)


def copy_dependencies(maven: str, folder: Path) -> None:
    """Run Maven and say how far it is."""
    command = [maven, "--batch-mode", "--strict-checksums", "--file", str(POM)]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
    command += ["-DincludeScope=runtime"]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        words = follow(process.stdout)
    if process.returncode != 0:
        raise BrokerError(
            f"Maven could not fetch Kafka's jars (exit {process.returncode}). Is its repository "
            f"reachable (settings.xml, proxy)? Its last words:\n{words}"
        )


def follow(lines: Iterable[str]) -> str:
    """Count what Maven downloads; return its errors, or its last lines if it named none."""
    downloads, kept = 0, list[str]()
    for line in lines:
        if "Downloaded from" in line:
            downloads += 1
            if downloads % FILES_PER_LINE == 0:
                log.info("Maven: %d files so far", downloads)
        elif "Downloading from" not in line:
            kept.append(line.rstrip())
    errors = [line for line in kept if line.startswith("[ERROR]")]
    return "\n".join((errors or kept)[-LINES_KEPT:])


def java() -> str:
    """The path of a Java that can run the broker.

    raises:   BrokerError if there is none, or only one that is too old
    """
    home = os.environ.get("JAVA_HOME")
    path = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    path = path or shutil.which("java")
    if path is None:
        raise BrokerError(f"Kafka needs Java {OLDEST_JAVA}+, and there is no java: {JAVA_CURE}")
    version = java_version(path)
    if version < OLDEST_JAVA:
        raise BrokerError(f"Kafka needs Java {OLDEST_JAVA}+, and {path} is {version}: {JAVA_CURE}")
    return path


def java_version(path: str) -> int:
    """The major version of the Java at `path`: 8 for 1.8.0, 17 for 17.0.15."""
    words = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', words)
    if found is None:
        raise BrokerError(f"`{path} -version` names no version ({words[:200]!r}): {JAVA_CURE}")
    return int(found.group(1))


def main() -> None:
    """Fetch the jars now, so that the first broker starts at once."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        java()
        jars()
    except BrokerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
