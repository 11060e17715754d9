"""Where a policy applies: regions and surfaces of a policy against those of an upload.

Regions are ISO 3166 codes without regard to case; a country and its subdivisions (`DE`, `DE-BY`)
meet each other. An upload without regions is shown everywhere, so every region applies to it.
"""

from topics.policies import Policy
from topics.uploads import Upload


def _meet(region: str, other: str) -> bool:
    one, two = region.upper(), other.upper()
    return one == two or one.startswith(f"{two}-") or two.startswith(f"{one}-")


def shared_regions(policy: Policy, upload: Upload) -> tuple[str, ...]:
    """The policy's regions in which this upload is shown."""
    if not upload.regions:
        return policy.regions
    return tuple(r for r in policy.regions if any(_meet(r, shown) for shown in upload.regions))


def elsewhere(policy: Policy, upload: Upload) -> str | None:
    """Why the policy does not apply to this upload, as a slug; None when it applies."""
    surfaces = {surface.lower() for surface in policy.surfaces}
    if surfaces and upload.surface.lower() not in surfaces:
        return "other_surface"
    if policy.regions and not shared_regions(policy, upload):
        return "other_region"
    return None
