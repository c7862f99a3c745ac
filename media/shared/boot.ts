import type { WebviewBoot } from '../../src/protocol/messages';

/** What the host wrote into the page: a block of JSON, data and not script. */
export function readBoot(): WebviewBoot {
  const block = document.getElementById('boot');
  return JSON.parse(block?.textContent ?? '{}') as WebviewBoot;
}
