"""Builds a model with the user's torch and loads a checkpoint into it, for `src/pythonProcess`.

    python check_weights.py TOKEN        one line of JSON on standard input: src/interpreter/request.ts

Answers are lines on standard output that begin with TOKEN: src/interpreter/reply.ts. Everything else that
arrives on standard output or standard error is what the user's own code, Python or torch printed.

This file alone must be readable for any Python, so that one that is too old can say so.
"""

import sys

OLDEST_PYTHON = (3, 8)


def main():
    token = sys.argv[1]
    if sys.version_info[:2] < OLDEST_PYTHON:
        version = "%d.%d" % sys.version_info[:2]
        failure = '{"type": "failure", "code": "interpreter.pythonTooOld", "args": ["%s"]}' % version
        sys.stdout.write("\n" + token + failure + "\n")
        sys.stdout.flush()
        return
    from graftlens_torch.session import run

    run(token)


if __name__ == "__main__":
    main()
