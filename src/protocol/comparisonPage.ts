import type { PageBar, PageNode, PageNotice, PagePart } from './checkPage';
import type { Message, RequestOf } from './messages';

/** The page that compares two files or models, and what it asks of the host. */

/** How a key of A relates to B's. */
export type ComparisonState = 'same' | 'reshaped' | 'retyped' | 'reshapedRetyped' | 'onlyA' | 'onlyB';

export type ComparisonSideName = 'a' | 'b';

export interface ComparisonSide {
  /** `detector.pth`, `Detector(20)`. */
  readonly name: string;
  /** Which part it is, how many keys and elements it has. */
  readonly facts: readonly Message[];
  readonly parts: readonly PagePart[];
}

export interface ComparisonPage {
  /** What the host finds the comparison by when the window is reloaded. */
  readonly id: string;
  readonly a: ComparisonSide;
  readonly b: ComparisonSide;
  /** What is being done now, null when nothing is. */
  readonly progress: Message | null;
  /** One sentence, in parts; empty while nothing is known. */
  readonly verdict: readonly Message[];
  readonly tone: 'same' | 'differs' | 'unknown';
  readonly notices: readonly PageNotice[];
  readonly bars: readonly PageBar<ComparisonState>[];
  readonly tree: readonly PageNode<ComparisonState>[];
}

/** What a person can have done; `chooseArguments` is of the side that could not be built. */
export type ComparisonAction = 'run' | 'swap' | 'copyMarkdown' | 'copyJson' | 'export' | 'chooseArguments';

type Nothing = Readonly<Record<string, never>>;

/** What the page asks; every request gets one reply. */
export interface ComparisonRequests {
  ready: { readonly request: Nothing; readonly reply: ComparisonPage };
  act: {
    readonly request: { readonly action: ComparisonAction };
    /** What to tell a person, null when the window shows it. */
    readonly reply: { readonly said: Message | null };
  };
  cancel: { readonly request: Nothing; readonly reply: Nothing };
  /** Shows the side itself, or a key of it: in the checkpoint, or the line that makes it. */
  reveal: {
    readonly request: { readonly side: ComparisonSideName; readonly key: string | null };
    readonly reply: Nothing;
  };
  usePart: {
    readonly request: { readonly side: ComparisonSideName; readonly path: readonly (string | number)[] };
    readonly reply: Nothing;
  };
  /** A line that a notice names. */
  goTo: { readonly request: { readonly file: string; readonly line: number }; readonly reply: Nothing };
}

export type ComparisonRequestMessage = RequestOf<ComparisonRequests>;

/** Pushed by the host: the page as it is now. */
export interface ComparisonEvent {
  readonly type: 'event';
  readonly event: 'page';
  readonly page: ComparisonPage;
}
