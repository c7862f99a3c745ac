"""Runs the stubs over the cases and compares with what torch made of them.

    python cases.py [seed] > cases.jsonl && python check_stubs.py cases.jsonl

Reads from standard input without an argument. Exits with 1 when anything differs."""

import importlib
import json
import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "shim"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
warnings.simplefilter("ignore")

import stubbed_torch  # noqa: E402

stubbed_torch.install()

from describe import run  # noqa: E402
from signatures import describe_signature  # noqa: E402

SHOWN = 40


def main():
    source = open(sys.argv[1]) if len(sys.argv) > 1 else sys.stdin
    header = json.loads(source.readline())
    failures = check_names(header)
    cases = raising = 0
    for line in source:
        case = json.loads(line)
        cases += 1
        raising += "raises" in case["truth"]
        stub = run(case["program"])
        wrong = difference(case["truth"], json.loads(json.dumps(stub)))
        if wrong:
            failures.append(f"{case['program']}\n    {wrong}")
    for failure in failures[:SHOWN]:
        print(failure)
    print(f"seed {header['seed']}: {cases} cases, {raising} of them raise, {len(failures)} differ")
    return 1 if failures or cases == 0 else 0


def difference(truth, stub):
    """A sentence on the first thing that differs, or None."""
    if "raises" in truth or "raises" in stub:
        if truth.get("raises") == stub.get("raises"):
            return None
        return f"torch raises {truth.get('raises')} ({truth.get('text')}), the stub {stub.get('raises')} ({stub.get('trace')})"
    for field in ("state", "not_persistent", "parameters", "mro", "modules", "extra"):
        if truth[field] != stub[field]:
            if isinstance(truth[field], list) and len(truth[field]) == len(stub[field]):
                for a, b in zip(truth[field], stub[field]):
                    if a != b:
                        return f"{field}: torch {a}, the stub {b}"
            return f"{field}: torch {truth[field]}, the stub {stub[field]}"
    return None


def check_names(header):
    """Every class that torch exports is there, with the same parameters and defaults, and nothing else."""
    failures = []
    for path, signature in header["classes"].items():
        module, name = path.rsplit(".", 1)
        try:
            stub = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            failures.append(f"{path} has no stub ({error})")
            continue
        if signature is not None and describe_signature(stub) != signature:
            failures.append(f"{path}: torch takes {signature}, the stub {describe_signature(stub)}")
    return failures


if __name__ == "__main__":
    sys.exit(main())
