/** What the keys of a tree ask for, per the ARIA practices for tree grids. */
export type TreeAction =
  | { readonly type: 'move'; readonly by: number }
  | { readonly type: 'page'; readonly by: 1 | -1 }
  | { readonly type: 'first' | 'last' | 'open' | 'close' | 'activate' | 'expandSiblings' | 'leave' }
  | { readonly type: 'typeahead'; readonly prefix: string };

/** Letters typed within this time belong to one word. */
const typeaheadPause = 700;

/** Keys that VS Code's keybindings handle (F3, Ctrl+F …) are not touched here. */
export class TreeKeyboard {
  private typed = '';
  private lastTyped = 0;

  action(event: KeyboardEvent): TreeAction | null {
    if (event.ctrlKey || event.metaKey || event.altKey) return null;
    switch (event.key) {
      case 'ArrowDown':
        return { type: 'move', by: 1 };
      case 'ArrowUp':
        return { type: 'move', by: -1 };
      case 'PageDown':
        return { type: 'page', by: 1 };
      case 'PageUp':
        return { type: 'page', by: -1 };
      case 'Home':
        return { type: 'first' };
      case 'End':
        return { type: 'last' };
      case 'ArrowRight':
        return { type: 'open' };
      case 'ArrowLeft':
        return { type: 'close' };
      case 'Enter':
        return { type: 'activate' };
      case 'Escape':
        return { type: 'leave' };
      case '*':
        return { type: 'expandSiblings' };
      case ' ':
        return this.isTyping(event.timeStamp) ? this.typeahead(event) : { type: 'activate' };
      default:
        return event.key.length === 1 ? this.typeahead(event) : null;
    }
  }

  private typeahead(event: KeyboardEvent): TreeAction {
    this.typed = this.isTyping(event.timeStamp) ? this.typed + event.key : event.key;
    this.lastTyped = event.timeStamp;
    return { type: 'typeahead', prefix: this.typed.toLowerCase() };
  }

  private isTyping(now: number): boolean {
    return this.typed !== '' && now - this.lastTyped < typeaheadPause;
  }
}
