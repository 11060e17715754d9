"""SafeGuard-VL: read a policy, look at a frame, say whether the frame violates the policy."""
