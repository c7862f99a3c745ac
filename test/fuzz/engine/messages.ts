import type { Finding } from './fuzzer';

/** What a thread is started with. */
export interface Order {
  readonly target: string;
  readonly seed: number;
  readonly seconds: number;
  /** Folder with a folder of seeds for each target. */
  readonly seedFolder: string;
  /** Folder of inputs that earlier runs kept, null to start from the seeds alone. */
  readonly corpusFolder: string | null;
  /** A count of runs, the length of the input that is run now, and its bytes. */
  readonly current: SharedArrayBuffer;
}

export type FromFuzzer =
  | { readonly type: 'finding'; readonly finding: Finding }
  | { readonly type: 'kept'; readonly input: Uint8Array }
  | {
      readonly type: 'state';
      readonly executions: number;
      readonly features: number;
      readonly corpus: number;
    };
