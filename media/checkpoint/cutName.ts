import type { Row } from '../../src/protocol/messages';

/** A name that is cut off gets its whole text as a tooltip, when the pointer comes by. */
export function titleCutName(event: PointerEvent, row: Row | undefined): void {
  if (!(event.target instanceof Element) || row === undefined) return;
  const cell = event.target.closest<HTMLElement>('.cell.name');
  if (cell === null) return;
  if (isCut(cell)) cell.title = [row.name, row.value, row.description].filter((part) => part).join('  ');
  else cell.removeAttribute('title');
}

function isCut(cell: HTMLElement): boolean {
  return [cell, ...cell.children].some(
    (part) => part instanceof HTMLElement && part.scrollWidth > part.clientWidth,
  );
}
