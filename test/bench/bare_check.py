"""What a person would write to see whether a checkpoint loads: `python bare_check.py WEIGHTS`."""

import sys

import torch

from check_model import Net

if len(sys.argv) > 2:
    torch.save(Net().state_dict(), sys.argv[1])
else:
    model = Net()
    model.load_state_dict(torch.load(sys.argv[1], map_location="cpu", weights_only=True, mmap=True))
