/** What Node cannot unpack. Loaded when a file needs it: the build makes a file of its own of this module. */
export { decode as bzip2 } from './bzip2';
export { decode as lz4 } from './lz4';
export { decode as lzma } from './lzma';
export { decode as xz } from './xz';
