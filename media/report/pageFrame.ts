import { progressRing } from '../shared/controls';
import { element } from '../shared/dom';
import { LiveRegion } from '../shared/liveRegion';
import { RequestError } from '../shared/rpc';
import { messageText } from '../shared/texts';
import { keepPlace } from './keptPlace';
import type { ReportMemory } from './reportMemory';

/** What is around a page that the host sends anew: its place on the screen, what is said of it, its failures. */
export class PageFrame {
  readonly element = element('div', 'report');
  private readonly live = new LiveRegion();
  private readonly head = element('header', 'report-head');
  private readonly body = element('main', 'report-body');
  private said = '';
  /** Whether a person has scrolled, or may have. */
  private moved = false;

  constructor(private readonly memory: ReportMemory) {
    this.element.append(this.head, this.body, this.live.element);
    // Of the two, the one that scrolls: in a low window the head goes with the rest.
    for (const scroller of [this.element, this.body]) {
      scroller.addEventListener('scroll', () => {
        if (this.moved) this.memory.keepScroll(this.top);
      });
    }
    for (const event of ['keydown', 'pointerdown', 'wheel'] as const) {
      this.element.addEventListener(event, () => (this.moved = true), { passive: true });
    }
  }

  wait(label: string): void {
    this.body.replaceChildren(element('div', 'report-loading', progressRing(label)));
  }

  /** Puts a page in the place of the one before it, and a person where they were. */
  show(head: readonly HTMLElement[], body: () => readonly HTMLElement[]): void {
    // The first pages after a reload are shorter than the one that was left.
    const top = this.moved ? this.top : this.memory.scroll;
    const giveBack = keepPlace(this.element);
    this.head.replaceChildren(...head);
    this.body.replaceChildren(...body());
    giveBack();
    this.goTo(top);
  }

  /** Tells a screen reader what is new. */
  announce(said: string): void {
    if (said === this.said) return;
    this.said = said;
    this.tell(said);
  }

  tell(said: string): void {
    this.live.announce(said);
  }

  failed(error: unknown): void {
    const reason =
      error instanceof RequestError
        ? messageText(error.body)
        : error instanceof Error
          ? error.message
          : String(error);
    this.body.querySelector('.report-loading, .failed-request')?.remove();
    const line = element('div', 'notice error failed-request', reason);
    line.setAttribute('role', 'alert');
    this.body.prepend(line);
  }

  private get top(): number {
    return Math.max(this.element.scrollTop, this.body.scrollTop);
  }

  private set top(top: number) {
    this.element.scrollTop = top;
    this.body.scrollTop = top;
  }

  /** Rows that were never drawn are taken for low ones: the page gets its height when it is there. */
  private goTo(top: number): void {
    this.top = top;
    if (this.moved || this.top >= top) return;
    requestAnimationFrame(() => {
      if (!this.moved) this.top = top;
    });
  }
}
