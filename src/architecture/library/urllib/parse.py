"""What models' code does with the texts of addresses."""

from _graftlens import outside

_DIGITS = "0123456789abcdef"


def unquote(string, encoding="utf-8", errors="replace"):
    if "%" not in string:
        return string
    pieces = string.split("%")
    result = pieces[0]
    for piece in pieces[1:]:
        code = piece[:2].lower()
        if len(code) < 2 or code[0] not in _DIGITS or code[1] not in _DIGITS:
            result += "%" + piece
            continue
        number = _DIGITS.index(code[0]) * 16 + _DIGITS.index(code[1])
        if number >= 128:
            # Several codes are one letter.
            return outside("urllib.parse.unquote")
        result += chr(number) + piece[2:]
    return result
