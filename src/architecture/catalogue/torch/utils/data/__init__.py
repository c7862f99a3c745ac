"""Datasets decide no parameter: the classes that are inherited from, the rest is not followed."""

from _graftlens import unknown


class Dataset:
    def __getitem__(self, index):
        raise NotImplementedError


class IterableDataset(Dataset):
    pass


class Sampler:
    pass


def __getattr__(name):
    return unknown(f"torch.utils.data.{name}")
