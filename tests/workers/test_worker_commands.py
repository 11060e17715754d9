"""`reelguard worker --settings` shows every setting with the value that holds."""

from click.testing import CliRunner

from workers.settings import table
from workers.worker_commands import worker


def test_every_setting_is_shown_with_its_value_and_meaning() -> None:
    environment = {"REELGUARD_JOB_SECONDS": "12.5", "REELGUARD_STORE": "memory://x"}

    shown = CliRunner().invoke(worker, ["--settings"], env=environment).output

    assert "REELGUARD_JOB_SECONDS=12.5\n    float: hard deadline per upload, seconds\n" in shown
    assert "REELGUARD_STORE=memory://x\n" in shown
    assert shown.count("REELGUARD_") >= len(table())
