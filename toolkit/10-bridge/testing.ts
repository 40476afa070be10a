/**
 * A world in small for tests: namespaces that play the host, its containers, and somebody far away.
 *
 *     world 192.0.2.1 ════ 192.0.2.2 host ── drydock0 ═══ a
 *                                                 ╚══════ b
 *
 * @module
 */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type BridgeAttachment, bridgeSteps} from '#bridge';
import {comingBack, namespacePath} from '#kernel/namespace';
import {createVeth} from '#kernel/netlink/links';
import {runSteps, type Step, undoSteps} from '#kernel/plan';
import {bringUp, configureInterface, createNetNamespace, withinNetNamespace} from '#net';

/** A network stack that somebody lives in. */
export interface Place {
	readonly path: string;
	/** Runs something there. */
	readonly within: <T>(visit: () => T) => T;
}

/** What a test plays with. The calling thread is on the host. */
export interface SmallWorld {
	readonly stateDirectory: string;
	readonly world: Place;
	readonly host: Place;
	/** A new container's network stack. */
	readonly place: (options?: {readonly loopback: boolean}) => Place;
	/** A new container on the bridge, and its steps. */
	readonly attach: (letter: string, more?: Partial<BridgeAttachment>) => Place & {readonly steps: readonly Step[]};
	/** Starts a program that answers each caller, by tcp and udp, with the address it sees, and waits until it listens. */
	readonly serve: (place: Place, port: number) => void;
}

/** Runs `visit` in a new world, and takes the world down. */
export function inSmallWorld(defaults: Partial<BridgeAttachment>, visit: (world: SmallWorld) => void): void {
	const fds: number[] = [];
	const children: ChildProcess[] = [];
	const undone: (readonly Step[])[] = [];
	const stateDirectory = mkdtempSync(join(tmpdir(), 'bridge-'));
	const place = ({loopback} = {loopback: true}): Place => {
		const fd = comingBack(['net'], () => {
			createNetNamespace();
			if (loopback) bringUp('lo');
			return openSync(namespacePath('self', 'net'), 'r');
		});
		fds.push(fd);
		const path = `/proc/${process.pid}/fd/${fd}`;
		return {path, within: run => withinNetNamespace(path, run)};
	};
	const [world, host] = [place(), place()];
	try {
		host.within(() => {
			createVeth('out0', {up: true}, {name: 'eth0', namespaceFd: fds[0]!});
			configureInterface('out0', {address: '192.0.2.2/24', gateway: '192.0.2.1'});
			world.within(() => configureInterface('eth0', {address: '192.0.2.1/24'}));
			visit({
				stateDirectory,
				world,
				host,
				place,
				attach: (letter, more = {}) => {
					const there = place();
					const steps = bridgeSteps({...attachment(letter, stateDirectory, there), ...defaults, ...more});
					undone.push(steps);
					runSteps(steps);
					return {...there, steps};
				},
				serve: (where, port) =>
					where.within(() => {
						children.push(spawn(process.execPath, ['-e', server, `${port}`], {stdio: 'inherit'}));
						awaitListeners(port);
					}),
			});
		});
	} finally {
		for (const child of children) child.kill('SIGKILL');
		host.within(() => undone.flatMap(steps => undoSteps(steps)));
		for (const fd of fds) closeSync(fd);
		rmSync(stateDirectory, {recursive: true});
	}
}

/** Asks a server, and returns the address that it saw, or why nobody answered. */
export function ask(from: Place, address: string, port: number, protocol: 'tcp' | 'udp' = 'tcp'): string {
	return askFor(60_000, from, address, port, protocol);
}

/** Whether nothing comes back: no answer, and no refusal either. */
export function isSilent(from: Place, address: string, port: number): boolean {
	return askFor(2000, from, address, port, 'tcp') === 'silence';
}

function askFor(milliseconds: number, from: Place, address: string, port: number, protocol: 'tcp' | 'udp'): string {
	const args = ['-e', client, address, `${port}`, protocol, `${milliseconds}`];
	return from.within(() => spawnSync(process.execPath, args, {encoding: 'utf8'})).stdout.trim();
}

/** The attachment of a container whose id is one letter many times. */
export function attachment(letter: string, stateDirectory: string, {path}: {readonly path: string}): BridgeAttachment {
	return {
		containerId: letter.repeat(64),
		name: `name-${letter}`,
		hostname: `host-${letter}`,
		stateDirectory,
		networkNamespace: () => path,
		ports: [],
	};
}

/** Waits until somebody in the calling thread's network namespace listens at a port, by tcp and by udp. */
function awaitListeners(port: number): void {
	const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
	const listens = (protocol: string): boolean =>
		readFileSync(`/proc/thread-self/net/${protocol}`, 'utf8')
			.split('\n')
			.some(line => line.slice(0, 24).includes(local));
	for (let looks = 0; !['tcp', 'udp'].every(listens); looks++) {
		if (looks > 1000) throw new Error(`nobody came to listen at port ${port}`);
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
	}
}

const server = `
	const port = Number(process.argv[1]);
	require('net').createServer(socket => socket.on('error', () => {}).end(socket.remoteAddress)).listen(port, '0.0.0.0');
	const udp = require('dgram').createSocket('udp4');
	udp.on('message', (_, from) => udp.send(from.address, from.port, from.address)).bind(port, '0.0.0.0');
`;

// Silence is an answer.
const client = `
	const [address, port, protocol, milliseconds] = process.argv.slice(1);
	const answer = text => { console.log(text); process.exit(0); };
	setTimeout(() => answer('silence'), Number(milliseconds));
	if (protocol === 'udp') {
		const socket = require('dgram').createSocket('udp4').on('message', text => answer(String(text)));
		socket.on('error', () => {});
		const send = () => socket.send('?', port, address);
		setInterval(send, 100);
	} else {
		require('net').connect(port, address)
			.on('data', text => answer(String(text)))
			.on('error', error => answer(error.code));
	}
`;
