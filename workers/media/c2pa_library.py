"""Read a file's C2PA manifests and check them: the C interface of c2pa-python's library.

Not its Python classes: they hand Python functions to the library, for which ctypes needs memory
that is writable and executable, and the jail gives none. Here the library reads with libc's own
`read` and `lseek`, and a stream's context is the descriptor. Nothing is freed: the process that
calls this reads one file and ends. Nothing is fetched either: no remote manifest, no OCSP.
Source: c2pa-rs `c2pa_c_ffi/src/c_api.rs` and its header; settings: c2pa-rs `docs/settings.md`.
"""

import ctypes
import json
from importlib.util import find_spec
from pathlib import Path

_SETTINGS = {
    "verify": {"ocsp_fetch": False, "remote_manifest_fetch": False},
    "core": {
        "allowed_network_hosts": [],
        "allow_redirects": False,
        "decode_identity_assertions": False,
        "max_decompressed_manifest_size_in_mb": 16,
    },
}
_DETECT = b""  # the type of the file, by its bytes

_READ = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t)
_SEEK = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int)
_FLUSH = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p)


class Unverifiable(Exception):
    """The library cannot say. kind: its own word, as `ManifestNotFound`."""

    def __init__(self, kind: str) -> None:
        """A word of the library's."""
        super().__init__(kind)
        self.kind = kind


def read_manifests(source: int, anchors: str) -> str:
    """The manifest store as JSON, with what its validation found.

    source:  a descriptor, read from its start
    anchors: certificates of the authorities to be trusted, PEM
    raises:  Unverifiable
    """
    settings = _SETTINGS | ({"trust": {"trust_anchors": anchors}} if anchors else {})
    chosen, builder = _C2PA.c2pa_settings_new(), _C2PA.c2pa_context_builder_new()
    told = json.dumps(settings).encode()
    if _C2PA.c2pa_settings_update_from_string(chosen, told, b"json"):
        raise Unverifiable(_last_error())
    if _C2PA.c2pa_context_builder_set_settings(builder, chosen):
        raise Unverifiable(_last_error())
    context = _expected(_C2PA.c2pa_context_builder_build(builder))
    reader = _expected(_C2PA.c2pa_reader_from_context(context))
    stream = _expected(_C2PA.c2pa_create_stream(source, *_CALLBACKS))
    reader = _expected(_C2PA.c2pa_reader_with_stream(reader, _DETECT, stream))
    return ctypes.string_at(_expected(_C2PA.c2pa_reader_json(reader))).decode()


def _expected(pointer: int | None) -> int:
    if not pointer:
        raise Unverifiable(_last_error())
    return pointer


def _last_error() -> str:
    said = _C2PA.c2pa_error()
    text = ctypes.string_at(said).decode(errors="replace") if said else ""
    return text.partition(":")[0] or "Other"


def _load() -> ctypes.CDLL:
    """The library, with the results of what is called here."""
    found = find_spec("c2pa")
    assert found and found.origin, "c2pa-python is a dependency of the worker"
    library = ctypes.CDLL(str(Path(found.origin).parent / "libs" / "libc2pa_c.so"))
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, arguments in {
        "c2pa_error": [],
        "c2pa_settings_new": [],
        "c2pa_context_builder_new": [],
        "c2pa_context_builder_build": [pointer],
        "c2pa_reader_from_context": [pointer],
        "c2pa_reader_with_stream": [pointer, text, pointer],
        "c2pa_reader_json": [pointer],
        "c2pa_create_stream": [pointer, _READ, _SEEK, _READ, _FLUSH],
    }.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, pointer
    library.c2pa_settings_update_from_string.argtypes = [pointer, text, text]
    library.c2pa_context_builder_set_settings.argtypes = [pointer, pointer]
    return library


_C2PA, _LIBC = _load(), ctypes.CDLL(None)
_CALLBACKS = (
    ctypes.cast(_LIBC.read, _READ),
    ctypes.cast(_LIBC.lseek, _SEEK),
    ctypes.cast(_LIBC.write, _READ),  # never called: a reader does not write
    ctypes.cast(_LIBC.fsync, _FLUSH),
)
