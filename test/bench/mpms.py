#!/usr/bin/env python3
"""What each MPM costs: memory for each idle connection, processor time for each request, requests a second.

    make check-mpms                                          # builds a program for each MPM
    test/bench/mpms.py build/mpms                            # measures them, and prints the table of docs/mpm.md
    test/bench/mpms.py build/mpms --write docs/mpm.md        # puts it there, between its two marks
    test/bench/mpms.py build/mpms event worker --rounds 1    # two of them, once; --rounds 0 measures nothing

Each program gets a pool that holds all connections from the start. Memory is what is private to its processes, summed
(Private_Clean and Private_Dirty of smaps_rollup): with all connections idle, less the same server with a pool for one, for each connection. Processor time is that
of all its threads (schedstat), for each request that wrk counted. The MPMs take turns, and medians of the rounds are shown. All ten take about
seven minutes.
"""

import argparse, os, pathlib, platform, resource, socket, statistics, sys, tomllib

from server import Server, wrk

CONNECTIONS = [10, 100, 1000]
IDLE = 1000
# Who holds no more connections than so many, whatever is configured.
MOST = {"beos": 50}
MODULES = pathlib.Path(__file__).resolve().parents[2] / "modules/mpm"
MARKS = ("<!-- test/bench/mpms.py --write begins here -->\n", "<!-- and ends here -->\n")


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
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.sendall(b"GET /1k.html HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = b""
    while len(answer) < 1024 or not answer.endswith(b"x" * 1024):
        answer += connection.recv(65536) or sys.exit("a connection was closed")
    return connection


def idle(program, mpm):
    """How many were idle, KiB for each of them, and processes and threads with all of them."""
    count = min(IDLE, MOST.get(mpm, IDLE + 8) - 8)
    with Server(program, pool(mpm, 1)) as server:
        kept = [get(server.port)]
        before = server.private()
    with Server(program, pool(mpm, count)) as server:
        kept = [get(server.port) for _ in range(count)]
        after, pids = server.private(), server.pids()
        threads = sum(len(os.listdir(f"/proc/{pid}/task")) for pid in pids)
    del kept
    return count, (after - before) / (count - 1), len(pids), threads


def load(program, mpm, n, seconds):
    """Microseconds of processor time a request, requests a second."""
    with Server(program, pool(mpm, n)) as server:
        get(server.port).close()
        return wrk(server, n, seconds)


def about(mpm):
    """What its manifest says."""
    return tomllib.loads((MODULES / mpm / "Cargo.toml").read_text())["package"]["metadata"]["httpd"]


def figures(program, rounds, seconds):
    """What there is to say of each MPM."""
    loads = {(mpm, n): [] for mpm in program for n in CONNECTIONS if n <= MOST.get(mpm, n)}
    for number in range(rounds):
        for mpm, n in loads:
            loads[mpm, n].append(load(program[mpm], mpm, n, seconds))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    for mpm in program:
        count, each, processes, threads = idle(program[mpm], mpm)
        known = [loads.get((mpm, n)) for n in CONNECTIONS]
        median = lambda figures, which: statistics.median(figure[which] for figure in figures)
        yield mpm, [f"{processes} / {threads}" + (f" (for {count})" if count < IDLE else ""), f"{each:.1f}",
                    " / ".join(f"{round(median(those, 1), -2):,.0f}" if those else "-" for those in known),
                    " / ".join(f"{median(those, 0):.0f}" if those else "-" for those in known)]


def table(mpms, figures, rounds, seconds):
    counts = " / ".join(f"{n:,}" for n in CONNECTIONS)
    yield (f"| MPM | for | {IDLE:,} idle connections: processes / threads | KiB for each | requests a second, {counts} connections "
           "| µs of processor each |")
    yield "|---|---|---|---|---|---|"
    for mpm in mpms:
        row = [f"**{mpm}**", about(mpm)["for"], *figures.get(mpm, ["not measured"] + [""] * 3)]
        yield f"| {' | '.join(row)} |"
    if figures:
        yield ""
        yield (f"Measured with {os.cpu_count()} processors, Linux {platform.release().split('-')[0]}, wrk on the same machine: medians of {rounds} rounds of "
               f"{seconds} s, a file of 1 KiB, connections kept.")


def write(page, lines):
    before, rest = page.read_text().split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    page.write_text(before + MARKS[0] + "\n" + "".join(line + "\n" for line in lines) + "\n" + MARKS[1] + after)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("programs", type=pathlib.Path, help="the folder with MPM/httpd in it")
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--write", type=pathlib.Path, metavar="PAGE")
    options.add_argument("mpms", nargs="*")
    options = options.parse_intermixed_args()
    # Both ends of each connection take a descriptor.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    here = (path.parent.name for path in MODULES.glob("*/Cargo.toml"))
    mpms = options.mpms or sorted(mpm for mpm in here if "unix" in about(mpm)["hosts"])
    measured = {}
    if options.rounds:
        program = {mpm: (options.programs / mpm / "httpd").resolve(strict=True) for mpm in mpms}
        measured = dict(figures(program, options.rounds, options.seconds))
    lines = list(table(mpms, measured, options.rounds, options.seconds))
    print("\n".join(lines))
    if options.write:
        write(options.write, lines)


main()
