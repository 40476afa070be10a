/**
 * Quantities as docker reads them: `512m`, `1.5g`, `0.5` CPUs.
 * @module
 */

const unitBytes: Readonly<Record<string, number>> = {b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50};

/**
 * Reads a size: a number and, if it isn't bytes, its unit (`k`, `m`, `g`, `t`, `p`, also as `kb`, `KiB`).
 *
 * @throws one line for anything else.
 */
export function parseBytes(text: string, option: string): number {
	const match = /^(\d+(?:\.\d+)?) ?(?:([bkmgtp])|([kmgtp])i?b)?$/i.exec(text.trim());
	const bytes =
		match === null
			? Number.NaN
			: Math.trunc(Number(match[1]) * unitBytes[(match[2] ?? match[3] ?? 'b').toLowerCase()]!);
	if (!Number.isSafeInteger(bytes)) throw new Error(`invalid size for ${option}: '${text}': write it as 512m or 1g`);
	return bytes;
}

/** Reads a whole number within bounds. @throws one line for anything else. */
export function parseInteger(text: string, option: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
	const number = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
	if (!Number.isSafeInteger(number)) throw new Error(`invalid argument "${text}" for ${option}: not a whole number`);
	if (number < least || number > most) {
		throw new Error(
			`invalid value ${text} for ${option}: ${most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`}`,
		);
	}
	return number;
}

/** Writes bytes for people: `1.5MiB`. */
export function formatBytes(bytes: number): string {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
	let value = bytes;
	let unit = 0;
	for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
	return `${unit === 0 ? value : Number(value.toPrecision(4))}${units[unit]}`;
}

/** Writes bytes for people in powers of 1000, as docker shows traffic: `1.5MB`. */
export function formatDecimalBytes(bytes: number): string {
	const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
	let value = bytes;
	let unit = 0;
	for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
	return `${unit === 0 ? value : Number(value.toPrecision(3))}${units[unit]}`;
}
