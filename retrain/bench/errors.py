"""Say what is wrong with a benchmark's data. Wrong use is topics' UsageError."""

from topics.errors import ReelguardError


class BenchDataError(ReelguardError):
    """A benchmark's files are not what they should be; no figure is printed."""

    failure_class = "record"
    reason = "bench_data"
