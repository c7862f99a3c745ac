"""Runs commands as whole processes, a few at a time, and says what each cost.

    python processes.py JOBS SECONDS < tasks.jsonl        {"id": …, "command": [...]} a line

Prints a line of JSON for each as it ends: `id`, `status` (negative: the signal), `timedOut`, `wall` and `cpu` in
seconds, `peak` (resident memory in MiB, as the operating system counts it), `stdout` (null if longer than 64 MiB),
`head` and `tail` of it, `stderr`. A process that takes longer than SECONDS is killed with what it started.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

KEPT = 64 << 20


class Starter:
    """
    A process of its own that starts the commands of one job. Linux counts the memory of whoever starts a process as
    the process's own until it is replaced, and this program holds what the commands print.
    """

    def __init__(self, seconds):
        arguments = [sys.executable, __file__, "--start", str(seconds)]
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, command, out, err):
        self.process.stdin.write(json.dumps([command, out, err]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def start_commands(seconds):
    for line in sys.stdin:
        command, out_path, err_path = json.loads(line)
        with open(out_path, "wb") as out, open(err_path, "wb") as err:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, start_new_session=True)
            late = threading.Event()

            def kill():
                late.set()
                os.killpg(process.pid, signal.SIGKILL)

            timer = threading.Timer(seconds, kill)
            timer.start()
            _, status, usage = os.wait4(process.pid, 0)
            timer.cancel()
            wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        print(json.dumps({
            "status": process.returncode, "timedOut": late.is_set(), "wall": round(wall, 3),
            "cpu": round(usage.ru_utime + usage.ru_stime, 3), "peak": round(usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1),
        }), flush=True)


def run(task, starter):
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        ended = starter.run(task["command"], out.name, err.name)
        size = os.fstat(out.fileno()).st_size
        head = out.read(200)
        out.seek(max(0, size - 50))
        tail = out.read()
        text = None
        if size <= KEPT:
            out.seek(0)
            text = out.read().decode("utf-8", "replace")
        return {
            "id": task["id"], **ended, "stdout": text, "head": head.decode("utf-8", "replace"),
            "tail": tail.decode("utf-8", "replace"), "size": size, "stderr": err.read(5000).decode("utf-8", "replace"),
        }


def main():
    jobs, seconds = int(sys.argv[1]), float(sys.argv[2])
    tasks = [json.loads(line) for line in sys.stdin]
    lock = threading.Lock()
    starters = [Starter(seconds) for _ in range(jobs)]
    idle = list(starters)

    def one(task):
        with lock:
            starter = idle.pop()
        result = json.dumps(run(task, starter))
        with lock:
            idle.append(starter)
            print(result, flush=True)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, tasks))
    for starter in starters:
        starter.end()


if sys.argv[1] == "--start":
    start_commands(float(sys.argv[2]))
else:
    main()
