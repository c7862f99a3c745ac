import { visibleText } from '../protocol/visibleText';

/** Parts of Markdown documents. */

export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Text of files and of the source may not become markup. */
export function prose(value: string): string {
  return visibleText(value, 2_000).text.replace(/[\\`*_[\]<>|~#]/g, '\\$&');
}

export function code(value: string): string {
  return `\`${visibleText(value, 2_000).text.replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}
