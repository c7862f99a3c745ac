/**
 * Whether the whole of `text` matches `pattern`, in which `*` stands for any characters (dots too) and `?` for
 * one. Takes at most pattern × text steps, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let starText = 0;
  while (t < text.length) {
    const unit = pattern.charCodeAt(p);
    if (unit === asterisk) {
      star = p++;
      starText = t;
    } else if (p < pattern.length && (unit === questionMark || unit === text.charCodeAt(t))) {
      p++;
      t++;
    } else if (star >= 0) {
      // Let the last star take one more.
      p = star + 1;
      t = ++starText;
    } else return false;
  }
  while (pattern.charCodeAt(p) === asterisk) p++;
  return p === pattern.length;
}

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

const asterisk = 0x2a;
const questionMark = 0x3f;
