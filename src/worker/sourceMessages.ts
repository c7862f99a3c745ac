import type { Problem } from '../architecture/diagnostics/problem';
import type { ClassUse } from './classUses';
import type { SourceOverlay } from '../files/overlayTree';
import type { LayerUse } from '../architecture/layerUses';
import type { Obstacle, PredictedModel } from '../outline/prediction/predictedModel';

/** What passes between the extension host and the worker for Python source. */

export interface SourceEntry {
  readonly key: string;
  readonly shape: readonly bigint[] | null;
  readonly dtype: string | null;
  readonly kind: 'parameter' | 'buffer' | 'extraState';
  readonly file: string | null;
  readonly line: number;
}

/** One construction of a class. */
export interface BuiltClass {
  /** Python's text of the arguments. */
  readonly args: string;
  readonly parameters: bigint | null;
  readonly atLeast: bigint | null;
  readonly entries: readonly SourceEntry[];
  readonly attention: readonly {
    readonly path: string;
    readonly kind: string;
    readonly parameters: bigint | null;
  }[];
  readonly obstacles: readonly Obstacle[];
  readonly raises: { readonly code: string; readonly message: string; readonly line: number } | null;
}

export interface BuiltAt extends BuiltClass {
  readonly file: string;
  readonly line: number;
}

export interface SourceClass {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
  /** Names of parameters that have no default. */
  readonly required: readonly string[];
  /** Literal defaults, as Python text. */
  readonly defaults: readonly { readonly name: string; readonly text: string }[];
  /** Whether `built` rests on arguments that the user set. */
  readonly argumentsSet: boolean;
  /** With its defaults, or with what the user set; null when it needs arguments. */
  readonly built: BuiltClass | null;
  /** Python arithmetic in the arguments, of a class that needs some. */
  readonly formula: string | null;
  /** The kind of attention block that the class itself is. */
  readonly attention: string | null;
  readonly callSites: readonly BuiltAt[];
  /** Of an attention block: what it costs at these channels. */
  readonly costs: readonly { readonly channels: number; readonly parameters: bigint }[];
}

export interface SourceReport {
  readonly path: string;
  readonly version: number;
  readonly classes: readonly SourceClass[];
  readonly problems: readonly Problem[];
  readonly layers: readonly LayerUse[];
}

/** What one row of a table of layers comes to. */
export interface TableRowCount {
  /** From 1. */
  readonly line: number;
  /** Elements of its parameters; null where they are not known. */
  readonly parameters: bigint | null;
  readonly keys: number;
  /** Paths of the modules that it makes. */
  readonly modules: readonly string[];
}

/** A class and the arguments that make it read a table. */
export interface TableReader {
  readonly file: string;
  readonly name: string;
  /** Of the class, from 1. */
  readonly line: number;
  readonly args: string;
}

/** The model that a table of layers (YAML) describes. */
export interface TableReport {
  readonly path: string;
  readonly version: number;
  readonly model: TableReader;
  readonly exact: boolean;
  readonly parameters: bigint | null;
  readonly atLeast: bigint | null;
  readonly keys: number;
  readonly rows: readonly TableRowCount[];
  /** With the row that was being built, where there is one. */
  readonly obstacles: readonly (Obstacle & { readonly row: number | null })[];
  readonly raises: { readonly code: string; readonly message: string; readonly row: number | null } | null;
  /** Other classes that read the table. */
  readonly others: readonly TableReader[];
}

/** The text that a question is about, which may be newer than the file, and where its imports lead. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
  /** Folders of installed packages; null where no interpreter is known. */
  readonly sitePackages: readonly string[] | null;
  /** Texts of other open documents that differ from their files. */
  readonly unsaved?: readonly SourceOverlay[];
}

/** Questions that the worker answers, by kind. */
export interface SourceRequests {
  report: {
    readonly request: SourceText & {
      readonly version: number;
      /** Arguments that the user set for classes of the file, by name. */
      readonly args: Readonly<Record<string, string>>;
      /** Where other files construct the classes, as far as that is known. */
      readonly elsewhere?: readonly ClassUse[];
    };
    readonly reply: SourceReport;
  };
  /** Where other files construct the classes of one. */
  callSites: {
    readonly request: SourceText & {
      /** Python files that are looked through. */
      readonly files: readonly string[];
      /** Arguments that the user set for classes, by file and name. */
      readonly setArguments: Readonly<Record<string, Readonly<Record<string, string>>>>;
    };
    readonly reply: readonly ClassUse[];
  };
  /** The model of a table, as a class of these files builds it; null where none does. */
  table: {
    readonly request: SourceText & {
      readonly version: number;
      /** Python files that are looked through for the class. */
      readonly files: readonly string[];
      /** The class that a person chose, `FILE:Name`. */
      readonly chosen: string | null;
    };
    readonly reply: TableReport | null;
  };
  /** The model that `name(args)` makes, with its submodules; null when the file has no such name. */
  predict: {
    readonly request: SourceText & { readonly name: string; readonly args: string };
    readonly reply: Omit<PredictedModel, 'argumentsFrom'> | null;
  };
}
