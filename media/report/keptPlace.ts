const controls = 'vscode-button, vscode-checkbox, vscode-text-field, button, summary';

/**
 * Remembers what a person was doing in a part of the page that is about to be drawn anew, and returns what gives it
 * back: the focus, and which details were open. Controls are told apart by the section that they stand in and by
 * what they say. Where a control of the head is gone (Run again, while it runs), its successor gets the focus.
 */
export function keepPlace(root: HTMLElement): () => void {
  const open = new Set([...root.querySelectorAll('details')].filter((one) => one.open).map(nameOf));
  const giveFocus = keepFocus(root);
  return () => {
    for (const details of root.querySelectorAll('details')) {
      if (open.has(nameOf(details))) details.open = true;
    }
    giveFocus();
  };
}

function keepFocus(root: HTMLElement): () => void {
  const focused = document.activeElement;
  // Without this, a page that changes while a person types in another editor would take the keyboard away.
  if (!document.hasFocus() || !(focused instanceof HTMLElement) || !root.contains(focused))
    return () => undefined;
  const find = focused.matches('tr') ? sameRow(root, focused) : sameControl(root, focused);
  return () => {
    if (!root.contains(document.activeElement)) find()?.focus({ preventScroll: true });
  };
}

function sameRow(root: HTMLElement, row: HTMLElement): () => HTMLElement | null {
  const table = [...(row.closest('table')?.classList ?? [])].map((name) => `.${name}`).join('');
  return () => root.querySelector(`${table} tr[tabindex="0"]`);
}

function sameControl(root: HTMLElement, control: HTMLElement): () => HTMLElement | null {
  const name = nameOf(control);
  const alike = (): HTMLElement[] =>
    [...root.querySelectorAll<HTMLElement>(controls)].filter((one) => nameOf(one) === name);
  const index = alike().indexOf(control);
  const isAction = control.closest('.report-actions') !== null;
  return () =>
    alike()[index] ?? (isAction ? root.querySelector<HTMLElement>('.report-actions vscode-button') : null);
}

function nameOf(control: Element): string {
  const section = control.closest('section, ul, header, .parts')?.className;
  const card = control.closest('.card')?.querySelector('.card-title')?.textContent;
  const label = control.getAttribute('aria-label') ?? control.querySelector('summary')?.textContent;
  return [section, card, label ?? control.textContent].join('\n');
}
