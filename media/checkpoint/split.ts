import { element } from '../shared/dom';
import type { EditorMemory } from './editorMemory';
import { Splitter } from './splitter';

/** Below this width the details lie under the tree. */
const sideBySide = 860;
/** What either pane keeps, in pixels. */
const smallest = { outlineWidth: 280, outlineHeight: 230, details: 90 } as const;

/** Tree and details: side by side where there is room, else one above the other. */
export class Split {
  readonly element = element('div', 'split');
  private readonly splitter: Splitter;
  private right = true;
  private selection = false;

  constructor(
    main: HTMLElement,
    private readonly details: HTMLElement,
    private readonly memory: EditorMemory,
    private readonly changed: () => void,
  ) {
    this.splitter = new Splitter(
      () => (this.right ? details.offsetWidth : details.offsetHeight),
      (size) => this.resize(size),
    );
    this.element.append(main, this.splitter.element, details);
    new ResizeObserver(() => this.layOut()).observe(this.element);
    this.layOut();
  }

  /** Shows the details if they are hidden. */
  reveal(): void {
    if (this.memory.details === 'hidden') this.toggle();
  }

  toggle(): void {
    this.memory.details = this.memory.details === 'hidden' ? 'auto' : 'hidden';
    this.layOut();
    this.changed();
  }

  /** Without a selection there is nothing to say: below the tree, the details then take only a line. */
  showSelection(exists: boolean): void {
    if (exists === this.selection) return;
    this.selection = exists;
    this.layOut();
  }

  private resize(size: number): void {
    if (this.right) this.memory.detailsWidth = this.clamp(size);
    else this.memory.detailsHeight = this.clamp(size);
    this.layOut();
    this.changed();
  }

  private layOut(): void {
    const placement = this.memory.details;
    this.right = placement === 'right' || (placement !== 'below' && this.element.clientWidth >= sideBySide);
    this.element.classList.toggle('right', this.right);
    this.element.classList.toggle('without-details', placement === 'hidden');
    this.splitter.orient(this.right);
    const { detailsWidth, detailsHeight } = this.memory;
    const { clientWidth, clientHeight } = this.element;
    const wanted = this.right
      ? (detailsWidth ?? Math.max(270, Math.min(380, clientWidth * 0.31)))
      : (detailsHeight ?? Math.max(150, Math.min(240, clientHeight * 0.36)));
    const size = this.clamp(wanted);
    const idle = !this.right && !this.selection && detailsHeight === null;
    this.details.style.flexBasis = idle ? 'auto' : `${size}px`;
    this.splitter.showValue(size, this.largest());
  }

  private largest(): number {
    const { clientWidth, clientHeight } = this.element;
    const room = this.right ? clientWidth - smallest.outlineWidth : clientHeight - smallest.outlineHeight;
    return Math.max(smallest.details, room);
  }

  private clamp(size: number): number {
    return Math.max(smallest.details, Math.min(this.largest(), size));
  }
}
