/**
 * A reporter for node:test that tells each result as one line of JSON, for a program to read.
 *
 * Source: nodejs.org, "Test runner", custom reporters.
 * @module
 */
import type {TestEvent} from 'node:test/reporters';

/** Stands before each line, so that what the tests print themselves is not mistaken for one. */
export const reportMark = '\x1edrydock:';

/** One test's result, or the end of all. */
export type Report =
	| {readonly kind: 'passed' | 'skipped'; readonly test: string}
	| {readonly kind: 'failed'; readonly test: string; readonly message: string}
	| {readonly kind: 'end'};

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
	for await (const event of events) {
		const told = reportOf(event);
		if (told !== undefined) yield `\n${reportMark}${JSON.stringify(told)}\n`;
	}
}

function reportOf(event: TestEvent): Report | undefined {
	switch (event.type) {
		case 'test:pass':
			if (event.data.details.type === 'suite') return undefined;
			return {kind: event.data.skip === undefined ? 'passed' : 'skipped', test: event.data.name};
		case 'test:fail':
			if (event.data.details.type === 'suite') return undefined;
			return {kind: 'failed', test: event.data.name, message: messageOf(event.data.details.error)};
		case 'test:summary':
			return {kind: 'end'};
		default:
			return undefined;
	}
}

/** The runner wraps what a test threw. */
function messageOf(error: Error): string {
	const {cause} = error;
	if (cause instanceof Error) return cause.message;
	return typeof cause === 'string' ? cause : error.message;
}
