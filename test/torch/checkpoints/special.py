"""Writes the special files: each holds one thing that a reader of checkpoints can get wrong.

    python special.py OUTDIR [--only TEXT] [--truth]

`--only` writes the files whose name contains TEXT; `--truth` also writes OUTDIR/truth.json (see truth.py).
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cases  # noqa: E402
import container_cases  # noqa: E402,F401
import foreign_cases  # noqa: E402,F401
import large_cases  # noqa: E402,F401
import module_cases  # noqa: E402,F401
import pickle_cases  # noqa: E402,F401
import sample_cases  # noqa: E402,F401
import tensor_cases  # noqa: E402,F401
import value_cases  # noqa: E402,F401
import truth  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--only")
    parser.add_argument("--truth", action="store_true")
    options = parser.parse_args()
    entries = cases.write_all(options.folder, options.only)
    if options.truth:
        truth.write_truth(options.folder)
    print(f"{len(entries)} files in {options.folder}")


if __name__ == "__main__":
    main()
