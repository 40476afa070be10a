/**
 * What `vagrant … --machine-readable` prints: one event a line.
 *
 *     1795227927,drydock,state,not_created
 *     time       target  type  data, …       a comma in the data is %!(VAGRANT_COMMA), a line's end \n
 *
 * The surprise: nothing escapes the escapes. A backslash and an n in a message look like a line's end, and who reads
 * them can't tell. So nothing is decided here by a message's text, only by types, states and the names of errors.
 *
 * And some commands print plain text in between, for people: it is not an event, and is left out.
 *
 * Source: https://developer.hashicorp.com/vagrant/docs/cli/machine-readable
 * @module
 */

/** One event. */
export interface VagrantEvent {
	/** When it was, in seconds since 1970. */
	readonly seconds: number;
	/** The machine that it is about; undefined if it is about all, or about Vagrant itself. */
	readonly target: string | undefined;
	readonly type: string;
	readonly data: readonly string[];
}

/** Reads one line; undefined if it is no event. */
export function parseEvent(line: string): VagrantEvent | undefined {
	const found = /^(\d{1,15}),([^,]*),([^,\s]+)(?:,(.*))?$/s.exec(line);
	if (found === null) return undefined;
	const [, seconds = '', target = '', type = '', data] = found;
	return {
		seconds: Number(seconds),
		target: target === '' ? undefined : target,
		type,
		data: data === undefined ? [] : data.split(',').map(unescapeData),
	};
}

/** The data of the last event of a type; undefined if there was none. */
export function lastOf(events: readonly VagrantEvent[], type: string): readonly string[] | undefined {
	return events.findLast(event => event.type === type)?.data;
}

/** What was said to people, in order, without colours and without the arrows and the machine's name before each line. */
export function spokenLines(events: readonly VagrantEvent[]): readonly string[] {
	return events
		.filter(({type}) => type === 'ui')
		.flatMap(({data: [, text = ''], target}) => text.split('\n').map(line => withoutPrefix(line, target)));
}

function unescapeData(text: string): string {
	return text.replaceAll('%!(VAGRANT_COMMA)', ',').replaceAll('\\n', '\n').replaceAll('\\r', '\r');
}

function withoutPrefix(line: string, target: string | undefined): string {
	const plain = line.replace(/\x1b\[[0-9;]*m/g, '').replace(/^(?:==>| {3}) /, '');
	return plain.startsWith(`${target}: `) ? plain.slice(`${target}: `.length) : plain;
}
