"""The version of this program, as its package says."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("reelguard")
except PackageNotFoundError:  # a checkout that is not installed
    VERSION = "0.0.0+checkout"
