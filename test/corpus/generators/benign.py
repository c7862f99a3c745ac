"""Writes what real programs write: `python benign.py FOLDER`, with torch, numpy, scikit-learn, pandas, joblib.

Files are made by the libraries' own writers (`torch.save`, `joblib.dump`, `DataFrame.to_pickle`, …); nothing is read
back. `globals` in the manifest come from the opcodes by `named_globals`.
"""
import sys
import warnings

import benign_arrays
import benign_models
import benign_others
import benign_torch
from benign_corpus import BenignCorpus

warnings.simplefilter("ignore")


def main():
    corpus = BenignCorpus(sys.argv[1])
    for part in (benign_torch, benign_models, benign_arrays, benign_others):
        part.write(corpus)
    corpus.write_manifest("benign.jsonl")


main()
