/**
 * Staying with a container: this process is its watcher, and passes on its output, our input and our signals.
 * @module
 */
import {type Created, type WatchOptions, watchContainer} from '#engine';
import {forwardSignals} from '#process/signals';
import {narrationFor} from './narration.ts';
import {keepStartFailure} from './offer-why.ts';
import {writeError} from './output.ts';
import {lostReader, lostReaderExitCode, standardStream} from './standard-stream.ts';

/** What of the command line matters here. */
export interface ForegroundOptions {
	readonly explain?: boolean;
	readonly explainAll?: boolean;
	readonly sigProxy: boolean;
	readonly tty?: boolean;
}

/** Runs a created container to its end. @returns its exit code. */
export async function runForeground({record, owned}: Created, options: ForegroundOptions): Promise<number> {
	const narration: Partial<WatchOptions> = await narrationFor(options);
	let stopForwarding = (): void => {};
	const ending = await watchContainer(record, owned, {
		...narration,
		outputs: {stdout: standardStream('stdout'), stderr: standardStream('stderr')},
		onStarted: (started, streams) => {
			const pid = started.state.process?.pid;
			if (options.sigProxy && pid !== undefined) stopForwarding = forwardSignals(pid);
			if (record.openStdin && streams.input !== undefined) process.stdin.pipe(streams.input);
		},
	});
	stopForwarding();
	process.stdin.destroy();
	if (ending.failure !== undefined) {
		writeError(`drydock: ${ending.failure.message}\n`);
		await keepStartFailure(ending.failure.message);
	}
	return lostReader() ? lostReaderExitCode : ending.exitCode;
}
