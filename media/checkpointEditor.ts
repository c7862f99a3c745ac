import type { WebviewBoot } from '../src/protocol/messages';
import { CheckpointEditor } from './checkpoint/editor';
import { predictionTexts } from './checkpoint/predictionTexts';
import { registerControls } from './shared/controls';
import type { HostPort } from './shared/rpc';
import { setTexts } from './shared/texts';
import { readBoot } from './shared/boot';

declare function acquireVsCodeApi(): HostPort;

const boot = readBoot<WebviewBoot>();
setTexts(boot.texts, boot.subject === 'prediction' ? predictionTexts : {});
registerControls();
const editor = new CheckpointEditor(acquireVsCodeApi(), boot);
document.body.append(editor.element);
void editor.open();
