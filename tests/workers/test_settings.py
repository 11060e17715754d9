"""Every setting is read, means something and is refused by name; time-outs fit each other."""

from dataclasses import fields
from pathlib import Path

import pytest

from topics.errors import UsageError
from workers.settings import Settings, read, shown, table, time_outs

JOBS = [1.0, 5.0, 10.0, 60.0, 300.0, 3600.0]

WRONG = [  # variable, value, message
    ("FRAMES_MAX", "x", "REELGUARD_FRAMES_MAX is 'x', not an int"),
    ("JOB_SECONDS", "long", "REELGUARD_JOB_SECONDS is 'long', not a float"),
    ("ALLOW_DEMO_ENGINES", "maybe", "REELGUARD_ALLOW_DEMO_ENGINES is 'maybe', not 0 or 1"),
    ("JOB_SECONDS", "0.5", "REELGUARD_JOB_SECONDS is 0.5, expected 1 to 3600"),
    ("JOB_SECONDS", "nan", "REELGUARD_JOB_SECONDS is nan, expected 1 to 3600"),
    ("JOB_SECONDS", "inf", "REELGUARD_JOB_SECONDS is inf, expected 1 to 3600"),
    ("CONCURRENCY", "0", "REELGUARD_CONCURRENCY is 0, expected 1 to 256"),
    ("FRAMES_MAX", "5000", "REELGUARD_FRAMES_MAX is 5000, expected 1 to 4096"),
    ("FRAME_SECONDS", "0", "REELGUARD_FRAME_SECONDS is 0.0, expected 0.04 to 60"),
    ("ENGINE_THREADS", "-1", "REELGUARD_ENGINE_THREADS is -1, expected 1 to 256"),
    ("FETCH_BYTES_MAX", "0", "REELGUARD_FETCH_BYTES_MAX is 0, expected at least 1"),
    ("WEB_PORT", "70000", "REELGUARD_WEB_PORT is 70000, expected 0 to 65535"),
    ("KAFKA", "", "REELGUARD_KAFKA is empty; leave it out for its default"),
    (
        "LOG_LEVEL",
        "LOUD",
        "REELGUARD_LOG_LEVEL is 'LOUD', expected one of DEBUG, INFO, WARNING, ERROR",
    ),
]


@pytest.mark.parametrize(("name", "value", "message"), WRONG)
def test_a_bad_value_is_refused_by_its_variable(name: str, value: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        read({f"REELGUARD_{name}": value})

    assert str(refused.value) == message


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read({}) == Settings()
    assert read({"PATH": "/bin", "REELGUARD_SERVICE_HOST": "10.0.0.1"}) == Settings()


def test_each_kind_of_value_is_read() -> None:
    settings = read(
        {
            "REELGUARD_KAFKA": "one:9092,two:9092",
            "REELGUARD_JOB_SECONDS": "12.5",
            "REELGUARD_CONCURRENCY": "8",
            "REELGUARD_ALLOW_DEMO_ENGINES": "Yes",
            "REELGUARD_FETCH_INTERNAL": "10.0.0.0/8,fd00::/8",
        }
    )

    assert (settings.kafka, settings.job_seconds) == ("one:9092,two:9092", 12.5)
    assert (settings.concurrency, settings.allow_demo_engines) == (8, True)
    assert settings.fetch_internal == "10.0.0.0/8,fd00::/8"


def test_secrets_are_not_in_what_is_shown() -> None:
    settings = read({"REELGUARD_FETCH_S3_SECRET": "hidden", "REELGUARD_FETCH_S3_KEY_ID": "AKID"})

    assert settings.fetch_s3_secret == "hidden"
    assert "hidden" not in repr(settings)
    assert dict(shown(settings))["REELGUARD_FETCH_S3_SECRET"] == "***"
    assert dict(shown(Settings()))["REELGUARD_FETCH_S3_SECRET"] == ""


def test_every_field_has_a_variable_a_type_and_a_meaning() -> None:
    rows = table()

    assert [row[0] for row in rows] == [f"REELGUARD_{f.name.upper()}" for f in fields(Settings)]
    assert all(kind in ("str", "int", "float", "bool") for _, kind, _, _ in rows)
    assert all(len(about) > 10 for _, _, _, about in rows)


def test_the_defaults_that_the_table_shows_read_back_as_themselves() -> None:
    shown = {variable: default for variable, _, default, _ in table()}

    assert read(shown) == Settings()


def test_a_worker_without_a_name_is_named_after_host_and_process() -> None:
    assert Settings(worker_id="w-1").identity == "w-1"
    assert "-" in Settings().identity and Settings().identity == Settings().identity


def test_the_shipped_guard_lies_in_the_repository() -> None:
    folder = Path(Settings().safeguard)

    assert folder.is_absolute()
    assert folder.parts[-3:] == ("engines", "weights", "safeguard-demo")


@pytest.mark.parametrize("job_seconds", JOBS)
def test_a_request_outlasts_the_session_or_faust_refuses_to_start(job_seconds: float) -> None:
    limits = time_outs(job_seconds)

    assert limits.request > limits.session
    assert limits.session >= 3 * limits.heartbeat
    assert 10 <= limits.session <= 60


@pytest.mark.parametrize("job_seconds", JOBS)
def test_no_limit_cuts_a_job_short(job_seconds: float) -> None:
    limits = time_outs(job_seconds)

    assert limits.rebalance >= job_seconds
    assert limits.processing > limits.rebalance
    assert limits.commit_livelock > limits.processing
    assert limits.grace >= job_seconds + 60
    assert limits.stuck > limits.rebalance
    assert limits.max_poll_interval > 100 * job_seconds
