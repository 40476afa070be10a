/**
 * `--security-opt`: what people switch off, and sometimes on.
 *
 * Source: docker run --security-opt.
 * @module
 */
import {readFileSync} from 'node:fs';
import type {Seccomp} from '#security/profile';
import {parseSeccompProfile} from '#security/profile-file';
import {defaultSeccomp} from '#security/seccomp-default';
import type {Architecture} from '#security/syscalls';

/** What the options say; undefined where they say nothing. */
export interface SecurityOpts {
	readonly noNewPrivileges: boolean;
	/** A profile: docker's own, none, or the path of a file. */
	readonly seccomp: 'builtin' | 'unconfined' | {readonly file: string} | undefined;
	readonly apparmorProfile: string | undefined;
	/** Whether /proc and /sys are left unmasked (`systempaths=unconfined`). */
	readonly systemPathsUnconfined: boolean;
}

/**
 * Reads the values of `--security-opt`; the last of a kind counts.
 *
 * @throws {Error} `invalid --security-opt: …`.
 */
export function parseSecurityOpts(texts: readonly string[]): SecurityOpts {
	const nothing: SecurityOpts = {
		noNewPrivileges: false,
		seccomp: undefined,
		apparmorProfile: undefined,
		systemPathsUnconfined: false,
	};
	return Object.assign({}, nothing, ...texts.map(parseOne));
}

/**
 * The profile for a container; undefined for none.
 *
 * @param bounding the container's bounding set, on which profiles depend.
 * @param privileged then none, unless one is asked for.
 * @throws {Error} in one line if the file can't be read or isn't a profile.
 */
export function seccompFor(
	choice: SecurityOpts['seccomp'],
	bounding: readonly string[],
	{privileged = false, machine}: {readonly privileged?: boolean; readonly machine?: Architecture} = {},
): Seccomp | undefined {
	if (choice === 'unconfined' || (choice === undefined && privileged)) return undefined;
	if (choice === undefined || choice === 'builtin') return defaultSeccomp(bounding, machine);
	return parseSeccompProfile(readProfile(choice.file), bounding, machine);
}

function parseOne(text: string): Partial<SecurityOpts> {
	const [, key = '', value] = /^([^=:]+)(?:[=:](.*))?$/s.exec(text) ?? [];
	switch (key) {
		case 'no-new-privileges':
			return {noNewPrivileges: parseBoolean(value ?? 'true', text)};
		case 'seccomp':
			return {seccomp: parseChoice(required(value, text))};
		case 'apparmor':
			return {apparmorProfile: required(value, text)};
		case 'systempaths':
			if (value !== 'unconfined') throw invalid(text, 'systempaths takes unconfined only');
			return {systemPathsUnconfined: true};
		case 'label':
			// Nothing is labelled unless the spec names a whole label, so there is nothing to switch off.
			if (value !== 'disable') throw invalid(text, 'only label=disable is known here');
			return {};
		default:
			throw invalid(text, 'known are no-new-privileges, seccomp=, apparmor=, systempaths=, label=');
	}
}

function parseChoice(value: string): NonNullable<SecurityOpts['seccomp']> {
	return value === 'unconfined' || value === 'builtin' ? value : {file: value};
}

function parseBoolean(value: string, text: string): boolean {
	if (value === 'true' || value === '1') return true;
	if (value === 'false' || value === '0') return false;
	throw invalid(text, 'no-new-privileges takes true or false');
}

function required(value: string | undefined, text: string): string {
	if (value === undefined || value === '') throw invalid(text, 'a value is missing');
	return value;
}

function invalid(text: string, why: string): Error {
	return new Error(`invalid --security-opt: ${JSON.stringify(text)}: ${why}`);
}

function readProfile(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new Error(`opening seccomp profile (${path}) failed: ${why}`, {cause: error});
	}
}
