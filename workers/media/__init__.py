"""Turn the address of an upload into frames with true times; no hostile byte meets the worker.

Fetching is ours, everything that parses runs in a fresh child process (README.md shows the way).
"""
