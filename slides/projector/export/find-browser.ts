/**
 * The browser that prints: a Chromium or Chrome that is on this machine.
 * @module
 */
import {findExecutable, isExecutable} from '#kernel/executable';

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
	return names.map(name => findExecutable(name, environment.PATH ?? '')).find(path => path !== undefined);
}

/** What to say where there is none. */
export const noBrowser = 'there is no Chromium or Chrome here to print with: apt-get install chromium';
