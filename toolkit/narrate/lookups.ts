/**
 * Who looks up a thousand names and does nothing else: a shell that completes a command's name.
 *
 *     stat stat stat … ──64──▶ runs on unseen ──next second──▶ seen again
 *
 * A shell that somebody types into stops at each of its calls, and a stop takes a hundred times as long as a look. So the
 * looks that are told to nobody have a share of each second. Who has used it up runs on until it bears a child, or until the
 * second is over; a thing that it does by itself meanwhile is not told.
 * @module
 */
import {tolerate} from '#kernel/error';
import {interrupt} from '#kernel/ptrace';
import type {Tracee} from './tracee.ts';

const MOST_LOOKS = 64;
const PERIOD_MILLISECONDS = 1000;
const looks = /^(l?stat|newfstatat|statx|f?access(at2?)?|readlink(at)?|getdents64)$/;

/** Counts looks, of one tracer's threads. */
export class Lookups {
	readonly #counts = new Map<Tracee, number>();
	#periodEnds = 0;
	/** Of a command all is told; beside a shell that somebody uses, the shell comes first. */
	areCounted = false;

	/** A thread begins a call that is not told. */
	count(tracee: Tracee, call: string): void {
		if (!this.areCounted || !looks.test(call)) return;
		const count = (this.#counts.get(tracee) ?? 0) + 1;
		this.#counts.set(tracee, count);
		if (count > MOST_LOOKS) tracee.runsUnseen = true;
	}

	/** To be called now and then: in a new second, whoever ran unseen stops again. @param now milliseconds. */
	renew(now: number): void {
		if (now < this.#periodEnds) return;
		this.#periodEnds = now + PERIOD_MILLISECONDS;
		for (const tracee of this.#counts.keys()) if (tracee.runsUnseen === true) stopAgain(tracee);
		this.#counts.clear();
	}
}

function stopAgain(tracee: Tracee): void {
	tracee.runsUnseen = false;
	const {tid, process} = tracee;
	// It may have ended meanwhile, or have opened what nobody saw.
	tolerate(['ESRCH', 'EIO'], () => interrupt(tid));
	process.files.review(process.pid);
}
