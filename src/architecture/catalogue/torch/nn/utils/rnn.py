"""Packed sequences: values only."""

from _graftlens import unknown

__all__ = [
    "PackedSequence",
    "invert_permutation",
    "pack_padded_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpad_sequence",
    "pack_sequence",
    "unpack_sequence",
]


class PackedSequence:
    def __init__(self, data, batch_sizes=None, sorted_indices=None, unsorted_indices=None):
        self.data = data
        self.batch_sizes = batch_sizes
        self.sorted_indices = sorted_indices
        self.unsorted_indices = unsorted_indices


def invert_permutation(permutation):
    return None if permutation is None else unknown("the inverse of a permutation")


def pack_padded_sequence(input, lengths, batch_first=False, enforce_sorted=True):
    return PackedSequence(unknown("a packed sequence"), unknown("the sizes of a packed sequence"))


def pad_packed_sequence(sequence, batch_first=False, padding_value=0.0, total_length=None):
    return unknown("a padded sequence"), unknown("the lengths of sequences")


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    return unknown("a padded sequence")


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    return unknown("sequences of unknown length")


def pack_sequence(sequences, enforce_sorted=True):
    return PackedSequence(unknown("a packed sequence"), unknown("the sizes of a packed sequence"))


def unpack_sequence(packed_sequences):
    return unknown("sequences of unknown length")
