"""The demo tells each step in one line, as it is."""

import io

from rich.console import Console

from workers.demo.story import Teller


def test_steps_are_numbered_and_paths_with_brackets_stay_whole() -> None:
    console = Console(file=io.StringIO(), width=40)
    teller = Teller(console)

    teller.step_is("Clips: 13 small videos are drawn in /srv/[demo]/clips.")
    teller.say("weapons v1: no guns [/] .")
    teller.step_is("Worker.")

    assert console.file.getvalue() == (  # type: ignore[attr-defined]
        "\n1 Clips: 13 small videos are drawn in /srv/[demo]/clips.\n"
        "  weapons v1: no guns [/] .\n"
        "\n2 Worker.\n"
    )
