"""torchvision beside whatever torch is installed: its wheels unpacked into a folder, no operator compiled.

Its Python needs Pillow, and the operators `nms` and `qnms` to exist; nothing here calls them."""

import subprocess
import sys
import zipfile
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parents[3] / ".cache" / "torchvision"
PACKAGES = ["torchvision==0.29.1", "pillow==12.0.0"]

_operators = torch.library.Library("torchvision", "DEF")


def import_torchvision():
    """Defines the operators and puts the unpacked packages on the path; downloads them the first time."""
    for name in ("nms", "qnms"):
        _operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    unpacked = FOLDER / "site"
    if not (unpacked / "torchvision").exists() or not (unpacked / "PIL").exists():
        _download(unpacked)
    sys.path.append(str(unpacked))
    import torchvision

    return torchvision


def _download(unpacked):
    wheels = FOLDER / "wheels"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(wheels), *PACKAGES], check=True, stdout=sys.stderr)
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
