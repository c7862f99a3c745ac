"""Nothing is downloaded: what would be loaded is not known."""

from _graftlens import unknown


def load_state_dict_from_url(url, model_dir=None, map_location=None, progress=True, check_hash=False, file_name=None, weights_only=False):
    return unknown("downloaded weights")


def load(repo_or_dir, model, *args, **kwargs):
    return unknown("a model from a hub")


def get_dir():
    return unknown("the folder of downloads")


def set_dir(d):
    return None


def download_url_to_file(url, dst, hash_prefix=None, progress=True):
    return None
