/**
 * Comparing a 64-bit argument with a register of 32 bits: the high halves decide, and the low ones where those are equal.
 *
 *     arg > value:    high > H ? yes      high = H ? go on : no       low > L ? yes : no
 *
 * Source: seccomp(2) on seccomp_data.args.
 * @module
 */
import {and, type Block, type Comparison, jump, load} from '#security/instructions';
import type {SeccompArg, SeccompOperator} from '#security/profile';

/** Where a comparison leads: the argument fits, it doesn't, or the next line must tell. */
type Exit = 'fits' | 'fails' | 'next';

interface Line {
	readonly compare: Comparison;
	readonly whenTrue: Exit;
	readonly whenFalse: Exit;
}

interface Shape {
	readonly high: readonly Line[];
	readonly low: Line;
}

const equalOr = (otherwise: Exit): Line => ({compare: 'jeq', whenTrue: 'next', whenFalse: otherwise});
const greater = (then: Exit): Line => ({compare: 'jgt', whenTrue: then, whenFalse: 'next'});
const shapes: Readonly<Record<SeccompOperator, Shape>> = {
	SCMP_CMP_EQ: {high: [equalOr('fails')], low: {compare: 'jeq', whenTrue: 'fits', whenFalse: 'fails'}},
	SCMP_CMP_MASKED_EQ: {high: [equalOr('fails')], low: {compare: 'jeq', whenTrue: 'fits', whenFalse: 'fails'}},
	SCMP_CMP_NE: {high: [equalOr('fits')], low: {compare: 'jeq', whenTrue: 'fails', whenFalse: 'fits'}},
	SCMP_CMP_GT: {high: [greater('fits'), equalOr('fails')], low: {compare: 'jgt', whenTrue: 'fits', whenFalse: 'fails'}},
	SCMP_CMP_GE: {high: [greater('fits'), equalOr('fails')], low: {compare: 'jge', whenTrue: 'fits', whenFalse: 'fails'}},
	SCMP_CMP_LT: {high: [greater('fails'), equalOr('fits')], low: {compare: 'jge', whenTrue: 'fails', whenFalse: 'fits'}},
	SCMP_CMP_LE: {high: [greater('fails'), equalOr('fits')], low: {compare: 'jgt', whenTrue: 'fails', whenFalse: 'fits'}},
};

/**
 * The lines that judge one argument: it fits → go on behind them, it doesn't → skip `skip` instructions more.
 */
export function conditionLines(arg: SeccompArg, skip: number): Block {
	const masked = arg.op === 'SCMP_CMP_MASKED_EQ';
	const value = BigInt(masked ? (arg.valueTwo ?? 0) : arg.value);
	const mask = masked ? BigInt(arg.value) : undefined;
	const {high, low} = shapes[arg.op];
	const place = 16 + 8 * arg.index;
	const lowHalf = half(place, lowOf(value), mask === undefined ? mask : lowOf(mask), [low], 0, skip);
	// Little-endian: the low half comes first in memory, and last in the comparison.
	return [
		...half(place + 4, highOf(value), mask === undefined ? mask : highOf(mask), high, lowHalf.length, skip),
		...lowHalf,
	];
}

/** Loads one half and compares it; `after` instructions lie between its end and the end of the whole condition. */
function half(
	offset: number,
	value: number,
	mask: number | undefined,
	lines: readonly Line[],
	after: number,
	skip: number,
): Block {
	const distance = (exit: Exit, linesLeft: number): number =>
		exit === 'next' ? 0 : linesLeft + after + (exit === 'fails' ? skip : 0);
	return [
		...load(offset),
		...(mask === undefined ? [] : and(mask)),
		...lines.flatMap(({compare, whenTrue, whenFalse}, index) => {
			const left = lines.length - 1 - index;
			return jump(compare, value, distance(whenTrue, left), distance(whenFalse, left));
		}),
	];
}

function lowOf(value: bigint): number {
	return Number(value & 0xffff_ffffn);
}

function highOf(value: bigint): number {
	return Number((value >> 32n) & 0xffff_ffffn);
}
