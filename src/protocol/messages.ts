import type { SafetyPage, SafetyPlace } from './safetyPage';

/**
 * Messages between the webview, the extension host and the analysis worker.
 *
 * The webview sends `WebviewRequest`s; the host validates them (`parseWebviewRequest`), answers those
 * that need VS Code itself (clipboard, export, reveal) and forwards the rest to the document's worker.
 * Every request gets exactly one reply, `ok` or `error`. Everything here survives structured clone
 * and JSON: integers above 2^53 − 1 travel as decimal strings.
 */

/** An integer as it travels. */
export type WireInteger = number | string;

/** A line of a source file. */
export interface SourcePlace {
  /** Path on the machine of the extension host. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A text of the table by its code, with arguments; never a sentence. */
export interface Message {
  readonly code: string;
  readonly args: readonly (string | number)[];
}

export interface Warning extends Message {
  /** Where in the checkpoint, null for the whole file. */
  readonly path: readonly (string | number)[] | null;
  /** The line of source that it speaks of. */
  readonly place?: SourcePlace;
}

/** The header of the editor. */
export interface DocumentSummary {
  /** Grows with every reload; rows of another revision are stale. */
  readonly revision: number;
  readonly fileName: string;
  readonly format: string;
  /** Facts in the order in which they are shown: pickle protocol, byte order, torch version hint … */
  readonly facts: readonly Message[];
  /** Null for what is no file. */
  readonly fileSize: WireInteger | null;
  readonly bytesRead: WireInteger;
  /** A truncated file, shown up to the cut; a model of which not every line is understood. */
  readonly partial: boolean;
  readonly totals: {
    readonly tensors: number;
    readonly elements: WireInteger;
    readonly bytes: WireInteger;
    readonly storageBytes: WireInteger;
    readonly unusedStorageBytes: WireInteger;
    /** False: `tensors` is a lower bound, a limit was hit. */
    readonly tensorsExact: boolean;
    /** False: `elements`, `parameters` and `bytes` are lower bounds (a limit, or a shape or dtype is not known). */
    readonly exact: boolean;
    /** False: `storageBytes` is a lower bound. */
    readonly storageExact: boolean;
    /** False: `unusedStorageBytes` is a lower bound. */
    readonly unusedExact: boolean;
    /** Non-null only when the file says which tensors are parameters. */
    readonly parameters: WireInteger | null;
  };
  /** By falling bytes. */
  readonly dtypes: readonly {
    readonly dtype: string;
    readonly tensors: number;
    readonly bytes: WireInteger;
    /** False: `bytes` is a lower bound. */
    readonly exact: boolean;
  }[];
  /** What else the file holds, near the root: epoch, args, best_fitness … */
  readonly values: readonly { readonly path: string; readonly type: string; readonly text: string }[];
  readonly warnings: readonly Warning[];
  /** Non-null for a model that was predicted from its source. */
  readonly prediction: PredictionSummary | null;
}

/** How a model was predicted. */
export interface PredictionSummary {
  /** Python text of the construction: `SEResNet(num_classes=10)`. */
  readonly call: string;
  readonly argumentsFrom: 'defaults' | 'user' | 'call';
  /** The call that gave the arguments. */
  readonly calledAt: SourcePlace | null;
  /** Where the class is defined. */
  readonly place: SourcePlace;
  /** Keys of its state_dict. */
  readonly keys: number;
  /** Whether those are all keys, and all as they will be. */
  readonly exact: boolean;
  /** Elements of the buffers; null unless exact. */
  readonly buffers: WireInteger | null;
  /** Parameters that there are at least; null where no bound is proven. */
  readonly atLeast: WireInteger | null;
  /** The attention blocks in it and the elements of their parameters. */
  readonly attention: { readonly blocks: number; readonly elements: WireInteger | null } | null;
}

export type SortColumn = 'name' | 'shape' | 'dtype' | 'elements' | 'bytes' | 'share';

/** What one editor shows of a document; kept by the webview over reloads. */
export interface ViewState {
  readonly mode: 'tree' | 'table';
  readonly filter: string;
  /** Null keeps the file's order. */
  readonly sort: { readonly column: SortColumn; readonly descending: boolean } | null;
  /** Fold runs of equal blocks: `layers 0–31 × 32`. */
  readonly foldRuns: boolean;
  /**
   * Node keys (stable over reloads) whose expansion differs from the default; `/**` behind a key stands for
   * everything below it. `/` is the root, whether it has a row or not.
   */
  readonly expanded: readonly string[];
  readonly collapsed: readonly string[];
}

/** The answer to a changed view. */
export interface ViewSummary {
  readonly revision: number;
  readonly rowCount: number;
  /** Number of nodes that match the filter themselves; null without a filter. */
  readonly matchCount: number | null;
  /** Why the filter cannot be used, null when it can. */
  readonly filterError: Message | null;
  /** Row to keep in view: that of the `anchor` key given in the request, −1 when it is not shown. */
  readonly anchorRow: number;
  /** What a limit left out, empty otherwise. */
  readonly notices?: readonly Message[];
}

export type RowIcon =
  | 'tensor'
  | 'dict'
  | 'list'
  | 'module'
  | 'number'
  | 'string'
  | 'boolean'
  | 'null'
  | 'object'
  | 'run'
  | 'more'
  | 'alias';

/** One line of the tree or the table. */
export interface Row {
  readonly index: number;
  /** Stable over reloads of the file. */
  readonly key: string;
  readonly depth: number;
  /** Index of the parent's row, −1 at the top level. */
  readonly parent?: number;
  readonly icon: RowIcon;
  readonly name: string;
  /** What follows the name, dimmed: `Conv2d(3, 64, …)`, `Sequential · 3`, `OrderedDict · 558`. */
  readonly description: string;
  /** Value of a scalar, as Python writes it; null for others. */
  readonly value: string | null;
  readonly expandable: boolean;
  readonly expanded: boolean;
  readonly shape: string | null;
  readonly dtype: string | null;
  readonly elements: WireInteger | null;
  readonly bytes: WireInteger | null;
  /** False: `elements` and `bytes` are lower bounds (a shape or dtype is not known). Shown as `≥`. */
  readonly exact?: boolean;
  /** Part of all tensor bytes, 0 to 1; null where there are none, or one of the two is not known. */
  readonly share: number | null;
  /** The row matches the filter itself (others are shown as its ancestors). */
  readonly matches: boolean;
  /** Ranges [start, end) of `name` to highlight. */
  readonly highlights: readonly (readonly [number, number])[];
  /** For `aria-posinset` (from 1) and `aria-setsize`. */
  readonly position: number;
  readonly setSize: number;
  /** Another path of a tensor or object that is listed above. */
  readonly alias: boolean;
}

export interface DetailField {
  /** Text code of the label. */
  readonly label: string;
  readonly value: string;
  /** Shown instead of `value` when it is a sentence. */
  readonly message: Message | null;
  /** Node key that a click selects. */
  readonly link: string | null;
  /** The line of source that a click opens. */
  readonly place?: SourcePlace;
}

export interface Details {
  readonly key: string;
  readonly title: string;
  readonly pythonAccess: string | null;
  readonly fields: readonly DetailField[];
  readonly warnings: readonly Warning[];
  /** Source text embedded in the file (legacy containers, TorchScript code). */
  readonly sources: readonly { readonly name: string; readonly text: string }[];
}

/** One pickle of a file. */
export interface PickleSummary {
  /** Archive record, with the archives around it; null for the file itself. */
  readonly record: string | null;
  /** Of its first opcode, in the record's bytes. */
  readonly start: number;
  readonly opcodes: number;
  /** Whether `torch.load` reads it. */
  readonly loadedByTorch: boolean;
}

/** A line of a disassembly. */
export interface DisassemblyLine {
  readonly offset: number;
  /** Null for a line that is no opcode: data, an error, a limit. */
  readonly opcode: string | null;
  /** With visible escapes. */
  readonly argument: string;
  /** Open marks. */
  readonly depth: number;
  /** Its arguments have visible escapes where its code is one of `disassembly.`. */
  readonly effect: Message | null;
}

/** What a scan found on a line of a disassembly. */
export interface DisassemblyFinding {
  /** Of the part, from 0. */
  readonly line: number;
  /** Its arguments have visible escapes. */
  readonly message: Message;
}

/** Lines of a disassembly, as many as an editor shows at once. */
export interface DisassemblyPart {
  /** From 0. */
  readonly part: number;
  readonly linesBefore: number;
  readonly lines: readonly DisassemblyLine[];
  /** What is worse than a name that no list knows. */
  readonly findings: readonly DisassemblyFinding[];
  /** Whether there is another part. */
  readonly more: boolean;
}

export type CopyFormat = 'key' | 'python' | 'row' | 'tsv' | 'markdown' | 'csv' | 'json';

/** Requests that the worker answers, by kind. `view` names the editor (several show one document). */
export interface WorkerRequests {
  open: { readonly request: { readonly reload: boolean }; readonly reply: DocumentSummary };
  setView: {
    readonly request: { readonly view: string; readonly state: ViewState; readonly anchor: string | null };
    readonly reply: ViewSummary;
  };
  rows: {
    readonly request: { readonly view: string; readonly start: number; readonly end: number };
    readonly reply: { readonly revision: number; readonly rows: readonly Row[] };
  };
  /** Expands or collapses; `deep` includes all descendants. The reply's keys go into ViewState. */
  toggle: {
    readonly request: {
      readonly view: string;
      readonly key: string;
      readonly expanded: boolean;
      readonly deep: boolean;
    };
    readonly reply: ViewSummary & {
      readonly expanded: readonly string[];
      readonly collapsed: readonly string[];
    };
  };
  /** The next or previous row that matches the filter itself, wrapping around; −1 when none does. */
  nextMatch: {
    readonly request: { readonly view: string; readonly from: number; readonly backwards: boolean };
    readonly reply: { readonly row: number; readonly ordinal: number };
  };
  /** Row of a node, its ancestors expanded. */
  reveal: {
    readonly request: { readonly view: string; readonly key: string };
    readonly reply: ViewSummary & {
      readonly expanded: readonly string[];
      readonly collapsed: readonly string[];
    };
  };
  details: {
    readonly request: { readonly view: string; readonly key: string };
    readonly reply: Details | null;
  };
  /** The node of a tensor by its path, as `inspect --json` gives it; null where the file has none. */
  locate: {
    readonly request: { readonly path: readonly (string | number)[] };
    readonly reply: { readonly key: string | null };
  };
  /** Text for the clipboard or a file. Tables hold every tensor that the view's filter leaves. */
  copy: {
    readonly request: { readonly view: string; readonly key: string | null; readonly format: CopyFormat };
    readonly reply: { readonly text: string };
  };
  /** What a scan of the file saw; whether it can be shown as a checkpoint does not matter. */
  safety: { readonly request: Record<string, never>; readonly reply: SafetyPage };
  /** The pickles of the file, those that `torch.load` reads first. */
  pickles: {
    readonly request: Record<string, never>;
    readonly reply: { readonly pickles: readonly PickleSummary[] };
  };
  /** A part of the disassembly of the pickle that starts at `start`. */
  disassembly: {
    readonly request: { readonly record: string | null; readonly start: number; readonly part: number };
    readonly reply: DisassemblyPart;
  };
  /** The pickle around an offset of a record, and the line of its disassembly; null where there is none. */
  disassemblyLine: {
    readonly request: { readonly record: string | null; readonly offset: number };
    readonly reply: { readonly start: number; readonly part: number; readonly line: number } | null;
  };
}

export type WorkerRequestKind = keyof WorkerRequests;

/** Requests that only the host can answer. */
export interface HostRequests {
  /** Copies `copy`'s text; the reply counts its lines for the live region. */
  copyToClipboard: {
    readonly request: { readonly view: string; readonly key: string | null; readonly format: CopyFormat };
    readonly reply: { readonly lines: number };
  };
  exportTable: { readonly request: { readonly view: string }; readonly reply: { readonly saved: boolean } };
  openAsText: { readonly request: Record<string, never>; readonly reply: Record<string, never> };
  /** Opens an embedded source in an untitled, readonly editor. */
  showSource: {
    readonly request: { readonly name: string; readonly text: string };
    readonly reply: Record<string, never>;
  };
  /** Opens a line of source beside the editor. */
  openPlace: { readonly request: SourcePlace; readonly reply: Record<string, never> };
  /** Opens the disassembly of a pickle at an offset, beside the editor. */
  openDisassembly: { readonly request: SafetyPlace; readonly reply: Record<string, never> };
  /** Opens the line that builds a node. */
  goToSource: { readonly request: { readonly key: string }; readonly reply: { readonly found: boolean } };
  /** Asks a person for other arguments of a predicted model. */
  chooseArguments: { readonly request: Record<string, never>; readonly reply: Record<string, never> };
  /** What the editor shows now, for context keys and menus; sent whenever it changes. */
  editorState: { readonly request: EditorState; readonly reply: Record<string, never> };
}

export interface EditorState {
  readonly mode: ViewState['mode'];
  readonly foldRuns: boolean;
  readonly filtered: boolean;
  readonly selected: boolean;
}

export type AllRequests = WorkerRequests & HostRequests;

/** A page's requests as messages, by kind. */
export type RequestOf<R extends { readonly [K in keyof R]: { readonly request: unknown } }> = {
  [K in keyof R]: {
    readonly type: 'request';
    readonly id: number;
    readonly kind: K;
    readonly body: R[K]['request'];
  };
}[keyof R];

export type RequestMessage = RequestOf<AllRequests>;

export type ReplyMessage =
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly body: unknown }
  | { readonly type: 'reply'; readonly id: number; readonly ok: false; readonly error: ErrorBody };

export interface ErrorBody extends Message {
  /** Offset in the record or file, null when unknown. */
  readonly offset: number | null;
  readonly record: string | null;
}

/** Pushed by the host without being asked. */
export type EventMessage =
  | { readonly type: 'event'; readonly event: 'documentChanged'; readonly summary: DocumentSummary }
  /** The file changed but cannot be read now; the last good tree stays. */
  | { readonly type: 'event'; readonly event: 'documentStale'; readonly reason: Message }
  /** Another view leads to this node. */
  | { readonly type: 'event'; readonly event: 'reveal'; readonly key: string }
  /** The safety view at the finding of a place. */
  | { readonly type: 'event'; readonly event: 'showFinding'; readonly place: SafetyPlace }
  /** A command of the palette, a menu or a key, for the editor that has the focus. */
  | { readonly type: 'event'; readonly event: 'command'; readonly command: EditorCommand };

export const editorCommands = [
  'find',
  'nextMatch',
  'previousMatch',
  'expandAll',
  'collapseAll',
  'expandSubtree',
  'toggleMode',
  'toggleFoldRuns',
  'toggleDetails',
  'showSafety',
  'copyKey',
  'copyPython',
  'copyRow',
  'copyTsv',
  'copyMarkdown',
  'copyCsv',
  'copyJson',
  'exportTable',
  'goToSource',
] as const;

export type EditorCommand = (typeof editorCommands)[number];

/** What the host gives a webview with its page. */
export interface WebviewBoot {
  /** Names this editor in every request. */
  readonly view: string;
  /** What the page shows. */
  readonly subject: 'checkpoint' | 'prediction';
  /** What the host wants to find again when it restores the page, as it is. */
  readonly origin: string | null;
  /** Texts by code, in the language of the window. */
  readonly texts: Readonly<Record<string, string>>;
  readonly defaults: {
    readonly mode: ViewState['mode'];
    readonly foldRuns: boolean;
    readonly details: 'auto' | 'right' | 'below' | 'hidden';
  };
}
