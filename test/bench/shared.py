#!/usr/bin/env python3
"""What modules in files of their own cost: processor time for each request for 1 KB kept alive, against all linked in.

    test/bench/shared.py --linked A/httpd --shared B/httpd --load B/build/run/modules.conf

A and B are builds of the same MPM, B with --enable-mods-shared=most. The two take turns; the ratio of the best rounds is the figure, for neighbours on
the machine only ever add, and more than --most percent is a failure. Where valgrind is, the instructions of a request are counted too, which a
busy machine does not change: of the server's part, without the kernel's.
"""

import argparse, os, pathlib, re, socket, statistics, subprocess, sys, tempfile

from server import Server, wrk

POOL = "StartServers 20\nMaxRequestWorkers 40\n"
COUNTED = 2000


def ask(port, times):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(times):
            connection.sendall(b"GET /1k.html HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while not answer.endswith(b"x" * 1024):
                answer += connection.recv(65536) or sys.exit("a connection was closed")


def instructions(program, lines):
    """Of a request, in a server of one process: one run asks so often, the other twice as often; the best of three runs each."""
    def run(times):
        with tempfile.TemporaryDirectory() as folder:
            # Begun by root, ended by whom the server has become.
            counts = pathlib.Path(folder) / "counts"
            counts.touch()
            for path in folder, counts:
                os.chmod(path, 0o777)
            callgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}"]
            with Server(program, lines, callgrind, ["-X"]) as server:
                server.settle()
                ask(server.port, times)
            return int(re.search(r"^totals: (\d+)", counts.read_text(), re.M)[1])
    def total(times):
        return min(run(times) for _ in range(3))
    return (total(2 * COUNTED) - total(COUNTED)) / COUNTED


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--linked", type=pathlib.Path, required=True, help="a program with everything linked in")
    options.add_argument("--shared", type=pathlib.Path, required=True, help="one with modules in files")
    options.add_argument("--load", type=pathlib.Path, required=True, help="their LoadModule lines")
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--most", type=float, default=8, help="percent")
    options = options.parse_args()
    programs = {"linked in": (options.linked.resolve(), ""), "in files": (options.shared.resolve(), f"Include {options.load.resolve()}\n")}
    costs = {name: [] for name in programs}
    for _ in range(options.rounds):
        for name, (program, lines) in programs.items():
            with Server(program, lines + POOL) as server:
                ask(server.port, 1)
                costs[name].append(wrk(server, 10, options.seconds)[0])
    linked, files = (min(each) for each in costs.values())
    more = (files / linked - 1) * 100
    for name, each in costs.items():
        print(f"{name:10} {min(each):6.2f} µs a request (median {statistics.median(each):.2f}, at most {max(each):.2f}, in {len(each)} rounds)", flush=True)
    if subprocess.run(["sh", "-c", "command -v valgrind"], stdout=subprocess.DEVNULL).returncode == 0:
        counted = [instructions(program, lines) for program, lines in programs.values()]
        print(f"instructions a request: {counted[0]:,.0f} linked in, {counted[1]:,.0f} in files: {(counted[1] / counted[0] - 1) * 100:+.1f} %")
    print(f"modules in files cost {more:+.1f} % processor time")
    sys.exit(more > options.most)


main()
