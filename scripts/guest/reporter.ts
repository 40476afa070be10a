/**
 * A reporter for node:test that tells a program, on the other side of a wire, what happens.
 *
 * Source: nodejs.org, "Test runner", custom reporters.
 * @module
 */
import type {TestEvent} from 'node:test/reporters';
import {inspect} from 'node:util';
import {type Report, reportMark} from './reports.ts';

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
	for await (const event of events) {
		const told = reportOf(event);
		if (told !== undefined) yield `${reportMark}${JSON.stringify(told)}\n`;
	}
}

function reportOf(event: TestEvent): Report | undefined {
	switch (event.type) {
		case 'test:dequeue':
			return {kind: 'begins', test: event.data.name};
		case 'test:pass': {
			const {name, skip, details} = event.data;
			if (details.type === 'suite') return undefined;
			const milliseconds = details.duration_ms;
			if (skip === undefined || skip === false) return {kind: 'passed', test: name, milliseconds};
			return {kind: 'skipped', test: name, reason: skip === true ? 'no reason given' : skip};
		}
		case 'test:fail': {
			const {name, details} = event.data;
			if (details.type === 'suite') return undefined;
			// The runner wraps what the test threw.
			const error = details.error.cause ?? details.error;
			const message = typeof error === 'string' ? error : inspect(error);
			return {kind: 'failed', test: name, milliseconds: details.duration_ms, message};
		}
		default:
			return undefined;
	}
}
