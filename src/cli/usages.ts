/** How each command is called. */
export const usages = {
  inspect: 'graftlens inspect FILE|FOLDER [--offsets] [--json]',
  scan: 'graftlens scan FILE|FOLDER|GLOB… [--torch VERSION] [--json|--sarif]',
  analyze:
    "graftlens analyze FILE.py[:Name] | FILE.yaml --model FILE.py:Name [--args 'SOURCE'] [--root DIR] [--site-packages DIR] [--json]",
  check:
    "graftlens check --model FILE.py:Name [--args 'SOURCE'] [--root DIR] --weights FILE [--weights-key PATH] [--baseline FILE.py:Name] [--baseline-args 'SOURCE'] [--baseline-root DIR] [--site-packages DIR] [--python EXE [--input SHAPE] [--time-limit SECONDS]] [--write-repaired OUT] [--json]",
  diff: "graftlens diff A B [--args 'SOURCE'] [--root DIR] [--site-packages DIR] [--json] (A and B: FILE or FILE.py:Name)",
} as const;
