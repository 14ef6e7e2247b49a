#!/usr/bin/env python3
"""What each MPM costs: memory for each idle connection, processor time for each request, requests a second.

    make check-mpms                              # builds a program for each MPM
    test/bench/mpms.py build/mpms                # measures them, and prints the table of docs/mpm.md

Each program gets a pool that holds all connections from the start. Memory is what is private to its processes, summed
(Private_Clean and Private_Dirty of smaps_rollup): with all connections idle, less the same server with a pool for one, for each connection. Processor time is user and
system of all its processes, for each request that wrk counted. The MPMs take turns, and medians of the rounds are shown.
"""

import argparse, os, pathlib, socket, statistics, sys

from server import Server, wrk

CONNECTIONS = [10, 100, 1000]
IDLE = 1000


def pool(mpm, n):
    """Directives for n connections at once."""
    each = 64 if n > 64 else max(n, 4)
    processes = -(-n // each) + (1 if n > 64 else 0)
    threads = f"ThreadLimit {each}\nThreadsPerChild {each}\nStartServers {processes}\nServerLimit {max(16, processes)}\n" \
              f"MinSpareThreads 1\nMaxSpareThreads 9999\nMaxRequestWorkers {processes * each}\n"
    return {
        "prefork": f"StartServers {n + 4}\nMinSpareServers 1\nMaxSpareServers 9999\nServerLimit 2000\nMaxRequestWorkers {n + 4}\n",
        "worker": threads, "leader": threads, "threadpool": threads,
        # Most of its threads sleep: what is held is a matter of the factor.
        "event": "StartServers 2\nThreadsPerChild 16\nMinSpareThreads 1\nMaxSpareThreads 99\nMaxRequestWorkers 32\n"
                 f"AsyncRequestWorkerFactor {max(2, n / 16)}\n",
        "perchild": f"NumServers 1\nThreadLimit {n + 8}\nStartThreads {n + 4}\nMinSpareThreads 1\nMaxSpareThreads {n + 8}\n"
                    f"MaxThreadsPerChild {n + 8}\n",
        "mpm_winnt": f"ThreadLimit 1920\nThreadsPerChild {n + 4}\n",
        "mpmt_os2": f"StartServers {max(1, -(-n // 200))}\nMinSpareThreads 4\nMaxSpareThreads 256\n",
        "beos": f"StartThreads {n + 4}\nMinSpareThreads 1\nMaxSpareThreads {n + 8}\nMaxClients {n + 8}\n",
        "mpm_netware": f"StartThreads {n + 4}\nMinSpareThreads 1\nMaxSpareThreads {n + 8}\nMaxThreads {n + 8}\n",
    }[mpm]


def get(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"GET /1k.html HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = b""
    while len(answer) < 1024 or not answer.endswith(b"x" * 1024):
        answer += connection.recv(65536) or sys.exit("a connection was closed")
    return connection


def idle(program, mpm):
    """KiB for each idle connection, and processes and threads with all of them."""
    with Server(program, pool(mpm, 1)) as server:
        kept = [get(server.port)]
        before = server.private()
    with Server(program, pool(mpm, IDLE)) as server:
        kept = [get(server.port) for _ in range(IDLE)]
        after, pids = server.private(), server.pids()
        threads = sum(len(os.listdir(f"/proc/{pid}/task")) for pid in pids)
    del kept
    return (after - before) / (IDLE - 1), len(pids), threads


def load(program, mpm, n, seconds):
    """Microseconds of processor time a request, requests a second."""
    with Server(program, pool(mpm, n)) as server:
        get(server.port).close()
        return wrk(server, n, seconds)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("programs", type=pathlib.Path, help="the folder with MPM/httpd in it")
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("mpms", nargs="*")
    options = options.parse_args()
    mpms = options.mpms or sorted(path.parent.name for path in options.programs.glob("*/httpd"))
    program = {mpm: (options.programs / mpm / "httpd").resolve() for mpm in mpms}
    figures = {(mpm, n): [] for mpm in mpms for n in CONNECTIONS}
    for _ in range(options.rounds):
        for n in CONNECTIONS:
            for mpm in mpms:
                figures[mpm, n].append(load(program[mpm], mpm, n, options.seconds))
    print("| MPM | processes, threads for 1,000 idle connections | KiB each | µs a request, 10 / 100 / 1,000 connections | requests a second |")
    print("|---|---|---|---|---|")
    for mpm in mpms:
        each, processes, threads = idle(program[mpm], mpm)
        median = lambda n, which: statistics.median(figure[which] for figure in figures[mpm, n])
        costs = " / ".join(f"{median(n, 0):.1f}" for n in CONNECTIONS)
        rates = " / ".join(f"{round(median(n, 1), -2):,.0f}" for n in CONNECTIONS)
        print(f"| {mpm} | {processes}, {threads} | {each:.1f} | {costs} | {rates} |", flush=True)


main()
