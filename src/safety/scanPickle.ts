import type { Platform } from '../archive/byteSource';
import { joblibData } from '../checkpoint/joblibArrays';
import { CheckpointError } from '../checkpointError';
import { Unpickler } from '../pickle/unpickler';
import type { ExtensionRegistry } from './extensionRegistry';
import { safetyLimits } from './limits';
import { StreamFindings } from './streamFindings';
import type { PickleStream } from './streams';

/** A stream read as far as it goes. */
export interface ScannedPickle {
  readonly findings: StreamFindings;
  /** After STOP, or of the opcode that failed. */
  readonly end: number;
  readonly error: CheckpointError | null;
  readonly protocol: number;
  readonly opcodes: number;
}

/**
 * Interprets one pickle and records what it would import, call and change; nothing is imported or called. What
 * was seen before an error is in the findings. Data that joblib keeps between the opcodes is passed over, and
 * once more read as opcodes: `pickle.load` knows nothing of it.
 */
export async function scanPickle(
  stream: PickleStream,
  platform: Platform,
  registry: ExtensionRegistry,
): Promise<ScannedPickle> {
  let hasData = false;
  const scanned = await runMachine(stream, platform, registry, (object) => {
    const data = joblibData(object);
    if (data !== null) hasData = true;
    return data;
  });
  if (!hasData) return scanned;
  const plain = await runMachine(stream, platform, registry, undefined);
  return plain.findings.isDangerous ? { ...scanned, findings: plain.findings } : scanned;
}

async function runMachine(
  stream: PickleStream,
  platform: Platform,
  registry: ExtensionRegistry,
  inlineData: typeof joblibData | undefined,
): Promise<ScannedPickle> {
  const { source, start, end, record } = stream;
  const findings = new StreamFindings(record, registry);
  const machine = new Unpickler(start, end, { toLatin1: platform.latin1, inlineData, scanning: true });
  let error: CheckpointError | null = null;
  let base = start;
  let window = await source.read(base, Math.min(safetyLimits.firstWindow, end - base));
  for (;;) {
    const result = machine.run(window, base);
    findings.add(machine.drain());
    if (result.done) break;
    error = overBudget(machine);
    if (error !== null) break;
    // What does not fit into a window is asked for by its length; a line, in twice as much.
    const least = result.offset === base ? 2 * window.length : 0;
    const wanted = Math.max(safetyLimits.largestWindow, least, result.length);
    const length = Math.min(wanted, end - result.offset);
    window = await source.read(result.offset, length);
    base = result.offset;
    if (window.length < Math.min(result.length, length)) {
      error = new CheckpointError('pickle.truncated', [result.length, window.length], result.offset);
      break;
    }
  }
  findings.finish();
  return {
    findings,
    end: machine.offset,
    error: machine.failure ?? error,
    protocol: machine.highestProtocol,
    opcodes: machine.executedOpcodes,
  };
}

function overBudget(machine: Unpickler): CheckpointError | null {
  const { opcodes, stackDepth } = safetyLimits;
  if (machine.plainOpcodes > opcodes) {
    return new CheckpointError('pickle.tooManyOpcodes', [opcodes], machine.offset);
  }
  return machine.stackDepth > stackDepth
    ? new CheckpointError('pickle.stackTooDeep', [stackDepth], machine.offset)
    : null;
}
