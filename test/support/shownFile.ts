import assert from 'node:assert/strict';
import type { ByteSource } from '../../src/archive/byteSource';
import { openCheckpoint } from '../../src/checkpoint/openCheckpoint';
import { CheckpointError } from '../../src/checkpointError';
import { nodePlatform } from '../../src/files/nodePlatform';
import { checkpointSource } from '../../src/outline/outlineSource';
import { text, textsFor } from '../../src/protocol/texts/text';
import { describeListing, describeOutline } from '../fuzz/oracles/checkpoint';

export interface Shown {
  readonly isPartial: boolean;
  readonly lines: readonly string[];
}

export interface Refused {
  readonly error: CheckpointError;
}

/** What a person is shown of a file, or the error. Anything but a typed error is passed on. */
export async function shown(source: ByteSource): Promise<Shown | Refused> {
  try {
    const checkpoint = await openCheckpoint(source, nodePlatform);
    const lines = [
      ...(await describeListing(checkpoint)),
      ...(await describeOutline(checkpointSource(checkpoint))),
    ];
    // How much had to be read is no part of what is shown.
    const shown = lines.map((line) => line.replace(/"bytesRead":\d+/, ''));
    return { isPartial: checkpoint.partial, lines: shown };
  } catch (error) {
    // Anything else is a fault of ours.
    if (!(error instanceof CheckpointError)) throw error;
    return { error };
  }
}

/** Each line is as it is of the whole file, or the file is said to be cut off, or there is an error that says what is wrong. */
export function assertTrueOrTold(whole: Shown, now: Shown | Refused, when: string): void {
  if ('error' in now) {
    for (const language of ['en', 'zh-cn']) {
      const said = text(textsFor(language), now.error);
      assert.ok(said.length > 10 && !said.includes(now.error.code), `${when}: ${said}`);
    }
    return;
  }
  if (now.isPartial) return;
  assert.equal(now.lines.length, whole.lines.length, when);
  now.lines.forEach((line, i) => {
    // A question that could not be answered is answered so.
    if (/^"?file\.(readFailed|changed)\(/.test(line)) return;
    assert.equal(line, whole.lines[i], when);
  });
}
