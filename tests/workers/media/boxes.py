"""Change boxes of an MP4 file by hand, so that tests can have files which no muxer writes."""

OUTER = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref", b"edts", b"stbl")


def box(name: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + name + content


def replaced(data: bytes, name: bytes, new: bytes) -> bytes:
    """The first box of a name gives way to others; the boxes around it grow, too.

    Only for files whose media data come before their `moov`, as PyAV writes them.
    """
    out = bytearray(data)
    start = out.find(name, out.rfind(b"moov")) - 4
    size = int.from_bytes(out[start : start + 4], "big")
    out[start : start + size] = new
    for outer in OUTER:
        at = out.rfind(outer, 0, start) - 4
        whole = int.from_bytes(out[at : at + 4], "big")
        if at >= 0 and at + whole >= start + size:
            out[at : at + 4] = (whole + len(new) - size).to_bytes(4, "big")
    return bytes(out)


def with_more_tracks(data: bytes, count: int) -> bytes:
    """The first track many times more."""
    start = data.find(b"trak", data.rfind(b"moov")) - 4
    size = int.from_bytes(data[start : start + 4], "big")
    track = data[start : start + size]
    return replaced(data, b"trak", track * (count + 1))


def with_number(data: bytes, name: bytes, place: int, number: int) -> bytes:
    """Four bytes so far behind a box's name, or before it, say something else."""
    out, start = bytearray(data), data.rfind(name) + place
    out[start : start + 4] = number.to_bytes(4, "big")
    return bytes(out)


def edits(*segments: tuple[int, int]) -> bytes:
    """An edit list of (length in the film's units, start in the track's; -1: nothing shows)."""
    listed = b"".join(
        length.to_bytes(4, "big") + start.to_bytes(4, "big", signed=True) + b"\0\1\0\0"
        for length, start in segments
    )
    return box(b"edts", box(b"elst", bytes(4) + len(segments).to_bytes(4, "big") + listed))
