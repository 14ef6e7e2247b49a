"""A server to be measured: started, asked by wrk, looked at in /proc, stopped."""

import os, pathlib, re, subprocess, sys, tempfile, time


class Running:
    """A program at work on a free port, below a root that has its httpd.conf."""

    def __init__(self, program, root, before=(), behind=()):
        self.process = subprocess.Popen([*before, program, "-d", root, "-f", "httpd.conf", "-D", "FOREGROUND", *behind],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        said = ""
        for line in self.process.stderr:
            said += line
            if found := re.search(r"listening on 127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                return
        raise SystemExit(f"{program} does not start:\n{said}")

    def pids(self):
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            todo += map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def memory(self, *kinds):
        """KiB of smaps_rollup's lines of these names."""
        lines = "".join(pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.pids())
        return sum(int(kib) for kib in re.findall(rf"^(?:{'|'.join(kinds)}): +(\d+) kB", lines, re.M))

    def processor(self):
        """Seconds."""
        # Not of stat, which cuts each process's time to whole hundredths: of a thousand processes nothing may be left.
        tasks = (task for pid in self.pids() for task in pathlib.Path(f"/proc/{pid}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Server(Running):
    """With a folder that goes away; `lines` are added to its configuration, and come first in it."""

    def __init__(self, program, lines, before=(), behind=()):
        self.folder = tempfile.TemporaryDirectory(prefix="httpd-bench-")
        root = pathlib.Path(self.folder.name)
        root.chmod(0o755)
        for name in ("htdocs", "logs"):
            (root / name).mkdir()
        (root / "htdocs/1k.html").write_bytes(b"x" * 1024)
        user = "User #65534\nGroup #65534\n" if os.getuid() == 0 else ""
        (root / "httpd.conf").write_text(
            f"ServerRoot {root}\n{lines}Listen 127.0.0.1:0\nServerName localhost\nDocumentRoot {root}/htdocs\nTypesConfig /dev/null\n"
            f"PidFile {root}/logs/pid\nErrorLog {root}/logs/error\nKeepAliveTimeout 600\nMaxKeepAliveRequests 0\n"
            f"<Directory />\nRequire all granted\n</Directory>\n{user}")
        super().__init__(program, root, before, behind)

    def settle(self):
        """Waits until the next change of its document must show in its times: before that the server remembers nothing of it."""
        changed = (pathlib.Path(self.folder.name) / "htdocs/1k.html").stat().st_ctime
        time.sleep(max(0, changed + 3.1 - time.time()))

    def private(self):
        """KiB."""
        return self.memory("Private_Clean", "Private_Dirty")

    def __exit__(self, *how):
        super().__exit__(*how)
        self.folder.cleanup()


def wrk(server, connections, seconds, *options):
    """Microseconds of processor time a request, requests a second, for 1 KB; kept alive, if the options do not say otherwise."""
    began, before = time.monotonic(), server.processor()
    said = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *options, f"http://127.0.0.1:{server.port}/1k.html"],
                          capture_output=True, text=True, check=True).stdout
    took, used = time.monotonic() - began, server.processor() - before
    # Who had to wait long was answered nevertheless.
    if re.search(r"Socket errors: (?!connect 0, read 0, write 0,)|Non-2xx", said):
        sys.exit(f"{connections} connections:\n{said}")
    requests = int(re.search(r"(\d+) requests in", said)[1])
    return used / requests * 1e6, requests / took
