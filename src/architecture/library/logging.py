"""Messages go nowhere."""

DEBUG = 10
INFO = 20
WARNING = 30
WARN = 30
ERROR = 40
CRITICAL = 50
NOTSET = 0


class Logger:
    def __init__(self, name=None, level=0):
        self.name = name
        self.level = level
        self.handlers = []
        self.propagate = True
        self.disabled = False

    def _say(self, *args, **keywords):
        return None

    debug = info = warning = warn = error = critical = exception = log = _say
    setLevel = addHandler = removeHandler = addFilter = _say

    def isEnabledFor(self, level):
        return False

    def getEffectiveLevel(self):
        return WARNING

    def hasHandlers(self):
        return False


class Handler:
    def __init__(self, *args, **keywords):
        pass

    def setLevel(self, level):
        pass

    def setFormatter(self, formatter):
        pass

    def addFilter(self, one):
        pass


class StreamHandler(Handler):
    pass


class FileHandler(Handler):
    pass


class NullHandler(Handler):
    pass


class Formatter:
    def __init__(self, *args, **keywords):
        pass


class Filter:
    def __init__(self, name=""):
        pass


root = Logger("root")


def getLogger(name=None):
    return Logger(name)


def _say(*args, **keywords):
    return None


debug = info = warning = warn = error = critical = exception = log = basicConfig = captureWarnings = disable = _say
