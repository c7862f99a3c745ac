import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSafetensors } from './safetensors';
import { writeTorchZip } from './torchZip';
import { yolov7StateDict } from './yolov7';

const samples = join(__dirname, '..', 'samples');

/** Number of tensors in `many.safetensors`. */
export const manyTensors = 100_000;

/**
 * Fills a folder with what people have in theirs: the samples, a checkpoint of YOLO's size, a huge flat
 * one, one whose download broke off, and files that only look like checkpoints.
 */
export function makeWorkspace(folder: string): void {
  mkdirSync(folder, { recursive: true });
  cpSync(samples, folder, { recursive: true });
  writeTorchZip(join(folder, 'yolov7_weights.pth'), yolov7StateDict());
  writeSafetensors(
    join(folder, 'many.safetensors'),
    Array.from({ length: manyTensors }, (_, index) => ({
      key: `table.row_${index}`,
      dtype: 'float16',
      shape: [16, 1 + (index % 7)],
    })),
  );
  const whole = readFileSync(join(samples, 'detector.pth'));
  writeFileSync(join(folder, 'truncated.pth'), whole.subarray(0, Math.floor(whole.length * 0.6)));
  for (const [name, text] of Object.entries(lookAlikes)) writeFileSync(join(folder, name), text);
}

/** Files with a checkpoint's name and other content. */
export const lookAlikes = {
  'distutils-precedence.pth': "import os; var = 'SETUPTOOLS_USE_DISTUTILS'\n",
  'front_page.pt':
    '<div metal:use-macro="here/main/macros/page">\n  <p tal:content="item/title">Title</p>\n</div>\n',
  'lfs_pointer.pth':
    'version https://git-lfs.github.com/spec/v1\n' +
    'oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n',
  'download_error.pth':
    '<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body></body></html>\n',
  'empty.pth': '',
} as const;
