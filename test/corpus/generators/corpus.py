"""The list of files: what each is, and its line in `manifest.jsonl`.

A line has `file`, `class` (`dangerous`, `benign`, `hostile`), `technique`, `family`, `container`, `globals` (what it
imports, by construction, as `[module, name]` in the file's spelling; null where nothing is said), `expected` (the
verdicts that are right), and `alone` (it may cost memory or time, so it gets a process of its own).
"""
import json
import os
import re


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.lines = []
        self.names = set()
        os.makedirs(folder, exist_ok=True)

    def path(self, kind, title, extension):
        """A new path for a file, named after what is in it."""
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:90]
        name = f"{kind}/{slug}{extension}"
        count = 1
        while name.lower() in self.names:
            count += 1
            name = f"{kind}/{slug}-{count}{extension}"
        self.names.add(name.lower())
        os.makedirs(os.path.join(self.folder, kind), exist_ok=True)
        return name

    def add(self, kind, title, extension, data, **facts):
        """Writes a file and its line; `data` is bytes, or a function that gets the path to write."""
        name = self.path(kind, title, extension)
        target = os.path.join(self.folder, name)
        if callable(data):
            data(target)
        else:
            with open(target, "wb") as file:
                file.write(data)
        self.note(name, kind, **facts)

    def note(self, name, kind, technique="", family="", container="", globals=None, expected=None, alone=False):
        defaults = {"dangerous": ["dangerous"], "benign": ["clean", "unknown"], "hostile": ANY}
        self.lines.append({
            "file": name, "class": kind, "technique": technique, "family": family, "container": container,
            "globals": None if globals is None else unique(globals), "expected": expected or defaults[kind], "alone": alone,
        })

    def write_manifest(self, name):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            for line in self.lines:
                file.write(json.dumps(line) + "\n")


ANY = ["clean", "unknown", "suspicious", "dangerous", "unreadable"]
NOT_CLEAN = ["suspicious", "dangerous", "unreadable"]
ODD = ["suspicious", "dangerous"]
BROKEN = ["unreadable", "suspicious", "dangerous"]


def unique(pairs):
    return [list(pair) for pair in dict.fromkeys(tuple(pair) for pair in pairs)]
