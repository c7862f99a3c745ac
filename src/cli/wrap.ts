/** Breaks a line at spaces to a width in characters; further lines are indented. */
export function wrap(line: string, width: number, indent = '  '): readonly string[] {
  const lines: string[] = [];
  const lead = /^ */.exec(line)?.[0] ?? '';
  let current = '';
  for (const word of line.slice(lead.length).split(' ')) {
    const next = current === '' ? lead + word : `${current} ${word}`;
    if (current !== '' && next.length > width) {
      lines.push(current);
      current = lead + indent + word;
    } else current = next;
  }
  lines.push(current);
  return lines;
}
