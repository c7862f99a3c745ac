import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { misleading } from '../../support/hostileNames';

/** What only a page that renders a name could have. */
const rendered =
  'img, b:not(.totals b, .legend-entry b), a, iframe, object, embed, form, body style, body script:not(#boot):not([src])';

/** Nothing that a file or a model brought became an element of the page or misleads who reads it. */
export async function assertInert(frame: FrameLocator): Promise<void> {
  const page = await frame.locator('body').evaluate(
    (body, selector) => ({
      elements: [...body.querySelectorAll(selector)].map(({ outerHTML }) => outerHTML.slice(0, 200)),
      texts: [
        (body as HTMLElement).innerText,
        // Rows that were never in sight are no part of the text that is drawn.
        ...[...body.querySelectorAll('.report')].map((report) => report.textContent ?? ''),
        ...[...body.querySelectorAll('[title], [aria-label]')].flatMap((one) => [
          one.getAttribute('title') ?? '',
          one.getAttribute('aria-label') ?? '',
        ]),
      ],
    }),
    rendered,
  );
  assert.deepEqual(page.elements, [], 'no name became an element');
  for (const text of page.texts) assert.doesNotMatch(text, misleading);
}
