"""Iterators over iterators."""


def count(start=0, step=1):
    while True:
        yield start
        start = start + step


def repeat(value, times=None):
    if times is None:
        while True:
            yield value
    for _ in range(times):
        yield value


def cycle(iterable):
    items = list(iterable)
    while items:
        for item in items:
            yield item


class chain:
    def __init__(self, *iterables):
        self._items = _chained(iterables)

    @classmethod
    def from_iterable(cls, iterables):
        made = cls()
        made._items = _chained(iterables)
        return made

    def __iter__(self):
        return self._items

    def __next__(self):
        return next(self._items)


def _chained(iterables):
    for iterable in iterables:
        for item in iterable:
            yield item


def accumulate(iterable, function=None, *, initial=None):
    total = initial
    started = initial is not None
    if started:
        yield total
    for item in iterable:
        if not started:
            total = item
            started = True
        elif function is None:
            total = total + item
        else:
            total = function(total, item)
        yield total


def islice(iterable, *bounds):
    limits = slice(*bounds)
    start = 0 if limits.start is None else limits.start
    stop = limits.stop
    step = 1 if limits.step is None else limits.step
    position = 0
    wanted = start
    items = iter(iterable)
    while stop is None or position < stop:
        try:
            item = next(items)
        except StopIteration:
            return
        if position == wanted:
            yield item
            wanted += step
        position += 1
        if stop is not None and wanted >= stop:
            return


def zip_longest(*iterables, fillvalue=None):
    lists = [list(iterable) for iterable in iterables]
    longest = max([len(items) for items in lists] or [0])
    for i in range(longest):
        yield tuple([items[i] if i < len(items) else fillvalue for items in lists])


def product(*iterables, repeat=1):
    pools = [list(iterable) for iterable in iterables] * repeat
    combinations_so_far = [()]
    for pool in pools:
        combinations_so_far = [head + (item,) for head in combinations_so_far for item in pool]
    for combination in combinations_so_far:
        yield combination


def combinations(iterable, length):
    items = list(iterable)

    def choose(start, wanted):
        if wanted == 0:
            yield ()
            return
        for i in range(start, len(items)):
            for tail in choose(i + 1, wanted - 1):
                yield (items[i],) + tail

    yield from choose(0, length)


def permutations(iterable, length=None):
    items = list(iterable)
    length = len(items) if length is None else length

    def choose(used, wanted):
        if wanted == 0:
            yield ()
            return
        for i in range(len(items)):
            if i not in used:
                for tail in choose(used + [i], wanted - 1):
                    yield (items[i],) + tail

    yield from choose([], length)


def takewhile(test, iterable):
    for item in iterable:
        if not test(item):
            return
        yield item


def dropwhile(test, iterable):
    dropping = True
    for item in iterable:
        if dropping and test(item):
            continue
        dropping = False
        yield item


def filterfalse(test, iterable):
    for item in iterable:
        if not (item if test is None else test(item)):
            yield item


def starmap(function, iterable):
    for arguments in iterable:
        yield function(*arguments)


def pairwise(iterable):
    previous = None
    first = True
    for item in iterable:
        if not first:
            yield previous, item
        previous = item
        first = False


def compress(data, selectors):
    for item, selected in zip(data, selectors):
        if selected:
            yield item


def tee(iterable, n=2):
    items = list(iterable)
    return tuple([iter(list(items)) for _ in range(n)])


def groupby(iterable, key=None):
    group = []
    current = None
    for item in iterable:
        value = item if key is None else key(item)
        if group and value != current:
            yield current, iter(group)
            group = []
        current = value
        group.append(item)
    if group:
        yield current, iter(group)


def batched(iterable, n):
    batch = []
    for item in iterable:
        batch.append(item)
        if len(batch) == n:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)
