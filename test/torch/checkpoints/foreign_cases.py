"""Files with a checkpoint's extension that are none: each must be recognised, none may crash a reader."""
import plistlib
import struct
import zipfile

from cases import written


def _foreign(name, data, **facts):
    @written(name, loader="none", foreign=True, **facts)
    def write(path):
        with open(path, "wb") as file:
            file.write(data)


_foreign("foreign/site-packages.pth", b"import sys; sys.__plen = len(sys.path)\n./vendor\n/opt/lib/python3\n")
_foreign("foreign/one-path.pth", b"/home/me/project/src\n")
_foreign(
    "foreign/template.pt",
    b'<html xmlns="http://www.w3.org/1999/xhtml"\n      xmlns:py="http://genshi.edgewall.org/">\n'
    b'  <body><p py:for="row in rows">${row}</p></body>\n</html>\n',
)
_foreign("foreign/binary-plist.pkl", plistlib.dumps({"name": "x", "list": [1, 2]}, fmt=plistlib.FMT_BINARY))
_foreign("foreign/xml-plist.pkl", plistlib.dumps({"name": "x"}, fmt=plistlib.FMT_XML))
_foreign(
    "foreign/git-lfs.pt",
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 134217728\n",
)
_foreign("foreign/download-error.pth", b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n")
_foreign("foreign/access-denied.bin", b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>\n')
_foreign("foreign/message.ckpt", b'{"error": "quota exceeded"}\n')
_foreign("foreign/empty.pt", b"")
_foreign("foreign/one-byte.pt", b"\x80")
_foreign("foreign/zeros.pt", bytes(4096))
_foreign("foreign/ones.pt", b"\xff" * 4096)
_foreign(
    "foreign/photo.pt",
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb\x00C\x00" + bytes(range(64)) + b"\xff\xd9",
)
_foreign("foreign/program.bin", b"\x7fELF\x02\x01\x01\x00" + bytes(56))
_foreign("foreign/only-pk.pt", b"PK\x03\x04")
_foreign("foreign/onnx.pt", b"\x08\x07\x12\x07pytorch\x1a\x052.1.0" + bytes(40))
_foreign("foreign/hdf5.ckpt", b"\x89HDF\r\n\x1a\n" + bytes(88))
_foreign("foreign/gguf.bin", b"GGUF\x03\x00\x00\x00" + bytes(40))
_foreign("foreign/text.pkl", "只是文字\n".encode())
_foreign("foreign/safetensors-claims-too-much.safetensors", struct.pack("<Q", 1 << 60) + b"{}")
_foreign("foreign/safetensors-bad-json.safetensors", struct.pack("<Q", 8) + b"{not it}")


@written("foreign/other-zip.pt", loader="none", foreign=True)
def other_zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
