/**
 * Lays two portraits beside each other.
 * @module
 */
import {ASPECTS, type Aspect, type Fact} from '#compare/fact';

/** One fact that is other in the other container; undefined where it has nothing of that name. */
export interface Difference {
	readonly aspect: Aspect;
	readonly name: string;
	readonly ours: string | undefined;
	readonly theirs: string | undefined;
}

/** What differs, and how many facts of each aspect are the same. */
export interface Contrast {
	readonly differences: readonly Difference[];
	readonly same: Readonly<Partial<Record<Aspect, number>>>;
}

/** What differs between two portraits. */
export function contrast(ours: readonly Fact[], theirs: readonly Fact[]): Contrast {
	const keyOf = ({aspect, name}: Fact): string => `${aspect} ${name}`;
	const [left, right] = [ours, theirs].map(facts => new Map(facts.map(fact => [keyOf(fact), fact]))) as [
		Map<string, Fact>,
		Map<string, Fact>,
	];
	const same: Partial<Record<Aspect, number>> = {};
	const differences: Difference[] = [];
	for (const key of new Set([...left.keys(), ...right.keys()])) {
		const [one, other] = [left.get(key), right.get(key)];
		const {aspect, name} = (one ?? other)!;
		if (one?.value === other?.value) same[aspect] = (same[aspect] ?? 0) + 1;
		else differences.push({aspect, name, ours: one?.value, theirs: other?.value});
	}
	return {
		differences: differences.toSorted((one, other) => ASPECTS.indexOf(one.aspect) - ASPECTS.indexOf(other.aspect)),
		same,
	};
}
