"""Draw pictures of a small world whose labels are known by construction."""
