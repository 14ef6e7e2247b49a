#!/usr/bin/env python3
"""What a client pays beside another that fetches a file which is not in memory, from a slow disk, with one serving thread of event.

    test/bench/disk.py ./httpd

Needs root and the blkio controller of cgroups, version 1: it makes the disk below the temporary folder slow for the server.
"""

import argparse, contextlib, os, pathlib, socket, statistics, sys, threading, time

from server import Server

GROUPS = pathlib.Path("/sys/fs/cgroup/blkio")
ONE_THREAD = "StartServers 1\nThreadsPerChild 1\nMinSpareThreads 1\nMaxSpareThreads 2\nMaxRequestWorkers 1\n"


@contextlib.contextmanager
def slow_disk(file, speed):
    """A group whose processes read the disk of a file no faster than so many bytes a second."""
    group = GROUPS / f"httpd-bench-{os.getpid()}"
    group.mkdir()
    device = os.stat(file).st_dev
    (group / "blkio.throttle.read_bps_device").write_text(f"{os.major(device)}:{os.minor(device)} {speed}")
    try:
        yield group
    finally:
        for pid in (group / "cgroup.procs").read_text().split():
            (GROUPS / "cgroup.procs").write_text(pid)
        group.rmdir()


def ask(connection, path, length):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536) or sys.exit("a connection was closed")
    left = length - len(got.split(b"\r\n\r\n", 1)[1])
    while left > 0:
        left -= len(connection.recv(1 << 20)) or sys.exit("a connection was closed")


def measure(server, length, file=None):
    """Seconds that the file took, and those of each small request meanwhile."""
    large, small = (socket.create_connection(("127.0.0.1", server.port)) for _ in range(2))
    ask(large, "/1k.html", 1024)
    ask(small, "/1k.html", 1024)
    if file:
        with open(file) as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    fetch, took, began = threading.Thread(target=ask, args=(large, "/large.bin", length)), [], time.monotonic()
    fetch.start()
    while fetch.is_alive():
        before = time.monotonic()
        ask(small, "/1k.html", 1024)
        took.append(time.monotonic() - before)
        time.sleep(0.005)
    return time.monotonic() - began, took


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("httpd", type=pathlib.Path)
    options.add_argument("--size", type=int, default=8 << 20, help="of the file, in bytes")
    options.add_argument("--speed", type=int, default=2 << 20, help="of the disk, in bytes a second")
    options = options.parse_args()
    with Server(options.httpd.resolve(), ONE_THREAD) as server:
        file = pathlib.Path(server.folder.name) / "htdocs/large.bin"
        with open(file, "wb") as opened:
            opened.write(os.urandom(options.size))
            os.fsync(opened.fileno())
        with slow_disk(file, options.speed) as group:
            for pid in server.pids():
                (group / "cgroup.procs").write_text(str(pid))
            for name, forgotten in ("in memory", None), ("on the disk", file):
                whole, each = measure(server, options.size, forgotten)
                print(f"{name:12} {whole:6.2f} s, meanwhile {len(each)} small requests: median {statistics.median(each) * 1e3:.1f} ms, "
                      f"at most {max(each) * 1e3:.1f} ms", flush=True)


main()
