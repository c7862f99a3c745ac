/** Small drawings on a grid of 16 × 16, filled with the text's colour. */
const paths = {
  tensor: 'M2 2h5v5H2zm1 1v3h3V3zm6-1h5v5H9zm1 1v3h3V3zM2 9h5v5H2zm1 1v3h3v-3zm6-1h5v5H9zm1 1v3h3v-3z',
  dict: 'M6 2v1H5.2c-.5 0-.7.3-.7.8v2.4c0 .9-.4 1.5-1.1 1.8.7.3 1.1.9 1.1 1.8v2.4c0 .5.2.8.7.8H6v1H5c-1 0-1.5-.6-1.5-1.6V9.7c0-.8-.4-1.2-1.2-1.2v-1c.8 0 1.2-.4 1.2-1.2V3.6C3.5 2.6 4 2 5 2zm4 0h1c1 0 1.5.6 1.5 1.6v2.7c0 .8.4 1.2 1.2 1.2v1c-.8 0-1.2.4-1.2 1.2v2.7c0 1-.5 1.6-1.5 1.6h-1v-1h.8c.5 0 .7-.3.7-.8V9.8c0-.9.4-1.5 1.1-1.8-.7-.3-1.1-.9-1.1-1.8V3.8c0-.5-.2-.8-.7-.8H10z',
  list: 'M3 2h3v1H4v10h2v1H3zm7 0h3v12h-3v-1h2V3h-2zM6.5 5h3v1h-3zm0 2.5h3v1h-3zm0 2.5h3v1h-3z',
  module:
    'M8 1.2 14 4v8l-6 2.8L2 12V4zm0 1.1L3.7 4.3 8 6.3l4.3-2zM3 5.1v6.3l4.5 2.1V7.2zm10 0L8.5 7.2v6.3l4.5-2.1z',
  number:
    'M5.6 2h1l-.4 3h3.5l.4-3h1l-.4 3H13v1h-2.4l-.5 4H12.5v1H10l-.4 3h-1l.4-3H5.5l-.4 3h-1l.4-3H2v-1h2.6l.5-4H2.5V5h2.7zm.5 4-.5 4h3.5l.5-4z',
  string:
    'M3 4h4v4.2C7 10.3 5.9 11.6 4 12l-.3-1C4.9 10.7 5.7 10 5.9 9H3zm1 1v3h2V5zm5-1h4v4.2c0 2.1-1.1 3.4-3 3.8l-.3-1c1.2-.3 2-1 2.2-2H9zm1 1v3h2V5z',
  boolean:
    'M5 4h6a4 4 0 0 1 0 8H5a4 4 0 0 1 0-8zm0 1a3 3 0 0 0 0 6h6a3 3 0 0 0 0-6zm6 1a2 2 0 1 1 0 4 2 2 0 0 1 0-4z',
  null: 'M8 2a6 6 0 0 1 4.6 9.9l.9.9-.7.7-.9-.9A6 6 0 1 1 8 2zm0 1a5 5 0 1 0 3.2 8.9L4.1 4.8l.7-.7 7.1 7.1A5 5 0 0 0 8 3z',
  object: 'M8 2l6 6-6 6-6-6zm0 1.4L3.4 8 8 12.6 12.6 8z',
  run: 'M8 1.5 14.5 5 8 8.5 1.5 5zm0 1.1L3.6 5 8 7.4 12.4 5zM2.6 7.2 8 10.1l5.4-2.9 1.1.6L8 11.3 1.5 7.8zm0 3L8 13.1l5.4-2.9 1.1.6L8 14.3l-6.5-3.5z',
  more: 'M3.5 7a1 1 0 1 1 0 2 1 1 0 0 1 0-2zm4.5 0a1 1 0 1 1 0 2 1 1 0 0 1 0-2zm4.5 0a1 1 0 1 1 0 2 1 1 0 0 1 0-2z',
  alias: 'M9.5 2.5 14 7l-4.5 4.5-.7-.7L12.1 7.5H6A3 3 0 0 0 3 10.5V13H2v-2.5a4 4 0 0 1 4-4h6.1L8.8 3.2z',
  chevronRight: 'M5.7 3.3 10.4 8l-4.7 4.7.7.7L11.8 8 6.4 2.6z',
  chevronDown: 'M3.3 5.7 8 10.4l4.7-4.7.7.7L8 11.8 2.6 6.4z',
  search:
    'M6.5 2a4.5 4.5 0 0 1 3.5 7.3l4 4-.7.7-4-4A4.5 4.5 0 1 1 6.5 2zm0 1a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  up: 'M8 3.6 13.4 9l-.7.7L8.5 5.5V14h-1V5.5L3.3 9.7 2.6 9z',
  down: 'M8 12.4 2.6 7l.7-.7 4.2 4.2V2h1v8.5l4.2-4.2.7.7z',
  close: 'M3.7 3 8 7.3 12.3 3l.7.7L8.7 8l4.3 4.3-.7.7L8 8.7 3.7 13l-.7-.7L7.3 8 3 3.7z',
  clear:
    'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM5.7 5l-.7.7L7.3 8 5 10.3l.7.7L8 8.7l2.3 2.3.7-.7L8.7 8 11 5.7l-.7-.7L8 7.3z',
  warning: 'M8 1.5 15 14H1zm0 2L2.7 13h10.6zM7.5 6.5h1v3.5h-1zm0 4.5h1v1h-1z',
  check: 'M6.3 11.9 2.6 8.2l.8-.8 2.9 2.9 6.3-6.3.8.8z',
  danger:
    'M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2zm.4 1L2.5 5.6v4.8l3.1 3.1h4.8l3.1-3.1V5.6l-3.1-3.1zM7.5 4.5h1v5h-1zm0 6h1v1h-1z',
  copy: 'M5 2h8v9h-2v3H3V5h2zm1 1v2h5v5h1V3zM4 6v7h6V6z',
  panel: 'M2 3h12v10H2zm1 1v8h6V4zm7 0v8h3V4z',
  matches:
    'M2 3h9v1H2zm0 3h6v1H2zm0 3h5v1H2zm0 3h4v1H2zm9-4a2.5 2.5 0 0 1 2 4l1.7 1.7-.7.7-1.7-1.7A2.5 2.5 0 1 1 11 8z',
} as const;

export type IconName = keyof typeof paths;

const namespace = 'http://www.w3.org/2000/svg';

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('width', '16');
  svg.setAttribute('height', '16');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  redraw(svg, name);
  return svg;
}

/** Changes what an icon shows; rows are reused, so their icons are too. */
export function redraw(svg: SVGSVGElement, name: IconName): void {
  if (svg.dataset['icon'] === name) return;
  svg.dataset['icon'] = name;
  svg.firstElementChild?.setAttribute('d', paths[name]);
}
