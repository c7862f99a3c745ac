/** The quotes and prefix that open a string literal: `rb'''`. */
export interface LiteralStart {
  readonly raw: boolean;
  readonly bytes: boolean;
  readonly format: boolean;
}

export function literalStart(text: string): LiteralStart {
  const prefix = text.replace(/['"]+$/, '').toLowerCase();
  return { raw: prefix.includes('r'), bytes: prefix.includes('b'), format: /[ft]/.test(prefix) };
}

const SIMPLE: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Replaces the escape sequences of the language reference, "String and Bytes literals". */
export function decodeEscapes(text: string, bytes: boolean): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[\s\S])/g,
    (whole, body: string) => {
      if (body === '\n' || body === '\r' || body === '\r\n') return '';
      const simple = SIMPLE[body];
      if (simple !== undefined) return simple;
      if (/^[0-7]/.test(body)) return String.fromCharCode(parseInt(body, 8));
      if (body.startsWith('x')) return String.fromCharCode(parseInt(body.slice(1), 16));
      if (bytes) return whole;
      if (body.startsWith('u')) return String.fromCharCode(parseInt(body.slice(1), 16));
      if (body.startsWith('U')) {
        const code = parseInt(body.slice(1), 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      }
      return whole;
    },
  );
}
