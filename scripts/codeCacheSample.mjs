import { writeFileSync } from 'node:fs';
import JSZip from 'jszip';

/**
 * Writes a checkpoint as `torch.save` writes a state_dict of very many small convolutions, all zeros. What the
 * engine compiled and found worth optimizing while such a file was read is what it should know beforehand.
 */
export async function writeCodeCacheSample(path, tensors) {
  const zip = new JSZip();
  zip.file('sample/data.pkl', stateDictPickle(tensors));
  zip.file('sample/byteorder', 'little');
  for (let i = 0; i < tensors; i++) zip.file(`sample/data/${i}`, storage);
  zip.file('sample/version', '3\n');
  writeFileSync(path, await zip.generateAsync({ type: 'nodebuffer', compression: 'STORE' }));
}

const [outputs, inputs] = [4, 4];
const storage = new Uint8Array(4 * outputs * inputs);

/** Protocol 2: an OrderedDict of `_rebuild_tensor_v2(storage, 0, (4, 4, 1, 1), (4, 1, 1, 1), False, hooks)`. */
function stateDictPickle(tensors) {
  const stream = new PickleStream();
  stream.raw('\x80\x02').global('collections', 'OrderedDict').raw(')R').put().raw('(');
  for (let i = 0; i < tensors; i++) {
    stream.text(`model.layers.${Math.floor(i / 20)}.block${i % 20}.conv.weight`);
    stream.global('torch._utils', '_rebuild_tensor_v2').raw('((').text('storage');
    stream.global('torch', 'FloatStorage').newText(String(i)).text('cpu');
    stream
      .byte(outputs * inputs)
      .raw('t')
      .put()
      .raw('Q')
      .byte(0);
    stream.raw('(').byte(outputs).byte(inputs).byte(1).byte(1).raw('t').put();
    stream.raw('(').byte(inputs).byte(1).byte(1).byte(1).raw('t').put();
    stream.raw('\x89').global('collections', 'OrderedDict').raw(')R').put().raw('t').put().raw('R').put();
  }
  return stream.raw('u.').bytes();
}

/** Opcodes as Python's pickler writes them: what comes again is taken from the memo. */
class PickleStream {
  #parts = [];
  #memo = new Map();
  #entries = 0;

  raw(opcodes) {
    this.#parts.push(Buffer.from(opcodes, 'latin1'));
    return this;
  }

  byte(value) {
    this.#parts.push(Buffer.from([0x4b, value]));
    return this;
  }

  put() {
    return this.#indexed('q', 'r', this.#entries++);
  }

  global(module, name) {
    return this.#once(`c${module}\n${name}\n`, () => this.raw(`c${module}\n${name}\n`));
  }

  text(text) {
    return this.#once(`X${text}`, () => this.#unicode(text));
  }

  /** A text that the pickler has not met as this object: a storage's key. */
  newText(text) {
    return this.#unicode(text).put();
  }

  bytes() {
    return Buffer.concat(this.#parts);
  }

  #once(key, write) {
    const index = this.#memo.get(key);
    if (index !== undefined) return this.#indexed('h', 'j', index);
    this.#memo.set(key, this.#entries);
    write();
    return this.put();
  }

  #unicode(text) {
    const head = Buffer.alloc(5);
    head.write('X', 'latin1');
    head.writeUInt32LE(text.length, 1);
    this.#parts.push(head);
    return this.raw(text);
  }

  #indexed(short, long, index) {
    const bytes = Buffer.alloc(index < 256 ? 2 : 5);
    bytes.write(index < 256 ? short : long, 'latin1');
    if (index < 256) bytes.writeUInt8(index, 1);
    else bytes.writeUInt32LE(index, 1);
    this.#parts.push(bytes);
    return this;
  }
}
