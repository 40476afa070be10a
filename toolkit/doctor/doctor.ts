/**
 * The doctor: why did the kernel refuse?
 *
 *     mount(…) = -1 EPERM ──▶ cause 1? ─▶ cause 2? ─▶ cause 3: holds ──▶ the sentence, the lines that prove it, the remedy
 *                              no          no
 *
 * An errno is one word for many reasons: EINVAL of pivot_root(2) has seven. The kernel doesn't say which, but the reason is
 * still there to be seen, in /proc and /sys, while the process that failed hasn't moved. Each known cause is a test
 * that looks there on behalf of that process: from its root, in its namespaces, with its capabilities.
 *
 * The surprise: the order is half of the truth. Several causes may hold at once, and the kernel answered for the first
 * that it asked about; so the causes of a call stand in the kernel's order of asking.
 *
 * If none holds the doctor says so. It never guesses, and it changes nothing.
 *
 * Sources: errno(3), and the one that each cause names.
 * @module
 */
import {isErrno} from '#kernel/error';
import type {Language, Localized} from '#words/language';
import {visible} from '#words/visible';
import type {Cause, Diagnosis, Facts, Failure} from './cause.ts';
import {allCauses} from './causes/all.ts';

export type {Diagnosis, Failure} from './cause.ts';

/** All that came out of looking for the cause of one failure. */
export interface Examination {
	readonly diagnosis?: Diagnosis;
	/** The causes that were looked for and don't hold, by id. */
	readonly ruledOut: readonly string[];
	/** Those that could not be looked for from here: the process has gone, or isn't ours to look at. */
	readonly untested: readonly string[];
}

/**
 * The true cause of a failure, with its evidence; undefined if no known one holds.
 *
 * To be called while the failing process is still where it was: held at the call's end by a tracer, or this process itself.
 */
export function diagnose(failure: Failure): Diagnosis | undefined {
	return examine(failure).diagnosis;
}

/** Like `diagnose`, and tells also which causes were looked for. */
export function examine(failure: Failure): Examination {
	const ruledOut: string[] = [];
	const untested: string[] = [];
	for (const cause of causesFor(failure)) {
		try {
			const found = cause.test(failure);
			if (found !== undefined) return {diagnosis: diagnosisOf(cause, found.evidence, found.facts), ruledOut, untested};
			ruledOut.push(cause.id);
		} catch (error) {
			if (!(error instanceof Error && ('errno' in error || isErrno(error)))) throw error;
			untested.push(cause.id);
		}
	}
	return {ruledOut, untested};
}

/** The known causes of such a failure, in the order in which they are looked for. */
export function causesFor({call, errno}: Pick<Failure, 'call' | 'errno'>): readonly Cause[] {
	const name = call === 'umount' ? 'umount2' : call;
	// 95 has two names: the kernel's documents say EOPNOTSUPP.
	const word = errno === 'EOPNOTSUPP' ? 'ENOTSUP' : errno;
	return allCauses.filter(({calls, errnos}) => errnos.includes(word) && (calls === undefined || calls.includes(name)));
}

/** What to say where no known cause holds. */
export function nothingHolds({ruledOut, untested}: Examination, language: Language): string {
	const list = (ids: readonly string[]): string => ids.join(', ');
	if (ruledOut.length + untested.length === 0) return words.unknown[language];
	const looked = ruledOut.length === 0 ? '' : words.ruledOut[language].replace('{ids}', list(ruledOut));
	const blind = untested.length === 0 ? '' : words.untested[language].replace('{ids}', list(untested));
	return [looked, blind].filter(text => text !== '').join(language === 'en' ? ' ' : '');
}

const words = {
	unknown: {en: 'No cause of this failure is known here.', zh: '这里没有收录此类失败的原因。'},
	ruledOut: {
		en: 'Known causes tested: {ids}; none of them holds.',
		zh: '已检验的已知原因：{ids}；均不成立。',
	},
	untested: {
		en: 'Could not be tested from here: {ids}.',
		zh: '无法在此检验：{ids}。',
	},
} satisfies Record<string, Localized>;

function diagnosisOf({id, sentence, remedy, source}: Cause, evidence: readonly string[], facts: Facts = {}): Diagnosis {
	return {
		cause: id,
		sentence: filled(sentence, facts),
		evidence: [...new Set(evidence.map(visible))],
		remedy: filled(remedy, facts),
		source,
	};
}

/** Puts the facts into the places of `{name}`. */
function filled(text: Localized, facts: Facts): Localized {
	const fill = (language: Language): string =>
		text[language].replace(/\{(\w+)\}/g, (place, name: string) => {
			const fact = facts[name];
			if (fact === undefined) return place;
			return visible(typeof fact === 'object' ? fact[language] : String(fact));
		});
	return {en: fill('en'), zh: fill('zh')};
}
