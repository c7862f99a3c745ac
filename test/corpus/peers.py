"""What other scanners say of files, for the benchmark: `python peers.py NAME SECONDS < paths`, one path a line.

The scanner is loaded once, and each file is scanned in a process forked from it, with a time limit and at most 4 GiB
of memory. Prints a line of JSON for each: `file`, `verdict` (`dangerous`, `suspicious`, `clean`, `error`, `hangs`,
`crashes`), `wall` in seconds, `peak` in MiB. Nothing is unpickled: both scanners only read.
"""
import json
import logging
import os
import resource
import select
import signal
import sys
import time
import zipfile


def picklescan():
    from picklescan.scanner import SafetyLevel, scan_file_path

    def verdict(path):
        result = scan_file_path(path)
        levels = {found.safety for found in result.globals}
        if result.issues_count > 0 or SafetyLevel.Dangerous in levels:
            return "dangerous"
        if SafetyLevel.Suspicious in levels:
            return "suspicious"
        return "error" if result.scan_err else "clean"

    return verdict


def fickling():
    from fickling.analysis import Severity
    from fickling.loader import scan_file, scan_zip_archive

    def verdict(path):
        scan = scan_zip_archive if zipfile.is_zipfile(path) else scan_file
        result = scan(path, graceful=True)
        parts = list(result.values()) if isinstance(result, dict) else [result]
        worst = max((part.severity for part in parts), default=Severity.LIKELY_SAFE)
        if worst >= Severity.LIKELY_UNSAFE:
            return "dangerous"
        if worst > Severity.LIKELY_SAFE:
            return "suspicious"
        return "error" if any(part.errors for part in parts) else "clean"

    return verdict


def scan(verdict, path, seconds):
    start = time.perf_counter()
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        try:
            answer = verdict(path)
        except BaseException:
            answer = "error"
        os.write(theirs, answer.encode())
        os._exit(0)
    os.close(theirs)
    ready, _, _ = select.select([ours], [], [], seconds)
    answer = os.read(ours, 100).decode() if ready else "hangs"
    if not ready:
        os.kill(child, signal.SIGKILL)
    os.close(ours)
    _, _, usage = os.wait4(child, 0)
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return {"file": path, "verdict": answer or "crashes", "wall": round(time.perf_counter() - start, 3), "peak": round(usage.ru_maxrss / scale, 1)}


def main():
    logging.disable(logging.CRITICAL)
    verdict = {"picklescan": picklescan, "fickling": fickling}[sys.argv[1]]()
    for line in sys.stdin:
        print(json.dumps(scan(verdict, line.rstrip("\n"), float(sys.argv[2]))), flush=True)


main()
