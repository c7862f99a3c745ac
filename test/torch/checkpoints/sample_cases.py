"""The committed samples, opened like every other file."""
import os
import shutil
import sys

from cases import written

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "samples")


def _sample(name):
    @written(f"samples/{name}", format="torch-zip")
    def write(path):
        # The classes of the saved modules lie beside them.
        if SAMPLES not in sys.path:
            sys.path.append(SAMPLES)
        shutil.copyfile(os.path.join(SAMPLES, name), path)


for _name in sorted(os.listdir(SAMPLES)):
    if _name.endswith((".pt", ".pth")):
        _sample(_name)
