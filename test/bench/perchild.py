#!/usr/bin/env python3
"""What perchild costs beside the other MPMs, what a hand-over costs, and how much memory its processes take.

    test/bench/perchild.py FOLDER      # with perchild/httpd, event/httpd, worker/httpd and prefork/httpd in it; by root

Processor time is user and system of all processes of a server, for each request: of a file of 1 KiB, with 8 connections that are kept or end with each
request. The MPMs take turns, medians of the rounds are shown, and beside each how many times event's it is. A hand-over is what a request costs more on a kept connection
whose requests are for two users in turn than on one whose requests are all for one. Memory is what is private to a process (smaps_rollup).
"""

import argparse, pathlib, re, socket, statistics, sys

from server import Server, wrk

MPMS = ["perchild", "event", "worker", "prefork"]
CONNECTIONS = 8
REQUESTS = 5000
SITES = "NumServers 1\n" + "".join(f"<VirtualHost *>\nServerName {name}.test\nAssignUserID #{user} #{user}\n</VirtualHost>\n"
                                  for name, user in [("a", 10001), ("b", 10002)])
# Room for all connections from the start.
POOL = {
    "perchild": "NumServers 1\nStartThreads 12\nMinSpareThreads 1\nMaxSpareThreads 16\nMaxThreadsPerChild 16\n",
    "event": "StartServers 1\nThreadsPerChild 12\nMinSpareThreads 1\nMaxSpareThreads 99\nMaxRequestWorkers 12\n",
    "worker": "StartServers 1\nThreadsPerChild 12\nMinSpareThreads 1\nMaxSpareThreads 99\nMaxRequestWorkers 12\n",
    "prefork": "StartServers 12\nMinSpareServers 1\nMaxSpareServers 99\nMaxRequestWorkers 12\n",
}


def turns(program, hosts):
    """Microseconds of processor time a request on one kept connection, the hosts in turn."""
    with Server(program, SITES) as server:
        connection = socket.create_connection(("127.0.0.1", server.port))
        asked = [b"GET /1k.html HTTP/1.1\r\nHost: %s.test\r\n\r\n" % host for host in hosts]

        def ask(request):
            connection.sendall(request)
            answer = b""
            while not answer.endswith(b"x" * 1024):
                answer += connection.recv(65536) or sys.exit("the connection was closed")

        [ask(request) for request in asked]
        before = server.processor()
        for number in range(REQUESTS):
            ask(asked[number % len(asked)])
        return (server.processor() - before) / REQUESTS * 1e6


def at_rest(program):
    """KiB that are private to the parent, listener, scribe and a pool's process of five threads."""
    with Server(program, SITES) as server:
        def private(pid):
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            return sum(int(kib) for kib in re.findall(r"^Private_(?:Clean|Dirty): +(\d+) kB", text, re.M))

        def threads(pid):
            return len(list(pathlib.Path(f"/proc/{pid}/task").iterdir()))

        parent, *children = server.pids()
        kib = {pid: private(pid) for pid in children}
        pools = [kib[pid] for pid in children if threads(pid) == 6]
        scribe = [kib[pid] for pid in children if threads(pid) == 1]
        listener = [kib[pid] for pid in children if threads(pid) not in (1, 6)]
        return private(parent), listener, scribe, pools


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("programs", type=pathlib.Path, help="the folder with MPM/httpd in it")
    options.add_argument("--seconds", type=int, default=2)
    options.add_argument("--rounds", type=int, default=5)
    options = options.parse_args()
    program = {mpm: (options.programs / mpm / "httpd").resolve() for mpm in MPMS}
    ways = {"kept": [], "closed": ["-H", "Connection: close"]}
    costs = {(way, mpm): [] for way in ways for mpm in MPMS}
    one, two = [], []
    for _ in range(options.rounds):
        for way, words in ways.items():
            for mpm in MPMS:
                with Server(program[mpm], POOL[mpm]) as server:
                    costs[way, mpm].append(wrk(server, CONNECTIONS, options.seconds, *words)[0])
        one.append(turns(program["perchild"], [b"a"]))
        two.append(turns(program["perchild"], [b"a", b"b"]))
    print(f"| connections | {' | '.join(MPMS)} |")
    print("|---|" + "---|" * len(MPMS))
    for way in ways:
        medians = [statistics.median(costs[way, mpm]) for mpm in MPMS]
        shown = " | ".join(f"{cost:.1f} ({cost / medians[1]:.2f})" for cost in medians)
        print(f"| {way} | {shown} |")
    one, two = statistics.median(one), statistics.median(two)
    print(f"one user {one:.1f} µs, two in turn {two:.1f} µs: {two / one:.1f} times; a hand-over {two - one:.1f} µs")
    parent, listener, scribe, pools = at_rest(program["perchild"])
    print(f"KiB: parent {parent}, listener {listener}, scribe {scribe}, pools of 5 threads {pools}")


main()
