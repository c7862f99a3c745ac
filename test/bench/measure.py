"""Runs commands in turn (A B C A B C …) as whole processes and prints what each cost, as JSON.

    python measure.py RUNS < commands.json      [{"name": …, "command": [...]}] on standard input

Wall time in seconds and peak resident memory in MiB of the finished process, as the operating system counts
them; one run of each before the counted ones, so that files are in the cache.
"""
import json
import os
import statistics
import subprocess
import sys
import time


def run(command):
    start = time.perf_counter()
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(command, stdout=nothing, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return wall, usage.ru_maxrss / scale, process.returncode, errors.decode(errors="replace").strip()


def reason(errors):
    """The line of a failed process that names the error; a stack trace stands around it."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    named = [line for line in lines if "Error" in line or "rror:" in line]
    return (named or lines or ["no message"])[0][:200]


def main():
    runs = int(sys.argv[1])
    tasks = json.load(sys.stdin)
    seen = {task["name"]: [] for task in tasks}
    for turn in range(runs + 1):
        for task in tasks:
            result = run(task["command"])
            if turn > 0:
                seen[task["name"]].append(result)
    report = {}
    for name, results in seen.items():
        report[name] = {
            "wall": statistics.median(wall for wall, *_ in results),
            "peak": statistics.median(peak for _, peak, *_ in results),
            "walls": [wall for wall, *_ in results],
            "status": results[-1][2],
            "error": reason(results[-1][3]) if results[-1][2] != 0 else None,
        }
    json.dump(report, sys.stdout)


main()
