#!/usr/bin/env python3
"""A port of 127.0.0.1 for a server of a test's own; run as a program, prints one.

Chosen below the range that the system hands out to outgoing connections: a port of that range, free when it was looked at, may be some
client's by the time the server listens.
"""
import pathlib
import random
import socket

LOWEST = 10000
given = set()  # to this process: what it does not listen on yet is not free for another of its servers


def free_port():
    highest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0]) - 1
    while True:
        port = random.randint(LOWEST, highest)
        if port in given:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as a server does: ended connections do not hold a port
            try:
                probe.bind(("127.0.0.1", port))
                given.add(port)
                return port
            except OSError:
                pass  # somebody's; another one


if __name__ == "__main__":
    print(free_port())
