"""Where a policy applies."""

import pytest
from msgspec.structs import replace

from policies.place import elsewhere, shared_regions
from tests.policies.cases import UPLOAD, policy

ROWS = [  # policy's regions, surfaces; upload's regions, surface; why not
    ((), (), (), "feed", None),  # everywhere
    (("DE",), (), ("DE", "FR"), "feed", None),
    (("DE",), (), ("FR",), "feed", "other_region"),
    (("DE",), (), (), "feed", None),  # the upload is shown everywhere
    (("DE",), (), ("de",), "feed", None),  # case does not matter
    (("DE",), (), ("DE-BY",), "feed", None),  # a part of the country
    (("DE-BY",), (), ("DE",), "feed", None),  # shown in that part too
    (("D",), (), ("DE",), "feed", "other_region"),  # no prefix of letters
    ((), ("kids",), (), "feed", "other_surface"),
    ((), ("Kids",), (), "kids", None),
]


@pytest.mark.parametrize(("regions", "surfaces", "shown", "surface", "why"), ROWS)
def test_a_policy_applies_in_its_places(
    regions: tuple[str, ...],
    surfaces: tuple[str, ...],
    shown: tuple[str, ...],
    surface: str,
    why: str | None,
) -> None:
    upload = replace(UPLOAD, regions=shown, surface=surface)
    assert elsewhere(policy(regions=regions, surfaces=surfaces), upload) == why


def test_shared_regions_are_the_policys_own() -> None:
    upload = replace(UPLOAD, regions=("DE", "FR"))
    assert shared_regions(policy(regions=("DE-BY", "US")), upload) == ("DE-BY",)
    assert shared_regions(policy(regions=("DE", "US")), UPLOAD) == ("DE", "US")
