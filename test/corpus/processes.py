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


def run(task, seconds):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(task["command"], stdout=out, stderr=err, stdin=subprocess.DEVNULL, start_new_session=True)
        late = threading.Event()

        def kill():
            late.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(seconds, kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        size = os.fstat(out.fileno()).st_size
        out.seek(0)
        head = out.read(200)
        out.seek(max(0, size - 50))
        tail = out.read()
        text = None
        if size <= KEPT:
            out.seek(0)
            text = out.read().decode("utf-8", "replace")
        err.seek(0)
        return {
            "id": task["id"], "status": process.returncode, "timedOut": late.is_set(), "wall": round(wall, 3),
            "cpu": round(usage.ru_utime + usage.ru_stime, 3), "peak": round(usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1),
            "stdout": text, "head": head.decode("utf-8", "replace"), "tail": tail.decode("utf-8", "replace"), "size": size,
            "stderr": err.read(5000).decode("utf-8", "replace"),
        }


def main():
    jobs, seconds = int(sys.argv[1]), float(sys.argv[2])
    tasks = [json.loads(line) for line in sys.stdin]
    lock = threading.Lock()

    def one(task):
        result = json.dumps(run(task, seconds))
        with lock:
            print(result, flush=True)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, tasks))


main()
