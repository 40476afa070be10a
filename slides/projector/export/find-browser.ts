/**
 * The browser that prints: a Chromium or Chrome that is on this machine.
 * @module
 */
import {accessSync, constants} from 'node:fs';
import {delimiter, join} from 'node:path';
import {tolerate} from '#kernel/error';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;

/**
 * Its path; undefined if there is none. `DRYDOCK_BROWSER` names another.
 *
 * @throws {Error} if that can't be executed.
 */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | undefined {
	const {DRYDOCK_BROWSER: named} = environment;
	if (named && !isExecutable(named)) throw new Error(`DRYDOCK_BROWSER names no program: ${named}`);
	if (named) return named;
	const folders = (environment.PATH ?? '').split(delimiter).filter(folder => folder !== '');
	return names.flatMap(name => folders.map(folder => join(folder, name))).find(isExecutable);
}

/** What to say where there is none. */
export const noBrowser = 'there is no Chromium or Chrome here to print with: apt-get install chromium';

function isExecutable(path: string): boolean {
	return (
		tolerate(['ENOENT', 'EACCES', 'ENOTDIR'], () => {
			accessSync(path, constants.X_OK);
			return true;
		}) ?? false
	);
}
