/**
 * Python's abstract syntax as plain objects, made once from the concrete tree of tree-sitter.
 * `line` counts from 1, as editors and CPython do.
 */

export type Expression =
  | { readonly kind: 'name'; readonly line: number; readonly name: string }
  | { readonly kind: 'constant'; readonly line: number; readonly value: ConstantValue }
  | { readonly kind: 'bytes'; readonly line: number; readonly value: string }
  | { readonly kind: 'ellipsis'; readonly line: number }
  | { readonly kind: 'complex'; readonly line: number }
  | { readonly kind: 'format'; readonly line: number; readonly parts: readonly FormatPart[] }
  | {
      readonly kind: 'attribute';
      readonly line: number;
      readonly object: Expression;
      readonly name: string;
    }
  | {
      readonly kind: 'subscript';
      readonly line: number;
      readonly object: Expression;
      readonly index: Expression;
    }
  | {
      readonly kind: 'slice';
      readonly line: number;
      readonly start: Expression | null;
      readonly stop: Expression | null;
      readonly step: Expression | null;
    }
  | Call
  | {
      readonly kind: 'binary';
      readonly line: number;
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'unary';
      readonly line: number;
      readonly operator: '-' | '+' | '~' | 'not';
      readonly operand: Expression;
    }
  | {
      readonly kind: 'boolean';
      readonly line: number;
      readonly operator: 'and' | 'or';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'compare';
      readonly line: number;
      readonly first: Expression;
      readonly rest: readonly { readonly operator: string; readonly operand: Expression }[];
    }
  | {
      readonly kind: 'conditional';
      readonly line: number;
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | {
      readonly kind: 'tuple' | 'list' | 'set';
      readonly line: number;
      readonly elements: readonly Expression[];
    }
  | { readonly kind: 'dict'; readonly line: number; readonly entries: readonly DictEntry[] }
  | {
      readonly kind: 'comprehension';
      readonly line: number;
      readonly result: 'list' | 'set' | 'dict' | 'generator';
      /** The element, or a dict's key. */
      readonly element: Expression;
      /** A dict's value. */
      readonly value: Expression | null;
      readonly clauses: readonly ComprehensionClause[];
      readonly scope: Scope;
    }
  | { readonly kind: 'lambda'; readonly line: number; readonly definition: FunctionDefinition }
  | { readonly kind: 'starred'; readonly line: number; readonly value: Expression }
  | {
      readonly kind: 'named';
      readonly line: number;
      readonly name: string;
      readonly value: Expression;
    }
  | { readonly kind: 'yield'; readonly line: number; readonly value: Expression | null }
  | { readonly kind: 'yieldFrom'; readonly line: number; readonly value: Expression }
  | { readonly kind: 'await'; readonly line: number; readonly value: Expression }
  /** Text that is no Python, or that nests deeper than `MAX_NESTING`. */
  | { readonly kind: 'invalid'; readonly line: number; readonly reason: 'syntax' | 'depth' };

/** int as bigint, float as number, None as null. */
export type ConstantValue = bigint | number | string | boolean | null;

export interface Call {
  readonly kind: 'call';
  readonly line: number;
  readonly callee: Expression;
  readonly args: readonly Argument[];
}

export interface Argument {
  /** `name=value`; null for a positional argument. */
  readonly name: string | null;
  /** `*value` or `**value`. */
  readonly unpack: 0 | 1 | 2;
  readonly value: Expression;
}

export interface DictEntry {
  /** Null for `**value`. */
  readonly key: Expression | null;
  readonly value: Expression;
}

export type FormatPart =
  | string
  | {
      readonly value: Expression;
      readonly conversion: string | null;
      readonly format: readonly FormatPart[];
      /** `{x=}` shows the expression's own text first. */
      readonly label: string | null;
    };

export interface ComprehensionClause {
  readonly target: Expression;
  readonly iterable: Expression;
  readonly conditions: readonly Expression[];
}

export interface Parameter {
  readonly name: string;
  readonly kind: 'positionalOnly' | 'ordinary' | 'star' | 'keywordOnly' | 'doubleStar';
  readonly default: Expression | null;
  readonly annotation: Expression | null;
}

/** The names that a function, class or module binds. */
export interface Scope {
  readonly locals: ReadonlySet<string>;
  readonly globals: ReadonlySet<string>;
  readonly nonlocals: ReadonlySet<string>;
}

export interface FunctionDefinition {
  readonly kind: 'function';
  readonly line: number;
  readonly endLine: number;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  readonly returns: Expression | null;
  readonly scope: Scope;
  readonly isGenerator: boolean;
  readonly isAsync: boolean;
}

export interface ClassDefinition {
  readonly kind: 'class';
  readonly line: number;
  readonly endLine: number;
  readonly name: string;
  readonly bases: readonly Argument[];
  readonly body: readonly Statement[];
  readonly decorators: readonly Expression[];
  readonly scope: Scope;
}

export interface ImportedName {
  readonly name: string;
  readonly alias: string | null;
}

export type Statement =
  | FunctionDefinition
  | ClassDefinition
  | { readonly kind: 'expression'; readonly line: number; readonly value: Expression }
  | {
      readonly kind: 'assign';
      readonly line: number;
      readonly targets: readonly Expression[];
      readonly value: Expression;
    }
  | {
      readonly kind: 'annotated';
      readonly line: number;
      readonly target: Expression;
      readonly annotation: Expression;
      readonly value: Expression | null;
    }
  | {
      readonly kind: 'augmented';
      readonly line: number;
      readonly target: Expression;
      /** Without the `=`. */
      readonly operator: string;
      readonly value: Expression;
    }
  | { readonly kind: 'return'; readonly line: number; readonly value: Expression | null }
  | {
      readonly kind: 'raise';
      readonly line: number;
      readonly exception: Expression | null;
      readonly cause: Expression | null;
    }
  | {
      readonly kind: 'if';
      readonly line: number;
      readonly test: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'while';
      readonly line: number;
      readonly test: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'for';
      readonly line: number;
      readonly target: Expression;
      readonly iterable: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'with';
      readonly line: number;
      readonly items: readonly { readonly value: Expression; readonly target: Expression | null }[];
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: 'try';
      readonly line: number;
      readonly body: readonly Statement[];
      readonly handlers: readonly ExceptHandler[];
      readonly otherwise: readonly Statement[];
      readonly final: readonly Statement[];
    }
  | {
      readonly kind: 'match';
      readonly line: number;
      readonly subject: Expression;
      readonly cases: readonly MatchCase[];
    }
  | { readonly kind: 'import'; readonly line: number; readonly names: readonly ImportedName[] }
  | {
      readonly kind: 'importFrom';
      readonly line: number;
      readonly module: string;
      /** Number of leading dots. */
      readonly level: number;
      /** Null for `*`. */
      readonly names: readonly ImportedName[] | null;
    }
  | { readonly kind: 'global' | 'nonlocal'; readonly line: number; readonly names: readonly string[] }
  | { readonly kind: 'delete'; readonly line: number; readonly targets: readonly Expression[] }
  | {
      readonly kind: 'assert';
      readonly line: number;
      readonly test: Expression;
      readonly message: Expression | null;
    }
  | { readonly kind: 'pass' | 'break' | 'continue'; readonly line: number }
  | { readonly kind: 'invalidStatement'; readonly line: number; readonly reason: 'syntax' | 'depth' };

export interface ExceptHandler {
  readonly line: number;
  readonly type: Expression | null;
  readonly name: string | null;
  readonly body: readonly Statement[];
}

export interface MatchCase {
  readonly line: number;
  readonly pattern: Pattern;
  readonly guard: Expression | null;
  readonly body: readonly Statement[];
}

export type Pattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'capture'; readonly name: string }
  | { readonly kind: 'value'; readonly value: Expression }
  | { readonly kind: 'or'; readonly options: readonly Pattern[] }
  | { readonly kind: 'as'; readonly pattern: Pattern; readonly name: string }
  | { readonly kind: 'sequence'; readonly elements: readonly Pattern[] }
  | { readonly kind: 'rest'; readonly name: string | null }
  | {
      readonly kind: 'class';
      readonly cls: Expression;
      readonly positional: readonly Pattern[];
      readonly named: readonly { readonly name: string; readonly pattern: Pattern }[];
    }
  | {
      readonly kind: 'mapping';
      readonly entries: readonly { readonly key: Expression; readonly pattern: Pattern }[];
      /** The name of `**rest`. */
      readonly rest: string | null;
    }
  | { readonly kind: 'unsupported' };

export interface Module {
  readonly body: readonly Statement[];
  /** Lines where the text is no Python. */
  readonly errors: readonly number[];
  readonly lines: number;
}
