/**
 * Which containers `--filter` chooses: `name=^web`, `status=exited`, `label=a=b`, `id=4f2a`.
 *
 * Source: docs.docker.com, "docker container ls", "Filtering".
 * @module
 */
import type {ContainerRecord} from '#engine';

/**
 * Reads filters, one for each `--filter`. Labels must all be there; of other things one of those named is enough.
 *
 * @throws {Error} in docker's words for what is no filter.
 */
export function containerFilter(texts: readonly string[]): (record: ContainerRecord) => boolean {
	const byName = Map.groupBy(texts, text => text.split('=')[0]!);
	const tests = [...byName].map(([name, same]) => {
		const each = same.map(filterTest);
		return (record: ContainerRecord) =>
			name === 'label' ? each.every(test => test(record)) : each.some(test => test(record));
	});
	return record => tests.every(test => test(record));
}

function filterTest(text: string): (record: ContainerRecord) => boolean {
	const equals = text.indexOf('=');
	const value = text.slice(equals + 1);
	switch (text.slice(0, Math.max(equals, 0))) {
		case 'name':
			return nameTest(text, value);
		case 'id':
			return ({id}) => id.startsWith(value);
		case 'status':
			if (!statuses.has(value))
				throw new Error(`invalid filter '${text}': a status is one of ${[...statuses].join(', ')}`);
			return ({state}) => state.status === value;
		case 'label':
			return labelTest(value);
		default:
			throw new Error(`invalid filter '${text}': there are name=, id=, status=, label=`);
	}
}

/** Docker's. A container here is never in some of them. */
const statuses: ReadonlySet<string> = new Set([
	'created',
	'restarting',
	'running',
	'removing',
	'paused',
	'exited',
	'dead',
]);

/** A regular expression, for the name with docker's slash before it or without. */
function nameTest(text: string, value: string): (record: ContainerRecord) => boolean {
	try {
		const pattern = new RegExp(value);
		return ({name}) => pattern.test(name) || pattern.test(`/${name}`);
	} catch (error) {
		throw new Error(`invalid filter '${text}': it is no regular expression`, {cause: error});
	}
}

function labelTest(value: string): (record: ContainerRecord) => boolean {
	const equals = value.indexOf('=');
	if (equals < 0) return ({labels}) => Object.hasOwn(labels, value);
	return ({labels}) => labels[value.slice(0, equals)] === value.slice(equals + 1);
}
