"""Containers beyond the builtin ones."""

from _graftlens import namedtuple


class OrderedDict(dict):
    pass


class defaultdict(dict):
    def __init__(self, default_factory=None, *args, **keywords):
        self.default_factory = default_factory
        super().__init__(*args, **keywords)

    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        value = self.default_factory()
        self[key] = value
        return value


class Counter(dict):
    def __init__(self, items=None, **keywords):
        super().__init__()
        self.update(items, **keywords)

    def __missing__(self, key):
        return 0

    def update(self, items=None, **keywords):
        if isinstance(items, dict):
            for key, count in items.items():
                self[key] = self[key] + count
        elif items is not None:
            for key in items:
                self[key] = self[key] + 1
        for key, count in keywords.items():
            self[key] = self[key] + count

    def most_common(self, n=None):
        ordered = sorted(self.items(), key=lambda item: item[1], reverse=True)
        return ordered if n is None else ordered[:n]

    def elements(self):
        for key, count in self.items():
            for _ in range(count):
                yield key


class deque(list):
    def __init__(self, iterable=(), maxlen=None):
        super().__init__()
        self.maxlen = maxlen
        for item in iterable:
            self.append(item)

    def append(self, item):
        super().append(item)
        if self.maxlen is not None and len(self) > self.maxlen:
            del self[0]

    def extend(self, items):
        for item in items:
            self.append(item)

    def appendleft(self, item):
        self.insert(0, item)

    def extendleft(self, items):
        for item in items:
            self.insert(0, item)

    def popleft(self):
        if not self:
            raise IndexError("pop from an empty deque")
        return self.pop(0)

    def rotate(self, n=1):
        for _ in range(n % max(len(self), 1)):
            self.insert(0, self.pop())


class ChainMap(dict):
    def __init__(self, *maps):
        super().__init__()
        self.maps = list(maps) or [{}]
        for mapping in reversed(self.maps):
            super().update(mapping)


class UserDict(dict):
    @property
    def data(self):
        return self


class UserList(list):
    @property
    def data(self):
        return self
