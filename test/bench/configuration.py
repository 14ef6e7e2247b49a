#!/usr/bin/env python3
"""What a configuration costs: many virtual hosts, and directories where .htaccess files are permitted.

    test/bench/configuration.py ./httpd          # a release build, of any MPM with processes

prints two tables. The first: for each number of virtual hosts (names on one address, which show the same file, for it is hosts that are counted) the time of
`httpd -t`, the memory of the server (Pss of its processes, summed) and processor time for each request, all for one host and spread over all hosts. The
second: processor time for each request for a file of 1 KB five directories deep, with AllowOverride None and with All where there is no
.htaccess. Processor time is user and system of all processes, for each request that wrk counted. Configurations take turns, and medians of the rounds
are shown.
"""

import argparse, os, pathlib, re, socket, statistics, subprocess, sys, tempfile, time

from server import Running

HOSTS = [1, 100, 10_000]
CONNECTIONS = [1, 64]
DEEP = "a/b/c/d/e/1k.html"


class Site:
    """A server root: `hosts` virtual hosts, or one that permits `override` in its directories."""

    def __init__(self, hosts=0, override="None"):
        self.folder = tempfile.TemporaryDirectory(prefix="httpd-bench-")
        self.root = root = pathlib.Path(self.folder.name)
        root.chmod(0o755)
        (root / "logs").mkdir()
        (root / "htdocs" / DEEP).parent.mkdir(parents=True)
        (root / "htdocs" / DEEP).write_bytes(b"x" * 1024)
        user = "User #65534\nGroup #65534\n" if os.getuid() == 0 else ""
        text = (f"ServerRoot {root}\nListen 127.0.0.1:0\nServerName localhost\nDocumentRoot {root}/htdocs\nTypesConfig /dev/null\n"
                f"PidFile {root}/logs/pid\nErrorLog {root}/logs/error\nMaxKeepAliveRequests 0\nStartServers 1\n"
                f"<Directory />\nAllowOverride {override}\nRequire all granted\n</Directory>\n{user}")
        for n in range(hosts):
            text += f"<VirtualHost *:*>\nServerName h{n}.test\nDocumentRoot {root}/htdocs\n</VirtualHost>\n"
        (root / "httpd.conf").write_text(text)


class Host(Running):
    """At work with a site's configuration."""

    def get(self, host):
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(f"GET /{DEEP} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        if not answer.endswith(b"x" * 1024):
            sys.exit(f"{host}: {answer[:300]}")


def load(server, connections, seconds, *arguments):
    """Microseconds of processor time a request."""
    before = server.processor()
    said = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *arguments, f"http://127.0.0.1:{server.port}/{DEEP}"],
                          capture_output=True, text=True, check=True).stdout
    used = server.processor() - before
    if re.search(r"Socket errors: connect [1-9]|Non-2xx", said):
        sys.exit(said)
    return used / int(re.search(r"(\d+) requests in", said)[1]) * 1e6


def one_of(hosts, folder):
    """A script for wrk: each request names one of so many hosts, at random."""
    script = pathlib.Path(folder) / "hosts.lua"
    script.write_text(f"request = function()\n  return wrk.format(nil, nil, {{Host = 'h' .. math.random(0, {hosts - 1}) .. '.test'}})\nend\n")
    return ["-s", str(script)]


def checked(program, site):
    """Seconds of `httpd -t`."""
    began = time.monotonic()
    subprocess.run([program, "-t", "-d", site.root, "-f", "httpd.conf"], check=True, capture_output=True)
    return time.monotonic() - began


def virtual_hosts(program, rounds, seconds):
    sites = {hosts: Site(hosts) for hosts in HOSTS}
    figures = {hosts: [] for hosts in HOSTS}
    for _ in range(rounds):
        for hosts, site in sites.items():
            took = checked(program, site)
            with Host(program, site.root) as server:
                server.get(f"h{hosts - 1}.test")
                idle = server.memory("Pss") / 1024
                one = load(server, 64, seconds, "-H", f"Host: h{hosts - 1}.test")
                spread = load(server, 64, seconds, *one_of(hosts, site.root))
                figures[hosts].append((took, idle, one, spread, server.memory("Pss") / 1024))
    print("| virtual hosts | `-t`, s | MiB at the start | µs a request for one of them | for any of them | MiB after that |\n|---|---|---|---|---|---|")
    for hosts, runs in figures.items():
        took, idle, one, spread, after = map(statistics.median, zip(*runs))
        print(f"| {hosts:,} | {took:.2f} | {idle:.0f} | {one:.1f} | {spread:.1f} | {after:.0f} |", flush=True)


def htaccess(program, rounds, seconds):
    sites = {override: Site(override=override) for override in ("None", "All")}
    figures = {(override, n): [] for override in sites for n in CONNECTIONS}
    for _ in range(rounds):
        for n in CONNECTIONS:
            for override, site in sites.items():
                with Host(program, site.root) as server:
                    server.get("localhost")
                    figures[override, n].append(load(server, n, seconds))
    print("\n| connections | µs a request with AllowOverride None | with All, and no file | ratio |\n|---|---|---|---|")
    for n in CONNECTIONS:
        none, every = (statistics.median(figures[override, n]) for override in ("None", "All"))
        print(f"| {n} | {none:.1f} | {every:.1f} | {every / none:.2f} |", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("program", type=pathlib.Path)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", choices=["hosts", "htaccess"])
    options = options.parse_args()
    program = options.program.resolve()
    if options.only != "htaccess":
        virtual_hosts(program, options.rounds, options.seconds)
    if options.only != "hosts":
        htaccess(program, options.rounds, options.seconds)


main()
