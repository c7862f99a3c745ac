import { element } from '../shared/dom';
import { text } from '../shared/texts';

const keyStep = 24;

/** The bar between tree and details; moved with the pointer or, when focused, with the arrow keys. */
export class Splitter {
  readonly element = element('div', 'splitter');
  private sideways = true;

  /**
   * @param size the size of the details pane in pixels
   * @param resize asked to set it; clamps to what fits
   */
  constructor(
    private readonly size: () => number,
    private readonly resize: (size: number) => void,
  ) {
    const bar = this.element;
    bar.tabIndex = 0;
    bar.setAttribute('role', 'separator');
    bar.setAttribute('aria-label', text('editor.splitter'));
    bar.addEventListener('pointerdown', (event) => this.drag(event));
    bar.addEventListener('keydown', (event) => this.key(event));
  }

  /** `sideways`: the panes are side by side. */
  orient(sideways: boolean): void {
    this.sideways = sideways;
    this.element.setAttribute('aria-orientation', sideways ? 'vertical' : 'horizontal');
    this.element.classList.toggle('sideways', sideways);
  }

  showValue(size: number, largest: number): void {
    this.element.setAttribute('aria-valuenow', String(Math.round(size)));
    this.element.setAttribute('aria-valuemin', '0');
    this.element.setAttribute('aria-valuemax', String(Math.round(largest)));
  }

  private drag(down: PointerEvent): void {
    down.preventDefault();
    const bar = this.element;
    bar.setPointerCapture(down.pointerId);
    bar.classList.add('active');
    const from = this.size();
    const move = (event: PointerEvent) => {
      const moved = this.sideways ? event.clientX - down.clientX : event.clientY - down.clientY;
      this.resize(from - moved);
    };
    bar.addEventListener('pointermove', move);
    bar.addEventListener(
      'lostpointercapture',
      () => {
        bar.removeEventListener('pointermove', move);
        bar.classList.remove('active');
      },
      { once: true },
    );
  }

  private key(event: KeyboardEvent): void {
    const grow = this.sideways ? 'ArrowLeft' : 'ArrowUp';
    const shrink = this.sideways ? 'ArrowRight' : 'ArrowDown';
    if (event.key !== grow && event.key !== shrink) return;
    event.preventDefault();
    this.resize(this.size() + (event.key === grow ? keyStep : -keyStep));
  }
}
