/**
 * A page of the manual, on the reader's own terminal.
 * @module
 */
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {findExecutable} from '#kernel/executable';
import type {Page} from './sources/links.ts';
import {pageName} from './sources/pages.ts';
import type {Strings} from './strings/strings.ts';

/** Where a page was found, or one line that says how to get it. */
export type FoundPage = {readonly section: string} | {readonly missing: string};

/** Looks for a page. What libc wraps may stand in section 3 instead of 2. */
export function findPage(page: Page, strings: Strings, environment: NodeJS.ProcessEnv = process.env): FoundPage {
	const sections = page.section === '2' ? ['2', '3'] : [page.section];
	for (const section of sections) {
		const {error, status} = spawnSync('man', ['-w', section, page.name], {stdio: 'ignore', env: environment});
		if (error !== undefined) return {missing: strings.pages.noMan(...howToGet(page, environment))};
		if (status === 0) return {section};
	}
	return {missing: strings.pages.noPage(...howToGet(page, environment))};
}

/** Shows a page until the reader leaves it. */
export async function showPage({name}: Page, section: string): Promise<void> {
	await once(spawn('man', [section, name], {stdio: 'inherit'}), 'exit');
}

const INSTALLERS: readonly (readonly [program: string, command: string])[] = [
	['apt-get', 'apt-get install man-db manpages manpages-dev'],
	['dnf', 'dnf install man-db man-pages'],
	['pacman', 'pacman -S man-db man-pages'],
	['apk', 'apk add mandoc man-pages'],
	['zypper', 'zypper install man man-pages'],
];

/** The page's name, the command that installs it here, and its address. */
function howToGet(page: Page, {PATH = ''}: NodeJS.ProcessEnv): readonly [name: string, install: string, url: string] {
	const install = INSTALLERS.find(([program]) => findExecutable(program, PATH) !== undefined)?.[1] ?? 'man-pages';
	return [
		pageName(page),
		install,
		`https://man7.org/linux/man-pages/man${page.section}/${page.name}.${page.section}.html`,
	];
}
