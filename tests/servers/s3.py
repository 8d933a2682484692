#!/usr/bin/env python3
"""A small S3 client with nothing but Python's own library, for tests and benchmarks.

    s3.py wait [--pid PID] ENDPOINT         until a bucket can be made (gives up after a minute)
    s3.py make-bucket BUCKET
    s3.py upload DIR BUCKET[/PREFIX]        every file below DIR, several at a time
    s3.py list BUCKET[/PREFIX]
    s3.py get BUCKET/KEY
    s3.py put BUCKET/KEY FILE
    s3.py delete BUCKET/KEY

All but `wait` read S3_ENDPOINT; the keys are S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY (testak and
testsk if unset), the region is S3_REGION (us-east-1 if unset).
"""

import argparse
import concurrent.futures
import datetime
import hashlib
import hmac
import http.client
import os
import sys
import threading
import time
import urllib.parse
import xml.etree.ElementTree as xml

READY_SECONDS = 60
UPLOADS_AT_ONCE = 8


class Refused(Exception):
    """The server answered with a status that is not a success."""


class Client:
    """Path-style requests with version 4 signatures; one kept connection per thread."""

    def __init__(self, endpoint):
        url = urllib.parse.urlsplit(endpoint)
        self.secure, self.host = url.scheme == "https", url.netloc
        self.region = os.environ.get("S3_REGION") or "us-east-1"
        self.access_key = os.environ.get("S3_ACCESS_KEY_ID") or "testak"
        self.secret_key = os.environ.get("S3_SECRET_ACCESS_KEY") or "testsk"
        self.local = threading.local()

    def request(self, method, path, query=(), body=b""):
        """Sends one request; returns status and body."""
        path = urllib.parse.quote(path, safe="/-_.~")
        query = "&".join(
            f"{urllib.parse.quote(k, safe='-_.~')}={urllib.parse.quote(v, safe='-_.~')}"
            for k, v in sorted(query)
        )
        headers = self.signed(method, path, query, body)
        target = path + ("?" + query if query else "")
        for last in (False, True):  # a kept connection may have been closed by the server
            connection = self.connection()
            try:
                connection.request(method, target, body, headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, OSError):
                self.local.connection = None
                if last:
                    raise

    def connection(self):
        if getattr(self.local, "connection", None) is None:
            kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
            self.local.connection = kind(self.host, timeout=30)
        return self.local.connection

    def signed(self, method, path, query, body):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{now[:8]}/{self.region}/s3/aws4_request"
        headers = {
            "host": self.host,
            "x-amz-content-sha256": hashlib.sha256(body).hexdigest(),
            "x-amz-date": now,
        }
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        digest = headers["x-amz-content-sha256"]
        canonical = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{digest}"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = ("AWS4" + self.secret_key).encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope},"
            f"SignedHeaders={names},Signature={signature}"
        )
        return headers

    def expect(self, method, path, query=(), body=b"", also=()):
        status, answer = self.request(method, path, query, body)
        if not 200 <= status < 300 and status not in also:
            raise Refused(f"{method} {path}: {status} {answer[:300].decode(errors='replace')}")
        return answer

    def make_bucket(self, bucket):
        self.expect("PUT", f"/{bucket}", also=(409,))  # 409: it is there already

    def list(self, bucket, prefix):
        token = None
        while True:
            query = [("list-type", "2"), ("prefix", prefix)]
            if token:
                query.append(("continuation-token", token))
            page = xml.fromstring(self.expect("GET", f"/{bucket}", query))
            space = page.tag[: page.tag.find("}") + 1]
            for item in page.iter(f"{space}Contents"):
                yield item.findtext(f"{space}Key"), int(item.findtext(f"{space}Size"))
            token = page.findtext(f"{space}NextContinuationToken")
            if not token:
                return

    def upload(self, directory, bucket, prefix):
        """Puts every file below a directory; returns how many."""

        def put(file):
            key = prefix + os.path.relpath(file, directory).replace(os.sep, "/")
            with open(file, "rb") as stream:
                self.expect("PUT", f"/{bucket}/{key}", body=stream.read())

        files = [os.path.join(top, name) for top, _, names in os.walk(directory) for name in names]
        with concurrent.futures.ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
            for _ in pool.map(put, sorted(files)):
                pass
        return len(files)


def wait(endpoint, pid):
    """Makes and deletes a bucket, as soon as the server lets it."""
    client, last = Client(endpoint), "no answer"
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            client.expect("PUT", "/ready-probe", also=(409,))
            client.expect("DELETE", "/ready-probe", also=(404,))
            return
        except (Refused, http.client.HTTPException, OSError) as error:
            last = error
        if pid and not alive(pid):
            sys.exit("the server has ended")
        time.sleep(0.1)
    sys.exit(f"not ready after {READY_SECONDS} s: {last}")


def alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


def place(text):
    """Splits BUCKET/KEY, with or without s3:// in front."""
    bucket, _, key = text.removeprefix("s3://").partition("/")
    return bucket, key


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("wait")
    command.add_argument("--pid", type=int)
    command.add_argument("endpoint")
    commands.add_parser("make-bucket").add_argument("place")
    command = commands.add_parser("upload")
    command.add_argument("directory")
    command.add_argument("place")
    commands.add_parser("list").add_argument("place")
    commands.add_parser("get").add_argument("place")
    commands.add_parser("delete").add_argument("place")
    command = commands.add_parser("put")
    command.add_argument("place")
    command.add_argument("file")
    args = parser.parse_args()

    if args.command == "wait":
        return wait(args.endpoint, args.pid)
    if not os.environ.get("S3_ENDPOINT"):
        sys.exit("S3_ENDPOINT is not set")
    client = Client(os.environ["S3_ENDPOINT"])
    bucket, key = place(args.place)
    if args.command == "make-bucket":
        client.make_bucket(bucket)
    elif args.command == "upload":
        client.make_bucket(bucket)
        prefix = key.rstrip("/") + "/" if key else ""
        print(client.upload(args.directory, bucket, prefix), "objects")
    elif args.command == "list":
        for name, size in client.list(bucket, key):
            print(f"{size}\t{name}")
    elif args.command == "get":
        sys.stdout.buffer.write(client.expect("GET", f"/{bucket}/{key}"))
    elif args.command == "put":
        with open(args.file, "rb") as stream:
            client.expect("PUT", f"/{bucket}/{key}", body=stream.read())
    elif args.command == "delete":
        client.expect("DELETE", f"/{bucket}/{key}")


if __name__ == "__main__":
    try:
        main()
    except Refused as error:
        sys.exit(str(error))
