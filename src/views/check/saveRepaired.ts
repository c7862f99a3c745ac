import { basename, dirname, extname, join } from 'node:path';
import * as vscode from 'vscode';
import { CheckpointError } from '../../checkpointError';
import type { Repair } from '../../compatibility/report';
import type { WrittenFile } from '../../files/writeCheckpoint';
import type { CheckReply } from '../../interpreter/reply';
import { RequestError } from '../../worker/errorBody';
import { say } from '../hostTexts';
import type { Checks } from './checks';
import type { Link } from './links';

/**
 * Asks where to, and writes the checkpoint that a repair makes, with progress and a way to cancel. Then offers to
 * open it or to check it.
 */
export async function saveRepaired(
  checks: Checks,
  link: Link,
  torch: CheckReply | null,
  repair: Repair,
): Promise<void> {
  const weights = vscode.Uri.parse(link.weights);
  const target = await vscode.window.showSaveDialog({
    title: say('report.repair.saveTitle'),
    defaultUri: vscode.Uri.file(suggestedPath(weights.fsPath)),
    filters: { PyTorch: ['pth', 'pt', 'ckpt', 'bin'] },
  });
  if (target === undefined) return;
  if (target.scheme !== 'file') throw new CheckpointError('report.notLocal', [target.path]);
  const written = await vscode.window
    .withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: say('report.repair.saving', basename(target.fsPath)),
        cancellable: true,
      },
      (progress, token) => {
        const stop = new AbortController();
        token.onCancellationRequested(() => stop.abort());
        let told = 0;
        const onProgress = (share: number): void => {
          progress.report({ increment: (share - told) * 100 });
          told = share;
        };
        return checks.writeRepaired(link, torch, repair, target.fsPath, { signal: stop.signal, onProgress });
      },
    )
    .then(undefined, (error: unknown) => {
      if (error instanceof RequestError && error.body.code === 'writing.cancelled') return null;
      throw error;
    });
  // Not awaited: the page is answered, whatever becomes of the notification.
  if (written !== null) void offer(link, target, written);
}

async function offer(link: Link, target: vscode.Uri, { keys, bytes }: WrittenFile): Promise<void> {
  const open = say('report.repair.open');
  const check = say('report.repair.check');
  const said = say('report.repair.saved', basename(target.fsPath), keys, bytes);
  const answer = await vscode.window.showInformationMessage(said, open, check);
  if (answer === open) await vscode.commands.executeCommand('vscode.open', target);
  if (answer === check) {
    const { name, args } = link;
    const known = { file: vscode.Uri.parse(link.file), name, args, weights: target };
    await vscode.commands.executeCommand('graftlens.check.run', known);
  }
}

/** `yolov7_repaired.pth` beside `yolov7.pth`. What is written is torch's zip, so another format's ending goes. */
function suggestedPath(weights: string): string {
  const extension = extname(weights);
  const name = basename(weights, extension).replace(/\.(?:safetensors|bin)\.index$|\.index$/, '');
  const kept = /^\.(?:pt|pth|ckpt|bin)$/.test(extension) ? extension : '.pth';
  return join(dirname(weights), `${name}_repaired${kept}`);
}
