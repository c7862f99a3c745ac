"""Arguments of the programs that make cases."""

import random
import sys


def seed_and_count(default_count):
    """`[seed] [count]` of the command line. The seed, drawn if none is given, is told on stderr: it repeats the run."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(1 << 31)
    print(f"seed {seed}", file=sys.stderr)
    return seed, int(sys.argv[2]) if len(sys.argv) > 2 else default_count
