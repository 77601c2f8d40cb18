#!/usr/bin/env python3
"""A port of 127.0.0.1 for a server of a test's own; run as a program, prints one.

Chosen below the range that the system hands out to outgoing connections: a port of that range, free when it was looked at, may be some
client's by the time the server listens. Tests run side by side, and a server that is down or not yet up listens on nothing: what keeps its port from
the others is a name in the system, held until this process ends.
"""
import pathlib
import random
import socket

LOWEST = 10000
held = []


def hold(port):
    """Raises OSError when a process has it already, this one included."""
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0barnabas-test-port-{port}")
    except OSError:
        name.close()
        raise
    held.append(name)


def free_port():
    highest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0]) - 1
    while True:
        port = random.randint(LOWEST, highest)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as a server does: ended connections do not hold a port
            try:
                probe.bind(("127.0.0.1", port))
                hold(port)
                return port
            except OSError:
                pass  # somebody's; another one


if __name__ == "__main__":
    print(free_port())
