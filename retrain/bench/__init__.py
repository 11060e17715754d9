"""Benchmarks of a guard: SafeEditBench, real and in miniature, and UnsafeBench."""
