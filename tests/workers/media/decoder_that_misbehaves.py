"""A process in the place of gpu_main.py that does to a film what the film's container says."""

import os
import socket
import sys
import time

import msgspec

from workers.media.answers import Sampled, Seen
from workers.media.parcel import receive, send
from workers.media.prepared import Failed, Ready, encode, task_decoder


def main() -> None:
    sock, device = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    send(sock, encode(Ready(decoder="other 1.0", device=device)))
    while True:
        message, descriptors = receive(sock, descriptors_max=2)
        task = task_decoder.decode(message)
        answer = Sampled(
            probe=task.probe,
            decoder="other 1.0",
            step_seconds=1.0,
            frames=[Seen(pts_seconds=0.0, square=0, pdq="0f" * 32)],
            frames_expected=1,
            decode_errors=0,
        )
        match task.probe.container:
            case "hang":
                time.sleep(600)
            case "die":
                os._exit(7)
            case "garbage":
                send(sock, b"\xff\x00")
            case "endless":
                sock.sendall((1 << 60).to_bytes(8, "big"))
            case "fail":
                send(sock, encode(Failed(why="unexpected out-of-bounds")))
            case "bounds":
                send(sock, encode(msgspec.structs.replace(answer, frames_expected=-1)))
            case _:
                os.pwrite(descriptors[1], os.pread(descriptors[0], 4, 0), 0)
                send(sock, encode(answer))
        for descriptor in descriptors:
            os.close(descriptor)


if __name__ == "__main__":
    main()
