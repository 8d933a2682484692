#!/usr/bin/env python3
"""git over smart HTTP: a small web server in front of `git http-backend`, on a free port.

    git-http.py ROOT        serves the repositories below ROOT, and prints its port

Whoever comes in as USER:PASSWORD from the environment may push. Hooks run with the environment
of this program. It ends when its standard input does: it never outlives who started it.
"""

import base64
import http.server
import os
import subprocess
import sys
import threading
import urllib.parse

USER = os.environ["USER"]
KEY = base64.b64encode(f"{USER}:{os.environ['PASSWORD']}".encode()).decode()


class Handler(http.server.BaseHTTPRequestHandler):
    """One request is one run of `git http-backend`, a CGI program."""

    def do_GET(self):
        self.answer(b"")

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body):
        if self.headers["Authorization"] != f"Basic {KEY}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.end_headers()
            return
        command = ["git", "http-backend"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=self.variables()) as backend:
            backend.stdin.write(body)
            backend.stdin.close()
            self.pass_on(backend.stdout)

    def variables(self):
        path, _, query = self.path.partition("?")
        return os.environ | {
            "GIT_PROJECT_ROOT": sys.argv[1],
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": urllib.parse.unquote(path),
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers["Content-Type"] or "",
            "HTTP_CONTENT_ENCODING": self.headers["Content-Encoding"] or "",
            "GIT_PROTOCOL": self.headers["Git-Protocol"] or "",
            "REMOTE_ADDR": self.client_address[0],
            "REMOTE_USER": USER,
        }

    def pass_on(self, output):
        headers = {}
        for line in output:
            if not line.strip():
                break
            name, _, value = line.decode().partition(":")
            headers[name] = value.strip()
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        while part := output.read1():  # at once: whoever pushes watches
            self.wfile.write(part)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
