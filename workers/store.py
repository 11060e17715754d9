"""Where evidence frames and score tables are kept: content-addressed files in an fsspec store.

Writing is idempotent: a file is named after its content, so a redelivered upload writes the same.
"""

import asyncio
import hashlib
import uuid

import fsspec

from topics.errors import StoreFault


class Store:
    """A folder or bucket by its fsspec URL, as `file:///var/lib/reelguard/store` or `s3://b/p`."""

    def __init__(self, url: str) -> None:
        """raises: StoreFault when no file system answers to the URL."""
        try:
            self._files, self._root = fsspec.core.url_to_fs(url, auto_mkdir=True)
        except (ValueError, ImportError, OSError) as error:
            raise StoreFault(
                f"the store {url!r} cannot be opened, expected an fsspec URL: {error}"
            ) from error
        self.url = url.rstrip("/")

    def address(self, kind: str, content: bytes, suffix: str) -> tuple[str, str]:
        """(sha256, uri) under which `put` keeps `content`."""
        sha256 = hashlib.sha256(content).hexdigest()
        return sha256, f"{self.url}/{kind}/{sha256[:2]}/{sha256}{suffix}"

    async def put(self, kind: str, content: bytes, suffix: str) -> str:
        """Keep `content` and return its uri.

        raises: StoreFault when the store refuses
        """
        sha256, uri = self.address(kind, content, suffix)
        path = f"{self._root}/{kind}/{sha256[:2]}/{sha256}{suffix}"
        try:
            await asyncio.to_thread(self._write, path, content)
        except OSError as error:
            raise StoreFault(f"writing {uri}: {error}") from error
        return uri

    def _write(self, path: str, content: bytes) -> None:
        part = f"{path}.{uuid.uuid4().hex}.part"
        if not self._files.exists(path):
            self._files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            try:
                self._files.pipe_file(part, content)
                self._files.mv(part, path)  # the name appears with the last byte
            except OSError:  # a full disk: the next try writes under another name
                if self._files.exists(part):
                    self._files.rm_file(part)
                raise

    def probe(self) -> None:
        """Write and delete a small file, for `reelguard doctor`.

        raises: StoreFault
        """
        path = f"{self._root}/.doctor"
        try:
            self._files.makedirs(self._root, exist_ok=True)
            self._files.pipe_file(path, b"ok")
            self._files.rm_file(path)
        except OSError as error:
            raise StoreFault(f"writing under {self.url}: {error}") from error
