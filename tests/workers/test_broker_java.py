"""A machine without Java, with an old Java or without Maven is told what to install."""

from pathlib import Path

import pytest

from workers.broker_java import KAFKA_VERSION, POM, BrokerError, follow, jars, java, java_version


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose PATH holds one empty folder, and whose cache is empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_without_java_the_error_names_the_package(bare: Path) -> None:
    with pytest.raises(BrokerError, match="there is no java: apt-get install openjdk-17"):
        java()


def test_an_old_java_is_refused_by_its_version(bare: Path) -> None:
    program(bare / "java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")

    with pytest.raises(BrokerError, match=r"needs Java 17\+, and .* is 11: apt-get"):
        java()


def test_a_java_before_nine_counts_by_its_second_number(bare: Path) -> None:
    program(bare / "java", """echo 'java version "1.8.0_392"' >&2""")

    assert java_version(str(bare / "java")) == 8


def test_java_home_goes_before_the_path(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = bare / "jdk"
    (home / "bin").mkdir(parents=True)
    program(home / "bin" / "java", """echo 'openjdk version "21"' >&2""")
    monkeypatch.setenv("JAVA_HOME", str(home))

    assert java() == str(home / "bin" / "java")


def test_without_maven_the_error_names_the_package(bare: Path) -> None:
    with pytest.raises(BrokerError, match="apt-get install maven"):
        jars()


def test_a_maven_that_fails_leaves_no_half_of_a_folder(bare: Path, tmp_path: Path) -> None:
    program(bare / "mvn", "echo '[INFO] scanning'; echo '[ERROR] Unknown host'; exit 1")

    with pytest.raises(BrokerError, match=r"exit 1(.|\n)*\[ERROR\] Unknown host"):
        jars()
    assert list((tmp_path / "cache" / "reelguard").iterdir()) == []


def test_jars_that_are_there_need_no_maven(bare: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "reelguard" / f"kafka-{KAFKA_VERSION}"
    folder.mkdir(parents=True)
    (folder / f"kafka_2.13-{KAFKA_VERSION}.jar").touch()

    assert jars() == folder


def test_maven_is_quoted_without_its_downloads() -> None:
    lines = ["Downloading from central: x\n", "Downloaded from central: x\n", "[INFO] done\n"]

    assert follow(lines) == "[INFO] done"


def test_the_pom_names_the_same_release() -> None:
    assert f"<version>{KAFKA_VERSION}</version>" in POM.read_text()
