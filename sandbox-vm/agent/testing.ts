/**
 * The machine's program, run on this host: a pty stands for the virtio-serial port, since both are character devices.
 * @module
 */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, constants, openSync} from 'node:fs';
import {join} from 'node:path';
import {Duplex, type Writable} from 'node:stream';
import type {TestContext} from 'node:test';
import {ReadStream} from 'node:tty';
import {keyboardOf} from '#process/keyboard';
import {openPty} from '#process/pty';

/** The program, and the host's end of its wire. */
export interface TestGuest {
	readonly child: ChildProcess;
	/** A new end of the wire, in the place of the one before, as when another host connects. */
	connect(): Duplex;
	/** Kills the program and starts it again on the same port, as the machine's PID 1 does. */
	restart(): Promise<void>;
}

/** Starts the program, which is ended with the test. */
export function startGuest(t: TestContext): TestGuest {
	const {master, slave} = openPty();
	// Bytes are bytes: without this a terminal takes some for Ctrl-C. Kept open, so that the settings stay.
	execFileSync('stty', ['-F', slave, 'raw', '-echo']);
	const held = openSync(slave, constants.O_RDWR | constants.O_NOCTTY);
	const wire = new ReadStream(master);
	wire.on('error', () => {});
	const keyboard = keyboardOf(master);
	let child = startProgram(slave);
	let end: Duplex | undefined;
	t.after(async () => {
		await stop(child);
		keyboard.destroy();
		wire.destroy();
		closeSync(held);
	});
	return {
		get child() {
			return child;
		},
		connect: () => {
			end?.destroy();
			end = endOf(wire, keyboard);
			return end;
		},
		restart: async () => {
			await stop(child);
			child = startProgram(slave);
		},
	};
}

function startProgram(port: string): ChildProcess {
	const program = join(import.meta.dirname, 'guest.ts');
	return spawn(process.execPath, ['--import', 'tsx', program, port], {stdio: ['ignore', 'inherit', 'inherit']});
}

async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	child.kill('SIGKILL');
	await once(child, 'exit');
}

/** A stream over the wire that can be destroyed without it. */
function endOf(wire: ReadStream, keyboard: Writable): Duplex {
	const receive = (bytes: Buffer): void => void end.push(bytes);
	const end: Duplex = new Duplex({
		read: () => {},
		write: (bytes: Buffer, _encoding, done) => void keyboard.write(bytes, () => done()),
		destroy: (error, done) => {
			wire.off('data', receive);
			done(error);
		},
	});
	wire.on('data', receive);
	return end;
}
