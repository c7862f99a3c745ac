import { gateTwice } from './gateTwice';
import { plainLists } from './plainLists';
import type { Examined, Problem } from './problem';
import { returnsNothing } from './returnsNothing';
import { sharedDefaults } from './sharedDefaults';
import { superCalls } from './superCalls';

/** All that is found in the text of a file alone, by line. */
export function problemsOf(file: Examined): Problem[] {
  return [plainLists, sharedDefaults, returnsNothing, gateTwice, superCalls]
    .flatMap((find) => find(file))
    .sort((a, b) => a.line - b.line);
}
