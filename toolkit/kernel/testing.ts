/**
 * What tests of real kernel objects share.
 * @module
 */

/** For tests that need root: `test('…', needsRoot, …)`. Elsewhere they are skipped, and say why. */
export const needsRoot = {skip: process.getuid?.() === 0 ? false : 'needs root: sudo npm test'};
