"""What a list of a million pictures costs: to read and index, to hold, to ask about a frame."""

import io
import statistics
import tempfile
import time

import numpy as np

from tests.bench.figure import Figure
from workers.hashlists.entries import read_entries
from workers.hashlists.index import HASH_BYTES
from workers.hashlists.index_file import Matching, pack, unpack, version_of

LOOKUP_MS_MAX = 5.0
DISTANCE, BITS_AWAY = 31, 20
FRAMES = 200


def measure(entries: int) -> list[Figure]:
    """hashlist_lookup_ms, hashlist_import_seconds, hashlist_mib; of one core."""
    random = np.random.default_rng(0)
    hashes = random.integers(0, 256, (entries, HASH_BYTES), np.uint8)
    lines = [row.tobytes().hex() + f",item-{n // 100}\n" for n, row in enumerate(hashes)]
    began = time.process_time()
    packed = pack(read_entries(lines, "bench"), Matching())
    import_seconds = time.process_time() - began
    with tempfile.TemporaryFile() as into:
        held = unpack(io.BytesIO(packed), into, version_of(packed))
    took = []
    for row in random.integers(0, entries, FRAMES):
        frame = np.unpackbits(hashes[row])
        frame[random.choice(len(frame), BITS_AWAY, replace=False)] ^= 1
        wanted = np.packbits(frame)
        began = time.process_time()
        hits = held.index.within(wanted, DISTANCE)
        took.append(1000 * (time.process_time() - began))
        assert held.item(int(hits.rows[0])) == f"item-{row // 100}"
    note = f"processor time, {entries} entries, {BITS_AWAY} of {DISTANCE} bits away"
    return [
        Figure(
            name="hashlist_lookup_ms",
            value=round(statistics.median(took), 2),
            target=LOOKUP_MS_MAX,
            better="less",
            note=f"{note}; slowest of {FRAMES}: {max(took):.1f}",
        ),
        Figure(
            name="hashlist_import_seconds", value=round(import_seconds, 1), note=f"{entries} lines"
        ),
        Figure(
            name="hashlist_mib", value=round(len(packed) / 2**20, 1), note="of the file, mapped"
        ),
    ]
