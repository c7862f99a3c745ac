"""Output shapes of `torch.nn.functional`, by kind. Values are not followed."""
