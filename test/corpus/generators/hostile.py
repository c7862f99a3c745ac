"""Broken files, and files that are made to exhaust, confuse or crash a reader."""
import hostile_archives
import hostile_formats
import hostile_pickles
import hostile_tensors
from broken import write_broken


def write(corpus):
    write_broken(corpus)
    for module in (hostile_pickles, hostile_tensors, hostile_archives, hostile_formats):
        module.write(corpus)
