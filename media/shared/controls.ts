import {
  type Button,
  type Checkbox,
  type TextField,
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { icon, type IconName } from './icons';

/**
 * The only file that knows which control library draws buttons, fields and boxes. Only the components
 * that are used are registered; the rest of the editor sees plain `HTMLElement`s and callbacks.
 */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

export interface ButtonOptions {
  readonly label: string;
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  /** Shown instead of the label, which then names the button for screen readers and as a tooltip. */
  readonly icon?: IconName;
  readonly onClick: () => void;
}

export function button(options: ButtonOptions): HTMLElement {
  const element = document.createElement('vscode-button') as Button;
  element.appearance = options.appearance ?? 'secondary';
  if (options.icon === undefined) {
    element.textContent = options.label;
  } else {
    element.append(icon(options.icon));
    element.title = options.label;
  }
  element.setAttribute('aria-label', options.label);
  element.addEventListener('click', options.onClick);
  return element;
}

export interface CheckboxControl {
  readonly element: HTMLElement;
  checked: boolean;
}

export function checkbox(label: string, onChange: (checked: boolean) => void): CheckboxControl {
  const element = document.createElement('vscode-checkbox') as Checkbox;
  element.textContent = label;
  let silent = false;
  element.addEventListener('change', () => {
    if (!silent) onChange(element.checked);
  });
  return {
    element,
    get checked() {
      return element.checked;
    },
    set checked(value: boolean) {
      silent = true;
      element.checked = value;
      silent = false;
    },
  };
}

export interface SearchControl {
  readonly element: HTMLElement;
  value: string;
  invalid: boolean;
  focus(): void;
}

/** A text field with a magnifier; `onInput` is called for each keystroke. */
export function searchField(options: {
  readonly label: string;
  readonly placeholder: string;
  readonly describedBy: string;
  readonly onInput: (value: string) => void;
  readonly onKey: (event: KeyboardEvent) => void;
}): SearchControl {
  const element = document.createElement('vscode-text-field') as TextField;
  element.placeholder = options.placeholder;
  element.spellcheck = false;
  const glass = icon('search');
  glass.setAttribute('slot', 'start');
  element.append(glass);
  element.addEventListener('input', () => options.onInput(element.value));
  element.addEventListener('keydown', options.onKey);
  queueMicrotask(() => {
    // The field sets a label of its own when it is connected.
    element.setAttribute('aria-label', options.label);
    element.setAttribute('aria-describedby', options.describedBy);
  });
  return {
    element,
    get value() {
      return element.value;
    },
    set value(text: string) {
      if (element.value !== text) element.value = text;
    },
    get invalid() {
      return element.getAttribute('aria-invalid') === 'true';
    },
    set invalid(value: boolean) {
      element.setAttribute('aria-invalid', String(value));
      element.classList.toggle('invalid', value);
    },
    focus() {
      element.focus();
      // The part of the field that is a plain input.
      element.control.select();
    },
  };
}

export function progressRing(label: string): HTMLElement {
  const element = document.createElement('vscode-progress-ring');
  element.setAttribute('aria-label', label);
  return element;
}
