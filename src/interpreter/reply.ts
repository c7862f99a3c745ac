import * as v from 'valibot';

/**
 * What `python/check_weights.py` says, checked: the process runs the user's code, so nothing of it is taken for
 * granted. Unknown fields are dropped.
 */

const size = v.pipe(v.number(), v.safeInteger());
const shape = v.array(size);
const place = { file: v.nullable(v.string()), line: v.nullable(size) };

const frame = v.object({
  file: v.string(),
  line: v.nullable(size),
  function: v.string(),
  /** The source line, shortened. */
  text: v.string(),
  /** Not of Python's or torch's own, nor of an installed package. */
  user: v.boolean(),
});

const stage = v.picklist(['start', 'torch', 'import', 'arguments', 'build', 'load', 'forward', 'signal']);

const failureFields = {
  code: v.pipe(v.string(), v.regex(/^interpreter\.\w+$/)),
  args: v.array(v.union([v.string(), v.number()])),
  /** The exception's class and text, where there was one. */
  exception: v.optional(v.nullable(v.string()), null),
  message: v.optional(v.string(), ''),
  stage: v.optional(stage, 'start'),
  file: v.optional(v.nullable(v.string()), null),
  line: v.optional(v.nullable(size), null),
  /** Outermost first. */
  frames: v.optional(v.array(frame), []),
};

const modelEntry = v.object({
  key: v.string(),
  /** Null for extra state and for what has no shape yet. */
  shape: v.nullable(shape),
  dtype: v.nullable(v.string()),
  /** `tensor`: the class makes its state_dict in a way of its own. */
  kind: v.picklist(['parameter', 'buffer', 'extraState', 'tensor']),
  /** Equal for entries that are one tensor. */
  tensor: v.nullable(size),
  /** The statement that made the module that holds it. */
  ...place,
});

const forward = v.object({
  ok: v.boolean(),
  /** In the order of the module tree; `output`: the shapes of the tensors that the first call returned. */
  modules: v.array(
    v.object({ path: v.string(), type: v.string(), output: v.nullable(v.array(v.nullable(shape))) }),
  ),
  failure: v.nullable(
    v.object({
      ...failureFields,
      /** The innermost module that did not return, and what it got. */
      module: v.nullable(
        v.object({
          path: v.string(),
          type: v.string(),
          inputs: v.array(v.object({ shape: v.nullable(shape), dtype: v.string() })),
        }),
      ),
    }),
  ),
});

const ratio = v.nullable(v.number());

const signalRow = v.object({
  path: v.string(),
  type: v.string(),
  /** Standard deviation after the block over the one before it: the mean of several initialisations. */
  ratio,
  /** The least and the greatest of them, and how many there were; the other numbers are means of them too. */
  least: ratio,
  most: ratio,
  draws: size,
  /** Where each value is multiplied by a factor of 0 … 1: that factor. */
  gate: v.nullable(v.object({ mean: ratio, least: ratio, most: ratio })),
  output: v.nullable(v.array(v.nullable(shape))),
  /** The first pretrained layer that gets something else than without the block, and by which factor. */
  behind: v.nullable(
    v.object({
      path: v.string(),
      type: v.string(),
      ratio,
      /** By which factor all new blocks together change what it gets. */
      together: ratio,
    }),
  ),
  /** By which factor the block changes each of the model's outputs; null where that is not known. */
  outputs: v.nullable(v.array(ratio)),
});

const loadFields = {
  /** Whether `load_state_dict(…, strict=True)` succeeded. */
  strict: v.boolean(),
  missing: v.array(v.string()),
  unexpected: v.array(v.string()),
  mismatched: v.array(v.object({ key: v.string(), model: v.nullable(shape), checkpoint: v.nullable(shape) })),
  /** What else torch said against it. */
  errors: v.array(v.string()),
};

const reply = v.object({
  type: v.literal('reply'),
  python: v.string(),
  torch: v.string(),
  device: v.picklist(['meta', 'cpu']),
  /** Why it was not built on the meta device, where that was tried. */
  fallback: v.nullable(v.string()),
  model: v.object({
    type: v.string(),
    entries: v.array(modelEntry),
    /** Elements, shared tensors once. */
    parameters: size,
    buffers: size,
    modules: v.array(v.object({ path: v.string(), type: v.string(), ...place })),
  }),
  weights: v.nullable(
    v.object({
      source: v.picklist(['torch', 'ranges']),
      /** What `torch.load(weights_only=True)` said against the file. */
      refusal: v.nullable(v.string()),
      entries: v.array(
        v.object({ key: v.string(), shape: v.nullable(shape), dtype: v.nullable(v.string()) }),
      ),
      /** Keys that were loaded with the right shape and dtype, but not with the file's values. */
      unread: v.array(v.string()),
    }),
  ),
  load: v.nullable(v.object(loadFields)),
  /** The same for each repair that was to be tried. */
  repairs: v.optional(v.array(v.object({ id: v.string(), ...loadFields })), []),
  forward: v.nullable(forward),
  signal: v.nullable(v.array(signalRow)),
  signalFailure: v.nullable(v.object(failureFields)),
});

const message = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    python: v.string(),
    executable: v.string(),
    /** Of the main thread, as faulthandler prints it in hexadecimal. */
    thread: size,
    libraries: v.array(v.string()),
  }),
  v.object({ type: v.literal('progress'), stage }),
  v.object({ type: v.literal('failure'), ...failureFields }),
  reply,
]);

export type InterpreterMessage = v.InferOutput<typeof message>;
export type CheckReply = v.InferOutput<typeof reply>;
export type ForwardReply = v.InferOutput<typeof forward>;
export type SignalReply = v.InferOutput<typeof signalRow>;
export type InterpreterStage = v.InferOutput<typeof stage>;
export type InterpreterFrame = v.InferOutput<typeof frame>;
export type InterpreterHello = Extract<InterpreterMessage, { type: 'hello' }>;

/** A message from its JSON text; null for text that is none. */
export function parseMessage(text: string): InterpreterMessage | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = v.safeParse(message, data);
  return parsed.success ? parsed.output : null;
}
