"""A small proxy, as stands before a server in an office: it listens under a prefix, which it takes from the requests or leaves there."""

import contextlib
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = ("connection", "transfer-encoding", "keep-alive")
"""Headers that are about one connection alone."""


class Listening:
    """A server with one kind of answers at its `url`, until the `with` block ends."""

    def __init__(self, answers):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class Proxy(Listening):
    """Passes on what asks below `prefix`, until the `with` block ends; everything else is 404, and is listed in `strays`."""

    def __init__(self, port, prefix, *, takes_prefix=False):
        self.strays = []
        proxy = self

        class Passing(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if self.path != prefix and not self.path.startswith((f"{prefix}/", f"{prefix}?")):
                    proxy.strays.append(self.path)
                    self.send_error(404, "nothing here")
                    return
                path = self.path.removeprefix(prefix) if takes_prefix else self.path
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                behind = http.client.HTTPConnection("127.0.0.1", port)
                behind.request(self.command, path or "/", body or None, dict(self.headers))
                answer = behind.getresponse()
                data = answer.read()
                behind.close()
                with contextlib.suppress(OSError):  # a browser that has gone to another page
                    self.answer(answer, data)

            def answer(self, answer, data):
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in (*HOP, "content-length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        super().__init__(Passing)
        self.url += prefix
