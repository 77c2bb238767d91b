"""Ports of this machine: one that nobody has, and whether somebody listens on one."""

import contextlib
import socket


def free_ports(count: int = 1, address: str = "127.0.0.1") -> list[int]:
    with contextlib.ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((address, 0))
        return [each.getsockname()[1] for each in sockets]


def free_port() -> int:
    (port,) = free_ports()
    return port


def listening(port: int) -> bool:
    """Without connecting, which a server would count."""
    with open("/proc/net/tcp") as table:
        return any(f":{port:04X} 00000000:0000 0A" in line for line in table)
