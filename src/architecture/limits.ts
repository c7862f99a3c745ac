/**
 * Every bound of the static analysis, in one place, each with its reason. A spent limit ends an
 * analysis with a reason and a line; it never gives a partial count.
 */

/**
 * Statements, calls and loop turns of one construction. The largest real construction measured took
 * 40,210 line steps; 50 times that is a model of tens of thousands of layers.
 */
export const MAX_STEPS = 2_000_000;

/** Steps of one top-level statement of a module: a training script must not be run to its end. */
export const MAX_MODULE_STEPS = 200_000;

/** Python calls in each other. CPython stops at 1000; each costs about ten frames of our own stack. */
export const MAX_CALL_DEPTH = 150;

/** Files read for one analysis. All 118 measured constructions together touch about 100. */
export const MAX_FILES = 1_500;

/** Bytes of one source file: generated tables beyond this define no model. */
export const MAX_FILE_LENGTH = 4_000_000;

/** Elements of one list, tuple, string or range made at once. */
export const MAX_ITEMS = 2_000_000;

/** Bits of one integer, so that `10 ** 10 ** 10` ends. */
export const MAX_INTEGER_BITS = 16_384n;

/** Elements of a tensor whose values are computed: RegNet's widths need a few dozen. */
export const MAX_TENSOR_VALUES = 16_384;

/** Branches on values that are not known, both sides of which are run, per construction. */
export const MAX_FORKS = 400;

/** Forks inside each other: each level doubles the work. */
export const MAX_FORK_DEPTH = 8;

/** Milliseconds of one construction. */
export const MAX_MILLISECONDS = 20_000;

/** Guarded pieces of one formula: more is no longer something a person reads. */
export const MAX_FORMULA_PIECES = 4;

/** Runs of a constructor to find the pieces of its formula. */
export const MAX_FORMULA_RUNS = 40;

/** Points at which a formula is compared with a concrete evaluation before it is shown. */
export const FORMULA_CHECKS = 24;

/** Terms of a polynomial: a formula beyond this is none that a person reads. */
export const MAX_TERMS = 200;

/** Modules and tensors of one model. */
export const MAX_OBJECTS = 400_000;
