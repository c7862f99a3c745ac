/** Every limit of the outline, with its reason. Nothing that a limit leaves out goes unmentioned. */
export const outlineLimits = {
  /**
   * Rows of one container before a "more" row, which shows as many again. A virtual list is quick with
   * 100,000; the height that a browser gives one element ends at some 10 million pixels.
   */
  childrenShown: 100_000,
  /** Rows of one view: about 10 million pixels of 22-pixel rows, and some 30 bytes each here. */
  rows: 450_000,
  /**
   * Edges of the content graph that are counted and searched. A million tensors with optimizer state have
   * about ten million; beyond, sums are said to be lower bounds.
   */
  surveyedEdges: 20_000_000,
  /** Nodes that a search looks at: every one is an object of some 100 bytes kept while the file is open. */
  searchedNodes: 2_000_000,
  /** Tensors listed by the table under every one of their paths: 40 nested `[a, a]` have 2^40. */
  tableRows: 200_000,
  /** Steps to find them: bounds the time where most steps lead to none. */
  tableSteps: 2_000_000,
  /** Parts that a dotted key is split into. Modules nest less than 20 deep; a key may be a megabyte of dots. */
  keyParts: 64,
  /** Ancestors looked at to tell a cycle from another path: bounds the time per row, not what is shown. */
  cycleDepth: 256,
  /** Depth to which "expand all" goes: no real file nests so deep, and an indent of more helps nobody. */
  expandedDepth: 500,
  /**
   * UTF-16 units of the ancestors' part of a name that is searched, and of each ancestor in it: what is nested
   * a million deep, or below a name of a megabyte, must not have long names all the way.
   */
  searchPrefix: 300,
  searchPrefixPart: 200,
  /** UTF-16 units of all names that are searched: two million tensors have some hundred million. */
  searchedText: 400_000_000,
  /** UTF-16 units of a name in a node's key; a longer one is cut and told apart by a hash. */
  keySegment: 120,
  /** Nodes of single children opened at once: a file may nest a million lists. */
  openedChain: 32,
  /** Rows of one answer: more than any screen shows. */
  rowsPerRequest: 1_000,
  /** Rows that a freshly opened file shows at most by opening levels: about two screens. */
  rowsOpened: 64,
  /** Levels that are opened so: what is deeper is looked for, not looked at. */
  levelsOpened: 6,
  /** UTF-16 units of a name in a row; the details show more. */
  nameLength: 200,
  /** UTF-16 units of a value or a description in a row. */
  rowTextLength: 300,
  /** UTF-16 units of a name or a value in the details. */
  detailTextLength: 10_000,
  /** UTF-16 units of an embedded source in the details. */
  sourceLength: 1_000_000,
  /** Links to other tensors of a storage in the details. */
  sharedLinks: 50,
  /** Nodes that a signature of a block may have: above, a run is not looked for. */
  signatureSteps: 2_000_000,
  /** Fewest equal blocks that are folded: of two, folding would save one row. */
  runLength: 3,
  /** UTF-16 units of a filter. */
  filterLength: 1_000,
  /** Terms of a filter: each costs one pass over the names. */
  filterTerms: 32,
  /** UTF-16 units of a key that a regular expression sees: its time may grow with a power of the length. */
  regexSubject: 256,
  /** Unbounded repetitions in one regular expression: the power, less one. 256^4 / 24 steps take about a second. */
  regexRepetitions: 3,
  /** Milliseconds of one search with a regular expression. */
  regexMilliseconds: 1_500,
  /** UTF-16 units of what is copied; strings end near 2^29, and a clipboard is no place for more. */
  copyLength: 200_000_000,
  /** Values of the header: epoch, args, best_fitness … */
  summaryValues: 40,
  /** UTF-16 units of one of them. */
  summaryValueLength: 200,
  /** Depth of the containers that are looked at for them. */
  summaryDepth: 2,
  /** Keys of an expansion state that a client may send. */
  expansionKeys: 20_000,
} as const;
