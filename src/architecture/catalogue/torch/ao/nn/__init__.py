"""`torch.ao.nn`: layers for quantization. Submodules are found when they are named."""
