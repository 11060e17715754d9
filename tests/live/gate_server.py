"""An HTTP server that holds a file back until the test lets it go: an upload kept in flight."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gate:
    """Serves `content` to whoever asks, once `opened` is set; counts who asked."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.opened = threading.Event()
        self.asked = 0
        self.url = ""


@contextmanager
def gate(content: bytes) -> Iterator[Gate]:
    """A closed gate on a free port of this machine; `gate.url` is the file's address."""
    held = Gate(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked += 1
            held.opened.wait(60)
            self.send_response(200)
            self.send_header("Content-Length", str(len(held.content)))
            self.end_headers()
            self.wfile.write(held.content)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.url = f"http://127.0.0.1:{server.server_port}/clip.mp4"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield held
    finally:
        held.opened.set()
        server.shutdown()
        server.server_close()
