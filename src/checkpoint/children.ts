import { isAttributeName, pythonString } from './pythonLiteral';
import type { Child, Content, PathElement } from './content';

/** An item of a dict or a sequence, or an attribute. The access expression is made when asked for. */
export class ContentChild implements Child {
  constructor(
    readonly name: PathElement,
    readonly content: Content,
    readonly role: Child['role'],
    /** Python text of the key where it is neither a string nor an integer. */
    private readonly keyRepr: string | null = null,
  ) {}

  get access(): string | null {
    if (this.role === 'item') {
      if (this.keyRepr !== null) return `[${this.keyRepr}]`;
      return `[${typeof this.name === 'number' ? this.name : pythonString(this.name)}]`;
    }
    const name = String(this.name);
    if (isAttributeName(name)) return `.${name}`;
    // Children of Sequential and ModuleList are named by digits and reached by index.
    if (this.role === 'module' && /^\d+$/.test(name)) return `[${name}]`;
    return null;
  }
}
