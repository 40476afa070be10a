/**
 * A terminal on a container that has a watcher of its own: it can be left, and come back to.
 * @module
 */
import {type Attached, attach, type Created, startDetached} from '#engine';
import {passOn} from '#engine/pass-on';
import {detachFilter, parseDetachKeys} from './detach-keys.ts';
import {writeError} from './output.ts';
import {lostReaderExitCode, standardStream} from './standard-stream.ts';
import {rawTerminal, terminalSize} from './terminal.ts';

/** What of the command line matters here. */
export interface AttachOptions {
	readonly detachKeys?: string;
	/** Whether our input goes to it. Default: yes. */
	readonly input?: boolean;
}

/** Starts a created container under a watcher and attaches this terminal to it. @returns its exit code; 0 if it was left. */
export async function runAttached(created: Created, options: AttachOptions): Promise<number> {
	const keys = parseDetachKeys(options.detachKeys);
	const failure = await startDetached(created);
	if (failure !== undefined) {
		writeError(`drydock: ${failure.message}\n`);
		return failure.exitCode;
	}
	return attachTerminal(created.record.id, {...options, keys});
}

/** Attaches this terminal to a container that runs, until one of the two ends. */
export async function attachTerminal(
	id: string,
	{keys, input = true}: AttachOptions & {readonly keys: Buffer},
): Promise<number> {
	const outputs = {stdout: standardStream('stdout'), stderr: standardStream('stderr')};
	const connection = await attach(id, outputs);
	const left = Promise.withResolvers<number>();
	for (const output of Object.values(outputs)) output.once('error', () => left.resolve(lostReaderExitCode));
	const restore = input ? connectInput(connection, keys, () => left.resolve(0)) : () => {};
	try {
		const code = await Promise.race([connection.exitCode, left.promise]);
		if (code === undefined) throw new Error('the container’s watcher has gone: see drydock ps -a');
		return code;
	} finally {
		restore();
		connection.detach();
	}
}

function connectInput(connection: Attached, keys: Buffer, onDetach: () => void): () => void {
	const restore = rawTerminal();
	const filter = detachFilter(keys);
	const onResize = (): void => connection.resize(terminalSize());
	const onTyped = (typed: Buffer): void => {
		const {pass, detach} = process.stdin.isTTY ? filter(typed) : {pass: typed, detach: false};
		if (pass.length > 0) passOn(pass, process.stdin, connection.input);
		if (detach) onDetach();
	};
	process.stdin.on('data', onTyped).once('end', () => connection.input.end());
	process.stdout.on('resize', onResize);
	if (process.stdout.isTTY) {
		// A change of size, even one that is taken back, makes a shell or an editor draw itself anew.
		const {columns, rows} = terminalSize();
		connection.resize({columns: columns + 1, rows});
		onResize();
	}
	return () => {
		process.stdin.off('data', onTyped);
		process.stdout.off('resize', onResize);
		restore();
		process.stdin.destroy();
	};
}
