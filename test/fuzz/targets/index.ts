import type { Target } from '../engine/target';
import { checkpoint, safetensors, tar, zip } from './containers';
import { decoders } from './decoders';
import { folders } from './folders';
import { pickle } from './pickle';
import { python } from './python';
import { scan } from './scan';

export const targets: readonly Target[] = [
  pickle,
  checkpoint,
  scan,
  zip,
  safetensors,
  tar,
  folders,
  decoders,
  python,
];

export function targetNamed(name: string): Target {
  const target = targets.find((each) => each.name === name);
  if (target === undefined) {
    throw new Error(`No target ${name}. There are ${targets.map((each) => each.name).join(', ')}.`);
  }
  return target;
}
