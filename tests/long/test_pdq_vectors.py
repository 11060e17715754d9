"""The PDQ project's own pictures hash to what the project publishes, within what it allows.

Its pictures are not ours to hand on, so they are fetched: from GitHub, or from a clone that
REELGUARD_THREATEXCHANGE names. The project calls an implementation right when its hashes of
pictures of quality 80 and more lie within 10 bits of the reference (pdq/README.md); that equal
pixels give equal bits is tested in tests/workers/media/test_pdq.py.
"""

import io
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workers.media.pdq import LONGEST, distance, pdq

REPOSITORY = "https://github.com/facebook/ThreatExchange.git"
PUBLISHED = "pdq/python/pdqhashing/tests/pdq_test.py"  # a table of pictures and hashes
PAIR = re.compile(r'SAMPLE_MEDIA \+ "([^"]+)",\s*"([0-9a-f]{64})"')
QUALITY, DISTANCE = 80, 10  # the project's


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of ThreatExchange; what is in it is read with `git show`."""
    if named := os.environ.get("REELGUARD_THREATEXCHANGE"):
        return Path(named)
    folder = tmp_path_factory.mktemp("threatexchange")
    lean = ["--quiet", "--depth", "1", "--filter", "blob:none", "--no-checkout"]
    done = subprocess.run(["git", "clone", *lean, REPOSITORY, str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip(f"{REPOSITORY} cannot be cloned; REELGUARD_THREATEXCHANGE may name a clone")
    return folder


def shown(clone: Path, path: str) -> bytes | None:
    """A file of the clone; None where the clone lacks it."""
    command = ["git", "-C", str(clone), "show", f"HEAD:{path}"]
    done = subprocess.run(command, capture_output=True)
    return done.stdout if done.returncode == 0 else None


def test_published_hashes_are_met_within_the_project_s_own_tolerance(clone: Path) -> None:
    compared = {}
    table = shown(clone, PUBLISHED)
    assert table is not None
    for name, published in PAIR.findall(table.decode()):
        content = shown(clone, f"pdq/data/{name}")
        if content is None:
            continue
        picture = Image.open(io.BytesIO(content)).convert("RGB")
        if max(picture.size) > LONGEST:
            picture = picture.resize((LONGEST, LONGEST), Image.Resampling.BOX)
        found = pdq(np.asarray(picture))
        assert found
        if found.quality >= QUALITY:
            bits = np.frombuffer(bytes.fromhex(published), np.uint8)
            compared[name] = distance(found.bits, bits)
    assert len(compared) >= 15
    assert max(compared.values()) <= DISTANCE, compared
