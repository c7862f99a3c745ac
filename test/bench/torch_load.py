"""What torch itself does to list a checkpoint without reading its tensors."""
import sys

import torch

state = torch.load(sys.argv[1], mmap=True, weights_only=True, map_location="cpu")
for key, tensor in state.items():
    print(key, tensor.dtype, tuple(tensor.shape))
