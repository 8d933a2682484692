#!/usr/bin/env python3
"""Runs fake-gcs-server on PORT and, on PORT + 1, the same with what it lacks: the condition
`ifGenerationMatch` of reads and deletes, as Google documents it.

    gcs-conditions.py BINARY PORT
"""

import http.client
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from urllib.parse import parse_qs, urlsplit

BINARY, PORT = sys.argv[1], int(sys.argv[2])
REFUSED = b'{"error":{"code":412,"message":"m","errors":[{"reason":"conditionNotMet"}]}}'
HOP_BY_HOP = {"connection", "content-length", "transfer-encoding"}


class Handler(BaseHTTPRequestHandler):
    """Passes requests on, one at a time, so that a condition and what it allows are one step."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    upstream = http.client.HTTPConnection("127.0.0.1", PORT)
    lock = threading.Lock()

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        with self.lock:
            if self.condition_holds():
                self.answer(*self.ask(self.command, self.path, body, dict(self.headers)))
            else:
                self.answer(412, [], REFUSED)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request

    def condition_holds(self):
        url = urlsplit(self.path)
        wanted = parse_qs(url.query).get("ifGenerationMatch")
        if wanted is None or self.command not in ("GET", "DELETE"):
            return True
        status, _, body = self.ask("GET", url.path, b"", {})
        return status == 404 or loads(body)["generation"] == wanted[0]

    def ask(self, method, path, body, headers):
        self.upstream.request(method, path, body, headers)
        answer = self.upstream.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def answer(self, status, headers, body):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def wait_for(emulator):
    while emulator.poll() is None:
        try:
            return http.client.HTTPConnection("127.0.0.1", PORT).connect()
        except OSError:
            time.sleep(0.05)
    sys.exit("the emulator has ended")


address = f"127.0.0.1:{PORT}"
options = ["-scheme", "http", "-host", "127.0.0.1", "-port", str(PORT), "-backend", "memory"]
options += ["-public-host", address, "-external-url", f"http://{address}", "-log-level", "warn"]
emulator = subprocess.Popen([BINARY, *options])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
try:
    wait_for(emulator)
    ThreadingHTTPServer(("127.0.0.1", PORT + 1), Handler).serve_forever()
finally:
    emulator.kill()
