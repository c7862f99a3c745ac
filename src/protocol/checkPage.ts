import type { Message, RequestOf, WireInteger } from './messages';

/**
 * The page of a weight compatibility report, and what it asks of the host. Plain values that survive
 * structured clone and JSON; lists are flat, because keys of a file may be nested as deeply as they like.
 */

/** A line of the user's source. */
export interface PagePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** As a person reads it: `nets/yolo.py:187`. */
  readonly label: string;
}

/** What became of a key: of the model's (`lost`, `new`) or of the file's (`dropped`). */
export type PageState = 'loads' | 'wrongLayer' | 'mismatched' | 'lost' | 'headSwap' | 'dropped' | 'new';

export const pageStates: readonly PageState[] = [
  'loads',
  'wrongLayer',
  'mismatched',
  'lost',
  'headSwap',
  'dropped',
  'new',
];

/** Keys and elements of one state. */
export interface PageShare<State extends string = PageState> {
  readonly state: State;
  readonly keys: number;
  /** Null where the shape of one is not known. */
  readonly elements: WireInteger | null;
  /** Part of all elements of the bar, 0 to 1. */
  readonly share: number;
}

export interface PageBar<State extends string = PageState> {
  /** Text code of what it is of: the checkpoint, the model. */
  readonly label: string;
  readonly parts: readonly PageShare<State>[];
}

/** One row of a tree, in the order of a walk that visits parents first. */
export interface PageNode<State extends string = PageState> {
  readonly depth: number;
  /** Number of rows below it. */
  readonly below: number;
  readonly name: string;
  readonly path: string;
  /** Class of the module, where it is known. */
  readonly type: string | null;
  readonly place: PagePlace | null;
  /** Number of keys by state, without zeros. */
  readonly counts: Readonly<Partial<Record<State, number>>>;
  readonly why: Message | null;
  /** Null for a module. */
  readonly leaf: PageLeaf<State> | null;
}

export interface PageLeaf<State extends string = PageState> {
  readonly key: string;
  readonly state: State;
  readonly shape: string | null;
  readonly dtype: string | null;
  /** The key of the checkpoint to show: what belongs here, or this one itself. */
  readonly fileKey: string | null;
}

export interface PagePart {
  readonly path: readonly (string | number)[];
  readonly label: string;
  readonly matched: number;
  readonly used: boolean;
}

export interface PageRule {
  readonly from: string;
  readonly to: string | null;
  readonly keys: number;
}

export interface PageRepair {
  readonly title: Message;
  /** What it recovers, how many load then, how sure it is. */
  readonly facts: readonly Message[];
  readonly certainty: 'certain' | 'likely' | 'ambiguous';
  readonly rules: readonly PageRule[];
  /** Number of keys that it renames or leaves out. */
  readonly changed: number;
  readonly code: string;
}

/** What the blocks that the file has no weights for do to the features, as they are initialised. */
export interface PageSignal {
  readonly rows: readonly PageSignalRow[];
  /** How a gate is initialised that changes nothing; null where none needs it. */
  readonly advice: Message | null;
}

export interface PageSignalRow {
  readonly path: string;
  readonly type: string;
  readonly output: string;
  /** Standard deviation after the block over the one before it. */
  readonly ratio: number | null;
  /** The least and the greatest of several initialisations, where they differ visibly. */
  readonly range: readonly [number, number] | null;
  /** What the block is, and what follows for what is behind it. */
  readonly meaning: readonly Message[];
}

export interface PageForward {
  readonly input: string;
  readonly error: {
    readonly message: Message;
    /** The innermost module that did not return. */
    readonly module: string | null;
    readonly place: PagePlace | null;
  } | null;
  readonly modules: readonly { readonly path: string; readonly type: string; readonly output: string }[];
}

export type PageAction =
  'addBaseline' | 'chooseArguments' | 'choosePython' | 'run' | 'showLog' | 'signal' | 'trust';

/** Something to know that is no number, with what can be done about it. */
export interface PageNotice {
  readonly kind: 'info' | 'warning' | 'error';
  readonly message: Message;
  readonly place: PagePlace | null;
  readonly actions: readonly PageAction[];
}

export interface CheckPage {
  /** `YoloBody(20, 'l')` and where its class is. */
  readonly model: string;
  readonly modelPlace: PagePlace | null;
  /** Name of the checkpoint's file. */
  readonly weights: string;
  /** What is being done now, null when nothing is. */
  readonly progress: Message | null;
  readonly verdict: { readonly tone: 'good' | 'bad' | 'unknown'; readonly message: Message } | null;
  readonly facts: readonly Message[];
  /** Whether torch has answered for the source as it is. */
  readonly proven: boolean;
  readonly notices: readonly PageNotice[];
  readonly bars: readonly PageBar[];
  readonly parts: readonly PagePart[];
  readonly modelTree: readonly PageNode[];
  /** What of the file reaches no layer, or another one's. */
  readonly fileTree: readonly PageNode[];
  readonly repairs: readonly PageRepair[];
  /** What would make a repair needless. */
  readonly advice: readonly Message[];
  readonly forward: PageForward | null;
  readonly signal: PageSignal | null;
}

type Nothing = Readonly<Record<string, never>>;

export type RepairAction = 'copy' | 'insert' | 'mapping' | 'save';

/** What the page asks; every request gets one reply. */
export interface CheckRequests {
  ready: { readonly request: Nothing; readonly reply: CheckPage };
  act: { readonly request: { readonly action: PageAction }; readonly reply: Nothing };
  cancel: { readonly request: Nothing; readonly reply: Nothing };
  goTo: { readonly request: { readonly file: string; readonly line: number }; readonly reply: Nothing };
  revealKey: { readonly request: { readonly key: string }; readonly reply: Nothing };
  usePart: { readonly request: { readonly path: readonly (string | number)[] }; readonly reply: Nothing };
  repair: {
    readonly request: { readonly index: number; readonly action: RepairAction };
    /** What to tell a person, null when the window shows it. */
    readonly reply: { readonly said: Message | null };
  };
  export: { readonly request: Nothing; readonly reply: Nothing };
}

export type CheckRequestMessage = RequestOf<CheckRequests>;

/** Pushed by the host: the page as it is now. */
export interface CheckEvent {
  readonly type: 'event';
  readonly event: 'page';
  readonly page: CheckPage;
}

/** What the host gives the page. */
export interface CheckBoot {
  readonly texts: Readonly<Record<string, string>>;
  /** Names the report, so that it is found again when the window is reloaded. */
  readonly report: string;
}
