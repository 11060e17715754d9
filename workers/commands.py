"""The commands of this room, in the order in which one meets them."""

import click

from . import (
    broker_commands,
    deadletter_commands,
    demo_commands,
    doctor_commands,
    guard_video_commands,
    hashlist_commands,
    inspect_commands,
    policy_commands,
    status_commands,
    upload_commands,
    verdict_commands,
    worker_commands,
)

COMMANDS: list[click.Command] = [
    *demo_commands.COMMANDS,
    *broker_commands.COMMANDS,
    *worker_commands.COMMANDS,
    *policy_commands.COMMANDS,
    *upload_commands.COMMANDS,
    *inspect_commands.COMMANDS,
    *status_commands.COMMANDS,
    *verdict_commands.COMMANDS,
    *hashlist_commands.COMMANDS,
    *deadletter_commands.COMMANDS,
    *doctor_commands.COMMANDS,
    *guard_video_commands.COMMANDS,
]
