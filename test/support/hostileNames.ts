/**
 * Names that a file may bring to trick who looks at it, each with what a person has to see of it. None has a dot,
 * which would make a group of what stands before it.
 */
export const hostileNames: readonly { readonly name: string; readonly shown: string }[] = [
  {
    name: '<img src=x onerror="console[`error`](`HOSTILE`)">',
    shown: '<img src=x onerror="console[`error`](`HOSTILE`)">',
  },
  {
    name: '<script>console[`error`](`HOSTILE`)</script><style>*{display:none}</style>',
    shown: '<script>console[`error`](`HOSTILE`)</script><style>*{display:none}</style>',
  },
  {
    name: '"><svg onload=console[`error`](`HOSTILE`)><b title="',
    shown: '"><svg onload=console[`error`](`HOSTILE`)><b title="',
  },
  { name: '[Update](command:workbench~action~quit)', shown: '[Update](command:workbench~action~quit)' },
  { name: '$(trash) &lt;b&gt; {0} %s ${x}', shown: '$(trash) &lt;b&gt; {0} %s ${x}' },
  { name: 'safe\u202egnp\u202c', shown: 'safe\\u202egnp\\u202c' },
  { name: 'zero\u200bwidth\ufeff\u2066', shown: 'zero\\u200bwidth\\ufeff\\u2066' },
  { name: '\x1b[31mred\x1b[0m\x07', shown: '\\x1b[31mred\\x1b[0m\\x07' },
  { name: 'nul\0key', shown: 'nul\\x00key' },
  { name: 'rm -rf ~\nline two\ttab\rend', shown: 'rm -rf ~\\nline two\\ttab\\rend' },
  { name: '__proto__', shown: '__proto__' },
  { name: 'constructor', shown: 'constructor' },
  { name: 'back\\slash', shown: 'back\\\\slash' },
];

/** A name of a megabyte. */
export const longName = 'm'.repeat(1 << 20);

/** Control, bidi and invisible characters, which no text of a page may hold; line ends are the page's own. */
export const misleading = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
