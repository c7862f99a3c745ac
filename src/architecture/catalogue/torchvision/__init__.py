"""`torchvision` where it is not installed: only `torchvision.ops`."""
