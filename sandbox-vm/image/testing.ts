/**
 * What the image's tests share.
 * @module
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {missingTools} from './tools.ts';

/** An empty directory that goes with the test. */
export function emptyDirectory(t: {readonly after: (clean: () => void) => void}): string {
	const directory = mkdtempSync(join(tmpdir(), 'drydock-image-'));
	t.after(() => rmSync(directory, {recursive: true, force: true}));
	return directory;
}

/** For tests that need the programs an image is made with. Elsewhere they are skipped, and say why. */
export const needsTools = {skip: missingTools()?.en ?? false};
