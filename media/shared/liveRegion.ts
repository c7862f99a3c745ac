/** A polite region for screen readers; announcements that follow quickly replace each other. */
export class LiveRegion {
  readonly element = document.createElement('div');
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element.className = 'visually-hidden';
    this.element.setAttribute('role', 'status');
    this.element.setAttribute('aria-live', 'polite');
  }

  announce(message: string): void {
    clearTimeout(this.timer);
    // Speech for every keystroke of a search would never end.
    this.timer = setTimeout(() => {
      this.element.textContent = message;
    }, 400);
  }
}
