"""Which devices there are is not known; what is done with them changes no parameter."""

from _graftlens import of_machine, unknown


def is_available():
    return of_machine("is_available", bool)


def device_count():
    return of_machine("device_count", int)


def current_device():
    return of_machine("current_device", int)


def set_device(device):
    return None


def manual_seed(seed):
    return None


def manual_seed_all(seed):
    return None


def synchronize(device=None):
    return None


def empty_cache():
    return None


def __getattr__(name):
    return unknown(f"torch.cuda.{name}")
