"""Handles that take a hook back."""


class RemovableHandle:
    def __init__(self, hooks_dict, *, extra_dict=None):
        self.hooks_dict = hooks_dict
        self.id = max(hooks_dict, default=-1) + 1

    def remove(self):
        """Only once: the number may be another hook's afterwards."""
        self.hooks_dict.pop(self.id, None)
        self.hooks_dict = {}

    def __enter__(self):
        return self

    def __exit__(self, type, value, tb):
        self.remove()
