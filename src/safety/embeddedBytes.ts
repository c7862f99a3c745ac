import type { ByteSource } from '../archive/byteSource';
import { MemorySource } from '../archive/memorySource';
import { SliceSource } from '../archive/sliceSource';
import { isTuple, PyBytes, PyGlobal, PyObject, type Value } from '../pickle/values';

/**
 * The bytes that a value of a stream stands for, as a file of their own: a `bytes` object, also as protocols
 * 0 to 2 write one, `_codecs.encode(text, "latin1")`. Null for anything else.
 *
 * @param stream where the value was read from; long bytes stay there
 */
export function embeddedBytes(value: Value, stream: ByteSource, name: string): ByteSource | null {
  if (value instanceof PyBytes) {
    return value.bytes.length === value.length
      ? new MemorySource(name, value.bytes)
      : new SliceSource(stream, value.offset, value.length, name);
  }
  if (!(value instanceof PyObject) || !(value.callee instanceof PyGlobal) || !isTuple(value.args))
    return null;
  if (value.callee.qualifiedName !== '_codecs.encode') return null;
  const [text] = value.args;
  const bytes = typeof text === 'string' ? latin1Bytes(text) : null;
  return bytes === null ? null : new MemorySource(name, bytes);
}

function latin1Bytes(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return null;
    bytes[i] = code;
  }
  return bytes;
}
