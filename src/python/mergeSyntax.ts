import { type LinePair, moveTo, pairLines, sameSyntax } from './sameSyntax';
import type { ClassDefinition, FunctionDefinition, Statement } from './syntax';

const skeletons = new WeakMap<Statement, object>();

/**
 * What a top-level statement does when it runs, as an object that stays the same as long as that does not change:
 * of a function, and of the methods of a class, that is everything but their bodies.
 */
export function skeletonOf(statement: Statement): object {
  return skeletons.get(statement) ?? statement;
}

/**
 * A changed statement with the objects of the earlier one wherever both mean the same: whoever kept something that
 * rests on them can see by identity that it still holds. What is kept is moved to its new lines.
 */
export function mergeStatement(before: Statement, now: Statement, pair: LinePair): Statement {
  if (sameSyntax(before, now)) {
    moveTo(before, now, pair);
    return before;
  }
  if (before.kind === 'class' && now.kind === 'class') return mergeClass(before, now, pair);
  if (before.kind === 'function' && now.kind === 'function') return mergeFunction(before, now, pair);
  return now;
}

/** Of a function's head: everything else follows from its body. */
const NOT_HEAD = new Set(['line', 'endLine', 'scope', 'body', 'isGenerator']);

function mergeFunction(before: FunctionDefinition, now: FunctionDefinition, pair: LinePair): Statement {
  let merged = now;
  if (sameSyntax(before.body, now.body)) {
    moveTo(before.body, now.body, pair);
    merged = { ...now, body: before.body };
  }
  if (sameSyntax(before, now, NOT_HEAD)) {
    skeletons.set(merged, skeletonOf(before));
    pairHeads(before, now, pair);
  }
  return merged;
}

/** Lines of what was not kept but means the same. */
function pairHeads(before: Statement, now: Statement, pair: LinePair): void {
  pairLines({ ...before, body: [] }, { ...now, body: [] }, pair);
}

function mergeClass(before: ClassDefinition, now: ClassDefinition, pair: LinePair): Statement {
  const earlier = new Queues(before.body);
  const body = now.body.map((statement) => {
    const other = earlier.next(statement);
    return other === undefined ? statement : mergeStatement(other, statement, pair);
  });
  const merged = { ...now, body };
  const isSame =
    body.length === before.body.length &&
    body.every((part, i) => skeletonOf(part) === skeletonOf(before.body[i] as Statement)) &&
    sameSyntax(before, now, NOT_HEAD);
  if (isSame) {
    skeletons.set(merged, skeletonOf(before));
    pairHeads(before, now, pair);
  }
  return merged;
}

/** Statements in their order, those of one kind and name after each other. */
export class Queues {
  private readonly byName = new Map<string, Statement[]>();

  constructor(statements: readonly Statement[]) {
    for (const statement of statements) {
      const queue = this.byName.get(nameOf(statement));
      if (queue === undefined) this.byName.set(nameOf(statement), [statement]);
      else queue.push(statement);
    }
    for (const queue of this.byName.values()) queue.reverse();
  }

  /** Takes the next one of the kind and name of a statement. */
  next(statement: Statement): Statement | undefined {
    return this.byName.get(nameOf(statement))?.pop();
  }
}

function nameOf(statement: Statement): string {
  if (statement.kind === 'function' || statement.kind === 'class')
    return `${statement.kind} ${statement.name}`;
  const [target] = statement.kind === 'assign' ? statement.targets : [];
  return target?.kind === 'name' ? `assign ${target.name}` : statement.kind;
}
