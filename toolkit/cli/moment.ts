/**
 * Moments as docker reads them: a date, seconds since 1970, or how long ago.
 * @module
 */
import {UsageError} from './usage-error.ts';

const unitMs: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000};

/** Reads a moment. @returns milliseconds since 1970. @throws {UsageError} */
export function parseMoment(text: string, option: string): number {
	if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
	if (/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
		const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
		return Date.now() - parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit!]!, 0);
	}
	const moment = Date.parse(text);
	if (Number.isNaN(moment))
		throw new UsageError(
			`invalid time '${text}' for ${option}: write it as 2026-01-02T15:04:05, or 10m for ten minutes ago`,
		);
	return moment;
}
