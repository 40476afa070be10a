/**
 * The two ways to lack a capability: not to have it, and to have it in the wrong place.
 *
 * Sources: capabilities(7), user_namespaces(7).
 * @module
 */
import type {CapabilityName} from '#kernel/capability';
import type {NamespaceKind} from '#kernel/namespace';
import type {Localized} from '#words/language';
import type {Cause, Facts, Failure, Found} from '../cause.ts';
import {type Verdict, verdictOverOwn} from '../user-namespaces.ts';
import {namespaceName, unshareOption} from '../words.ts';

/** What a call demands. */
export interface Demand {
	/** What the causes' names begin with: `mount`. */
	readonly id: string;
	readonly calls: readonly string[];
	readonly errnos?: readonly string[];
	readonly capability: CapabilityName;
	/** The namespace whose owner counts: for mount(2) the mount namespace. */
	readonly over: NamespaceKind;
	/** Whether a failure is of this kind at all. */
	readonly when?: (failure: Failure) => boolean;
	/** What helps who lacks it, where a user namespace of one’s own would not. */
	readonly remedy?: Localized;
	readonly source: string;
}

/** Two causes: the capability isn't there, or the namespace belongs to another user namespace. */
export function demands({
	id,
	calls,
	errnos = ['EPERM'],
	capability,
	over,
	when = () => true,
	remedy = asRootOrInside,
	source,
}: Demand): readonly Cause[] {
	const judged =
		(because: 'lacking' | 'foreign') =>
		(failure: Failure): Found | undefined =>
			when(failure)
				? foundBy(verdictOverOwn(failure.pid, capability, over), because, {
						capability,
						space: namespaceName(over),
						option: unshareOption(over),
						inside: over === 'user' ? '' : ` ${unshareOption(over)}`,
						call: failure.call,
					})
				: undefined;
	return [
		{
			id: `${id}-in-foreign-namespace`,
			calls,
			errnos,
			test: judged('foreign'),
			sentence: {
				en: 'The process’s {space} belongs to another user namespace than the one it is in: its capabilities, {capability} too, count for nothing there.',
				zh: '进程所在的{space}属于另一个用户命名空间，而不是进程自己所在的那个：它的权能（包括 {capability}）在那里不起作用。',
			},
			remedy: {
				en: 'Make one along with the user namespace, and it belongs to that: unshare --user --map-root-user {option}',
				zh: '在创建用户命名空间时一并创建，它便归新的用户命名空间所有：unshare --user --map-root-user {option}',
			},
			source,
		},
		{
			id: `${id}-without-capability`,
			calls,
			errnos,
			test: judged('lacking'),
			sentence: {
				en: 'The process doesn’t have {capability}, which {call} demands here.',
				zh: '进程没有 {capability}，而此处的 {call} 需要它。',
			},
			remedy,
			source,
		},
	];
}

const asRootOrInside: Localized = {
	en: 'Run it as root, or let it have {capability} (drydock run --cap-add), or do it inside a user namespace, where the process has all capabilities: unshare --user --map-root-user{inside}',
	zh: '以 root 身份运行，或授予它 {capability}（drydock run --cap-add），或在用户命名空间里做这件事，进程在那里拥有全部权能：unshare --user --map-root-user{inside}',
};

/** A verdict as a finding, if it is for the reason asked about. */
export function foundBy(verdict: Verdict, because: 'lacking' | 'foreign', facts: Facts): Found | undefined {
	return verdict.capable || verdict.because !== because ? undefined : {evidence: verdict.evidence, facts};
}
