/**
 * Notices, each said once.
 * @module
 */
import type {Notice, TraceListeners} from './traced-call.ts';

/** A notice about a process as it is. */
export type PlainNotice = Exclude<Notice['notice'], 'left behind'>;

/** Says what isn't a call. */
export class Notices {
	readonly #listener: TraceListeners['onNotice'];
	readonly #said = new Set<string>();
	isSilent = false;

	constructor(listener: TraceListeners['onNotice']) {
		this.#listener = listener;
	}

	/** Says a notice, unless it was said: a cost once, whoever causes it, the rest once for each program. */
	say(notice: Notice): void {
		const key = notice.notice === 'every call stops' ? notice.notice : `${notice.notice} ${notice.program}`;
		if (this.#said.has(key) || this.isSilent) return;
		this.#said.add(key);
		this.#listener?.(notice);
	}
}
