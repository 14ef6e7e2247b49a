#!/usr/bin/env python3
"""Mixed load for a long time: does the server keep its memory and its descriptors, and its log quiet?

    test/bench/soak.py --httpd ./httpd --minutes 60

Files of several sizes, ranges, conditions, posts, errors, broken heads, clients that leave in the middle, clients that are
slow, and a graceful restart every minute. Once a minute a line with the memory (Pss, in KiB) and the descriptors of all
processes of the server: medians of looks once a second, for what is in hand at one moment says little. It fails if the memory of the last minute is more than 5 % above that of minute ten (or of a
quarter of the time), if descriptors are left, if an answer is wrong, or if the error log holds something graver than a
warning.
"""

import argparse
import http.client
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SIZES = {"1k": 1 << 10, "40k": 40 << 10, "2m": 2 << 20}

CONF = """\
ServerRoot "{root}"
Listen 127.0.0.1:0
ServerName localhost
DocumentRoot "{root}/htdocs"
ErrorLog "{root}/error_log"
PidFile "{root}/httpd.pid"
KeepAliveTimeout 2
Timeout 10
<IfModule mod_authz_core.c>
    <Directory "/">
        Require all granted
    </Directory>
</IfModule>
<IfModule mod_log_config.c>
    CustomLog "{root}/access_log" "%h %l %u %t \\"%r\\" %>s %b"
</IfModule>
<IfModule mod_mime.c>
    TypesConfig /dev/null
</IfModule>
{user}
"""

USER = "<IfModule mod_unixd.c>\n    User #65534\n    Group #65534\n</IfModule>"

# What the load itself makes the server say.
EXPECTED = re.compile(r":(error|crit|alert|emerg)\] .*(AH20402|File does not exist)")
GRAVE = re.compile(r":(error|crit|alert|emerg)\] ")


class Server:
    def __init__(self, program, root):
        self.root = root
        os.chmod(root, 0o755)
        os.mkdir(f"{root}/htdocs")
        for name, size in SIZES.items():
            with open(f"{root}/htdocs/{name}", "wb") as file:
                file.write(bytes(i * 7 % 251 for i in range(1024)) * (size // 1024))
        with open(f"{root}/httpd.conf", "w") as file:
            file.write(CONF.format(root=root, user=USER if os.geteuid() == 0 else ""))
        command = [program, "-d", root, "-f", f"{root}/httpd.conf", "-D", "FOREGROUND"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            print(line, end="", file=sys.stderr)
            if "listening on " in line:
                self.port = int(line.rsplit(":", 1)[1])
                break
        else:
            sys.exit("the server did not start")
        threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True).start()

    def processes(self):
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [pid] + [int(child) for child in file.read().split()]

    def usage(self):
        """Memory and descriptors of those that are not on their way out."""
        memory = descriptors = 0
        for pid in self.processes():
            try:
                with open(f"/proc/{pid}/smaps_rollup") as file:
                    memory += int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M)[1])
                descriptors += len(os.listdir(f"/proc/{pid}/fd"))
            except (OSError, TypeError):
                pass
        return memory, descriptors

    def restart(self):
        os.kill(self.process.pid, signal.SIGUSR1)

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # However the soak ends, it leaves no server behind; one that was stopped is gone already.
        self.stop()

    def grave(self):
        with open(f"{self.root}/error_log", errors="replace") as file:
            return [line for line in file if GRAVE.search(line) and not EXPECTED.search(line)]


class Load(threading.Thread):
    """One client after the other, each doing something else."""

    def __init__(self, port, seed, pause, wrong):
        super().__init__(daemon=True)
        self.port, self.pause, self.wrong = port, pause, wrong
        self.random = random.Random(seed)
        self.count = 0
        self.ends = False
        self.kept = None

    def run(self):
        deeds = [self.fetch] * 12 + [self.ranges, self.condition, self.post, self.missing, self.broken,
                                     self.leave, self.slow, self.half]
        while not self.ends:
            deed = self.random.choice(deeds)
            try:
                deed()
            except (OSError, http.client.HTTPException) as error:
                self.kept = None
                self.wrong.append(f"{deed.__name__}: {error!r}")
            self.count += 1
            time.sleep(self.pause)

    def ask(self, method, path, expected, headers={}, body=None, length=None):
        # A kept connection may have ended at its time-out just now: that is no mistake of anybody's.
        for fresh in (self.kept is None, True):
            if fresh:
                self.kept = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                self.kept.request(method, path, body=body, headers=headers)
                answer = self.kept.getresponse()
                got = answer.read()
                break
            except (http.client.RemoteDisconnected, ConnectionError):
                if fresh:
                    raise
        if answer.status != expected or length not in (None, len(got)):
            self.wrong.append(f"{method} {path}: {answer.status}, {len(got)} bytes")
        if answer.will_close or self.random.random() < 0.2:
            self.kept.close()
            self.kept = None

    def fetch(self):
        name = self.random.choice(["1k", "1k", "1k", "40k", "2m"])
        self.ask("GET", "/" + name, 200, length=SIZES[name])

    def ranges(self):
        self.ask("GET", "/2m", 206, {"Range": "bytes=1000-1999"}, length=1000)

    def condition(self):
        self.ask("GET", "/1k", 304, {"If-None-Match": "*"}, length=0)

    def post(self):
        self.ask("POST", "/1k", 200, body=b"a=b" * 100, length=1024)

    def missing(self):
        self.ask("GET", "/none", 404)

    def raw(self, text):
        client = socket.create_connection(("127.0.0.1", self.port), 30)
        client.sendall(text)
        return client

    def broken(self):
        with self.raw(b"GET / HTTP/1.1\r\nHost : x\r\n\r\n") as client:
            if b" 400 " not in client.recv(4096):
                self.wrong.append("a broken head was not refused")

    def leave(self):
        with self.raw(b"GET /2m HTTP/1.1\r\nHost: x\r\n\r\n") as client:
            client.recv(1000)

    def slow(self):
        with self.raw(b"GET /1k HT") as client:
            time.sleep(0.2)
            client.sendall(b"TP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            while client.recv(65536):
                pass

    def half(self):
        with self.raw(b"POST /1k HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"):
            pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--httpd", required=True)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between what a client does")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("soak: ended before its time"))
    wrong = []
    with tempfile.TemporaryDirectory(prefix="httpd-soak-") as root, Server(os.path.abspath(options.httpd), root) as server:
        clients = [Load(server.port, seed, options.pause, wrong) for seed in range(options.clients)]
        for client in clients:
            client.start()
        usage = watch(server, clients, wrong, options.minutes)
        for client in clients:
            client.ends = True
        for client in clients:
            client.join(60)
        grave = server.grave()
        code = server.stop()
    sys.exit(verdict(usage, wrong, grave, code, options.minutes))


def watch(server, clients, wrong, minutes):
    usage = []
    began = time.monotonic()
    print("minute  requests  wrong   Pss KiB  descriptors", flush=True)
    for minute in range(1, minutes + 1):
        usage.append(look(server, began + minute * 60))
        asked = sum(client.count for client in clients)
        print(f"{minute:6} {asked:9} {len(wrong):6} {usage[-1][0]:9} {usage[-1][1]:12}", flush=True)
        if server.process.poll() is not None:
            break
        server.restart()
    return usage


def look(server, until):
    """Medians, from when the old generation has left and before the next one comes."""
    time.sleep(max(0, until - 40 - time.monotonic()))
    looks = []
    while not looks or time.monotonic() < until - 1:
        looks.append(server.usage())
        time.sleep(1)
    return tuple(int(statistics.median(column)) for column in zip(*looks))


def verdict(usage, wrong, grave, code, minutes):
    early = min(10, max(1, minutes // 4)) - 1
    (before, files_before), (after, files_after) = usage[early], usage[-1]
    growth = 100 * (after - before) / before
    print(f"memory {growth:+.1f} % since minute {early + 1}, descriptors {files_before} -> {files_after}")
    # Connections come and go while one looks.
    failed = growth > 5 or files_after > files_before + 20 or wrong or grave or code
    for line in wrong[:10] + grave[:10]:
        print(line.rstrip())
    print("soak: " + ("FAILED" if failed else "passed"))
    return 1 if failed else 0


if __name__ == "__main__":
    main()
