import type { Child, Content } from '../../checkpoint/content';
import { visibleText } from '../../protocol/visibleText';

/** Lines of one module tree; the JSON and the editor have all. */
const mostLines = 2_000;

/**
 * A module as `print(model)` shows it: its own line, and its children in parentheses, indented. Null when the
 * content is no module.
 */
export function moduleTree(root: Content): readonly string[] | null {
  if (root.type !== 'module') return null;
  const lines: string[] = [];
  const open = new Set<Content>();
  const pending: (
    | { readonly label: string; readonly content: Content; readonly depth: number }
    | { readonly close: Content }
  )[] = [{ label: '', content: root, depth: 0 }];
  while (pending.length > 0 && lines.length < mostLines) {
    const next = pending.pop();
    if (next === undefined) break;
    if ('close' in next) {
      open.delete(next.close);
      continue;
    }
    const { label, content, depth } = next;
    const line =
      content.type === 'module' ? content.repr : content.type === 'scalar' ? content.text : content.type;
    lines.push(`${'  '.repeat(Math.min(depth, 40))}${label}${visibleText(line, 400).text}`);
    if (content.type !== 'module' || open.has(content)) continue;
    open.add(content);
    pending.push({ close: content });
    const children = content.children().filter(isSubmodule);
    for (const child of [...children].reverse()) {
      pending.push({
        label: `(${visibleText(String(child.name), 200).text}): `,
        content: child.content,
        depth: depth + 1,
      });
    }
  }
  if (pending.some((work) => 'label' in work)) lines.push('…');
  return lines;
}

function isSubmodule(child: Child): boolean {
  return child.role === 'module';
}
