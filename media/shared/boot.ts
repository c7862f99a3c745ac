/** What the host wrote into the page: a block of JSON, data and not script. */
export function readBoot<Boot>(): Boot {
  const block = document.getElementById('boot');
  return JSON.parse(block?.textContent ?? '{}') as Boot;
}
