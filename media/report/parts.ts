import type { PagePart } from '../../src/protocol/checkPage';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { text } from '../shared/texts';

/** Which part of the file is compared, and how many keys of each other one would load. */
export function partSwitch(
  label: string,
  parts: readonly PagePart[],
  onUse: (path: readonly (string | number)[]) => void,
): HTMLElement[] {
  if (parts.length < 2) return [];
  const group = element('div', 'parts');
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', label);
  group.append(element('span', 'dim', label));
  for (const part of parts) {
    const choice = button({
      label: text('report.part', part.label, part.matched),
      appearance: part.used ? 'primary' : 'secondary',
      onClick: () => {
        if (!part.used) onUse(part.path);
      },
    });
    choice.setAttribute('aria-pressed', String(part.used));
    group.append(choice);
  }
  return [group];
}
