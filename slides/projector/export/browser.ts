/**
 * A browser without a window, spoken to over a pipe.
 *
 *     we ──fd 3──▶ chromium      {"id":1,"method":"Page.navigate",…}\0
 *        ◀──fd 4──
 *
 * The surprise: no port is opened, so nobody else on this machine can speak to it. A pipe belongs to those who hold its ends.
 *
 * Source: https://chromedevtools.github.io/devtools-protocol/ for the messages; --remote-debugging-pipe for the way.
 * @module
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {setTimeout as pause} from 'node:timers/promises';
import {tolerate} from '#kernel/error';
import {findBrowser, noBrowser} from './find-browser.ts';

/** One page in a browser of its own. */
export interface Page {
	/** Asks the browser for something; refused with what it says. */
	send(method: string, parameters?: object): Promise<Readonly<Record<string, unknown>>>;
	/** The value of an expression, once its promise, if it is one, has settled. */
	evaluate<T>(expression: string): Promise<T>;
	/** What the page has complained of, and every address that it tried to load. */
	readonly complaints: readonly string[];
	readonly requests: readonly string[];
	close(): Promise<void>;
}

interface Message {
	readonly id?: number;
	readonly method?: string;
	readonly params?: Readonly<Record<string, unknown>> & {readonly request?: {readonly url: string}};
	readonly result?: Readonly<Record<string, unknown>>;
	readonly error?: {readonly message: string};
}

/** Nothing that a page of ours asks for takes as long, in milliseconds. */
const PATIENCE = 60_000;

/**
 * Opens a file in a browser.
 *
 * @throws {Error} if there is none, or it doesn't start.
 */
export async function openPage(
	url: string,
	{width, height}: {readonly width: number; readonly height: number},
): Promise<Page> {
	const path = findBrowser();
	if (path === undefined) throw new Error(noBrowser);
	const profile = mkdtempSync(join(tmpdir(), 'drydock-browser-'));
	// In a group of its own: a browser is a dozen processes, which would outlive the first.
	const child = spawn(path, browserArguments(profile), {
		stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
		detached: true,
	});
	const close = async () => {
		await endGroup(child);
		rmSync(profile, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
	};
	try {
		const wire = connect(child);
		const {targetId} = await wire.send('Target.createTarget', {url: 'about:blank'});
		const {sessionId} = await wire.send('Target.attachToTarget', {targetId, flatten: true});
		const page = pageOf(wire, String(sessionId), close);
		for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page.send(`${domain}.enable`);
		await page.send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: false});
		const loaded = wire.event('Page.loadEventFired');
		await page.send('Page.navigate', {url});
		await loaded;
		return page;
	} catch (error) {
		await close();
		throw error;
	}
}

/** Its own sandbox needs a user that isn't root. What is opened is a file that we wrote, and it may load nothing. */
/** Kills all processes of a program that leads a group, and waits until they have gone. */
async function endGroup({pid}: ChildProcess): Promise<void> {
	if (pid === undefined) return;
	const isThere = () => tolerate(['ESRCH'], () => process.kill(-pid, 'SIGKILL')) !== undefined;
	for (const end = Date.now() + PATIENCE; isThere() && Date.now() < end; ) await pause(10);
}

function browserArguments(profile: string): readonly string[] {
	return [
		'--headless',
		'--remote-debugging-pipe',
		`--user-data-dir=${profile}`,
		'--no-first-run',
		'--disable-gpu',
		'--disable-dev-shm-usage',
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		'--hide-scrollbars',
		...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
		'about:blank',
	];
}

interface Wire {
	send(method: string, params?: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>>;
	/** Settles with the next event of this name. */
	event(method: string): Promise<void>;
	onMessage(listener: (message: Message) => void): void;
}

function connect(child: ChildProcess): Wire {
	const [, , , input, output] = child.stdio as unknown as readonly [null, null, null, Writable, Readable];
	const listeners = new Set<(message: Message) => void>();
	const gone = new Promise<never>((_, reject) => {
		child.once('error', reject);
		child.once('exit', code => reject(new Error(`the browser has ended (${code})`)));
	});
	gone.catch(() => {});
	input.on('error', () => {});
	let rest = '';
	output.setEncoding('utf8').on('data', (data: string) => {
		const messages = (rest + data).split('\0');
		rest = messages.pop() ?? '';
		for (const message of messages) for (const listener of [...listeners]) listener(JSON.parse(message) as Message);
	});
	const first = <T>(pick: (message: Message) => T | undefined, what: string): Promise<T> => {
		const {promise, resolve, reject} = Promise.withResolvers<T>();
		const timer = setTimeout(() => reject(new Error(`the browser does not answer ${what}`)), PATIENCE);
		const listener = (message: Message) => {
			const picked = pick(message);
			if (picked !== undefined) resolve(picked);
		};
		listeners.add(listener);
		return Promise.race([promise, gone]).finally(() => {
			clearTimeout(timer);
			listeners.delete(listener);
		});
	};
	let lastId = 0;
	return {
		send: async (method, params = {}, sessionId) => {
			const id = ++lastId;
			const answer = first(message => (message.id === id ? message : undefined), method);
			input.write(`${JSON.stringify({id, method, params, ...(sessionId && {sessionId})})}\0`);
			const {result = {}, error} = await answer;
			if (error !== undefined) throw new Error(`${method}: ${error.message}`);
			return result;
		},
		event: async method => void (await first(message => (message.method === method ? true : undefined), method)),
		onMessage: listener => void listeners.add(listener),
	};
}

function pageOf(wire: Wire, sessionId: string, close: () => Promise<void>): Page {
	const complaints: string[] = [];
	const requests: string[] = [];
	wire.onMessage(({method, params}) => {
		if (method === 'Network.requestWillBeSent') requests.push(params?.request?.url ?? '');
		if (method === 'Runtime.exceptionThrown' || method === 'Runtime.consoleAPICalled' || method === 'Log.entryAdded')
			complaints.push(JSON.stringify(params));
	});
	const send = (method: string, params?: object) => wire.send(method, params, sessionId);
	return {
		send,
		evaluate: async <T>(expression: string) => {
			const {result, exceptionDetails} = (await send('Runtime.evaluate', {
				expression,
				awaitPromise: true,
				returnByValue: true,
			})) as {readonly result: {readonly value: T}; readonly exceptionDetails?: object};
			if (exceptionDetails !== undefined) throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
			return result.value;
		},
		complaints,
		requests,
		close,
	};
}
