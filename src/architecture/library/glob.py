"""Files by patterns, below the root. The order of several is the disk's: it is not known."""

from fnmatch import fnmatchcase

from _graftlens import folder_names, outside, path_exists

# A pattern that looks into more folders than this is about data, not about a model.
_MAX_FOLDERS = 2000


def glob(pathname, *, root_dir=None, recursive=False, include_hidden=False):
    text = str(pathname)
    if root_dir is not None or include_hidden or "[" in text:
        return outside(f"glob {text}")
    pieces = [piece for piece in text.split("/") if piece != ""]
    fixed = 0
    while fixed < len(pieces) and "*" not in pieces[fixed] and "?" not in pieces[fixed]:
        fixed += 1
    base = ("/" if text.startswith("/") else "") + "/".join(pieces[:fixed])
    if fixed == len(pieces):
        return [text] if path_exists(base) else []
    if base != "" and not path_exists(base):
        return []
    found = [base]
    looked = 0
    for index, piece in enumerate(pieces):
        if index < fixed:
            continue
        last = index == len(pieces) - 1
        following = []
        for folder in found:
            if recursive and piece == "**":
                waiting = [folder]
                while waiting:
                    current = waiting.pop()
                    following.append(current)
                    looked += 1
                    if looked > _MAX_FOLDERS:
                        return outside(f"glob {text}")
                    for name in folder_names(current or "."):
                        inner = _joined(current, name)
                        if not name.startswith(".") and (last or _is_folder(inner)):
                            waiting.append(inner)
            elif "*" in piece or "?" in piece:
                for name in folder_names(folder or "."):
                    if fnmatchcase(name, piece) and (piece.startswith(".") or not name.startswith(".")):
                        if last or _is_folder(_joined(folder, name)):
                            following.append(_joined(folder, name))
            elif path_exists(_joined(folder, piece)):
                following.append(_joined(folder, piece))
        found = following
    if len(found) > 1:
        return outside(f"the order of the files {text}")
    return found


def iglob(pathname, **options):
    return iter(glob(pathname, **options))


def escape(pathname):
    return outside("glob.escape")


def _joined(folder, name):
    return folder + name if folder in ("", "/") else f"{folder}/{name}"


def _is_folder(path):
    return len(folder_names(path)) > 0
