import type { CheckBoot } from '../src/protocol/checkPage';
import { ComparisonView } from './comparison/comparisonView';
import { readBoot } from './shared/boot';
import { registerControls } from './shared/controls';
import type { HostPort } from './shared/rpc';
import { setTexts } from './shared/texts';

declare function acquireVsCodeApi(): HostPort;

const boot = readBoot<CheckBoot>();
setTexts(boot.texts);
registerControls();
const view = new ComparisonView(acquireVsCodeApi(), boot);
document.body.append(view.element);
void view.open();
