"""Which devices there are is not known; what is done with them changes no parameter."""

from _graftlens import unknown


def is_available():
    return unknown("whether there is a GPU")


def device_count():
    return unknown("how many GPUs there are")


def current_device():
    return unknown("which GPU is used")


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
