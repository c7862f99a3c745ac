"""Writes the dangerous and the hostile files and their manifest: `python make.py FOLDER`.

Needs the standard library alone; nothing is imported by name, executed or unpickled. The same files come out on every
run of one Python version (compressors differ between versions). `benign.py` writes the benign files.
"""
import sys

import dangerous
import hostile
from corpus import Corpus


def main():
    corpus = Corpus(sys.argv[1])
    dangerous.write(corpus)
    hostile.write(corpus)
    corpus.write_manifest("crafted.jsonl")


main()
