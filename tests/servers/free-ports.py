#!/usr/bin/env python3
"""Prints a free port each for SeaweedFS, moto, s3-nocas, fake-gcs, Azurite, Swift and Keystone.

SeaweedFS takes PORT to PORT + 3, and each of them + 10000; fake-gcs takes PORT + 1, too; Swift takes
PORT to PORT + 5. All lie
below the range from which the system hands out ports to clients (from 32768), which could be taken
between look and use.
"""

import random
import socket


def free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


picked = set()


def pick(wanted):
    """A port, each time another, for which all of `wanted(port)` are free."""
    while True:
        port = random.randrange(12000, 22000, 10)
        if port not in picked and all(free(each) for each in wanted(port)):
            picked.add(port)
            return port


print(
    pick(lambda port: [port + i + high for i in range(4) for high in (0, 10000)]),
    pick(lambda port: [port + 4]) + 4,
    pick(lambda port: [port + 5]) + 5,
    pick(lambda port: [port + 6, port + 7]) + 6,
    pick(lambda port: [port + 8]) + 8,
    pick(lambda port: range(port, port + 6)),
    pick(lambda port: [port + 9]) + 9,
)
