import { execFileSync } from 'node:child_process';

/**
 * The seed of the generated cases, a whole number below 2³¹. It follows the committed src: each change of
 * the project meets new cases, and the tests of one commit can be repeated. GRAFTLENS_SEED sets another.
 */
export function seedOfTests(): number {
  const given = process.env['GRAFTLENS_SEED'];
  if (given !== undefined) return Number(given);
  try {
    const tree = execFileSync('git', ['rev-parse', 'HEAD:src'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return parseInt(tree.slice(0, 8), 16) % 2 ** 31;
  } catch {
    return 2026; // sources without their history
  }
}
