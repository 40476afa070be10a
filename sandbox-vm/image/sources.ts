/**
 * Where Debian's packages come from: this host's own sources, as far as they are Debian's.
 *
 *     deb [signed-by=KEY] http://deb.debian.org/debian bookworm main     sources.list, one line each
 *     Types: deb …                                                       *.sources, a paragraph each
 *
 * The surprise: a source without Signed-By is checked with every key of /etc/apt/trusted.gpg.d, third parties' as well.
 * So only the suites of the release itself are kept, and what they give is apt's to check.
 *
 * Source: sources.list(5).
 * @module
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {tolerate} from '#kernel/error';

/** A paragraph of a .sources file: field → value, as they are written. */
export type Source = Readonly<Record<string, string>>;

/**
 * The text of a .sources file with Debian's packages for the guest.
 *
 * @param etc where this host's configuration is.
 * @throws {Error} if this host isn't Debian and hasn't Debian's keys.
 */
export function debianSources(etc = '/etc', keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'): string {
	const {ID = 'an unknown system', VERSION_CODENAME: codename = ''} = readOsRelease(join(etc, 'os-release'));
	if (ID === 'debian') {
		const own = readSources(join(etc, 'apt')).flatMap(source => ofRelease(source, codename));
		if (own.length > 0) return formatSources(own);
	}
	if (!existsSync(keyring))
		throw new Error(
			`the machine's image is made of Debian's packages, and ${ID} has no keys to check them: sudo apt-get install -y debian-archive-keyring`,
		);
	const common = {Types: 'deb', Components: 'main', 'Signed-By': keyring};
	return formatSources([
		{...common, URIs: 'http://deb.debian.org/debian', Suites: 'bookworm bookworm-updates'},
		{...common, URIs: 'http://deb.debian.org/debian-security', Suites: 'bookworm-security'},
	]);
}

/** Reads the one-line format of sources.list. Lines that it doesn't know are left out, as apt reports them itself. */
export function parseSourcesList(text: string): readonly Source[] {
	return text.split('\n').flatMap(line => {
		const [, Types, options = '', URIs, Suites, Components] =
			/^\s*(deb)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line) ?? [];
		if (Types === undefined || URIs === undefined || Suites === undefined || Components === undefined) return [];
		const fields = options.matchAll(/([\w-]+)=(\S+)/g).map(([, name = '', value = '']) => [fieldName(name), value]);
		return [{...Object.fromEntries(fields), Types, URIs, Suites, Components: Components.trim()}];
	});
}

/** Reads the paragraphs of a .sources file. A value may go on in lines that begin with a space. */
export function parseSources(text: string): readonly Source[] {
	const lines = text.split('\n').filter(line => !line.startsWith('#'));
	return lines
		.join('\n')
		.split(/\n[ \t]*\n/)
		.map(paragraph => {
			const fields = paragraph.matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t]+.*)*)/gm);
			return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.trimEnd()]));
		})
		.filter(source => source.URIs !== undefined);
}

/** Writes paragraphs as a .sources file. */
export function formatSources(sources: readonly Source[]): string {
	return sources
		.map(source => Object.entries(source).map(([name, value]) => `${name}: ${value}\n`))
		.map(lines => lines.join(''))
		.join('\n');
}

function readSources(directory: string): readonly Source[] {
	const parts = tolerate(['ENOENT'], () => readdirSync(join(directory, 'sources.list.d')).sort()) ?? [];
	const paths = ['sources.list', ...parts.map(name => join('sources.list.d', name))];
	return paths.flatMap(name => {
		const text = tolerate(['ENOENT', 'EACCES'], () => readFileSync(join(directory, name), 'utf8')) ?? '';
		if (name.endsWith('.sources')) return parseSources(text);
		return name.endsWith('.list') ? parseSourcesList(text) : [];
	});
}

/** A source with only what it has of a release's main component; nothing, if that is nothing. */
function ofRelease(source: Source, codename: string): readonly Source[] {
	const {Types = '', Suites = '', Components = '', Enabled = 'yes'} = source;
	const suites = words(Suites).filter(suite =>
		[codename, `${codename}-updates`, `${codename}-security`].includes(suite),
	);
	if (suites.length === 0 || Enabled === 'no') return [];
	if (!words(Types).includes('deb') || !words(Components).includes('main')) return [];
	return [{...source, Types: 'deb', Suites: suites.join(' '), Components: 'main'}];
}

function readOsRelease(path: string): Readonly<Record<string, string>> {
	const text = tolerate(['ENOENT'], () => readFileSync(path, 'utf8')) ?? '';
	return Object.fromEntries(text.matchAll(/^(\w+)="?([^"\n]*)"?$/gm).map(([, name = '', value = '']) => [name, value]));
}

/** The field that an option of the one-line format stands for: `signed-by` is `Signed-By`, but `arch` is longer. */
function fieldName(option: string): string {
	if (option === 'arch') return 'Architectures';
	return option.replace(/(^|-)[a-z]/g, letter => letter.toUpperCase());
}

function words(text: string): readonly string[] {
	return text.split(/\s+/).filter(word => word !== '');
}
