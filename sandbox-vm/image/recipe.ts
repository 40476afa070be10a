/**
 * What an image depends on, as a hash: a change anywhere means that the image is another's.
 *
 * The versions of Debian's packages are not part of it, or every update of theirs would make a machine wait that is
 * good: they show in the image's own key, and `rebuild` takes the newest.
 * @module
 */
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {furniture} from './furniture.ts';
import {guestFile, guestFiles, guestNodeVersion} from './guest.ts';
import {leftOut, notNeeded, packages} from './packages.ts';

/** To be raised when what is done with the ingredients changes. */
const FORMAT = 1;

/**
 * The hash of all that this project puts into an image, 16 hexadecimal digits. It takes some milliseconds.
 *
 * @throws {Error} if npm's packages aren't there.
 */
export function imageKey(): string {
	const hash = createHash('sha256');
	hash.update(JSON.stringify([FORMAT, packages, notNeeded, leftOut, furniture, guestNodeVersion()]));
	// Node is told by its version: to read all of it would take longer than everything else. And V8's compiled code
	// follows from the bundle beside it, but each time with other bytes.
	const files = guestFiles().filter(({to}) => !to.endsWith('/node') && !to.endsWith('.bin'));
	const contents = [guestFile('initramfs-init'), ...files.map(({from}) => from)].map(path => readFileSync(path));
	hash.update(JSON.stringify([files.map(({to, mode}) => [to, mode]), contents.map(({length}) => length)]));
	for (const content of contents) hash.update(content);
	return hash.digest('hex').slice(0, 16);
}
