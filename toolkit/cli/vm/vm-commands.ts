/**
 * What `drydock vm` can do, in vagrant's words.
 * @module
 */

import {resolve} from 'node:path';
import {examineHost} from '#sandbox/machine/doctor';
import {drawTree} from '#sandbox/machine/history';
import {readConsole} from '#sandbox/machine/machine';
import {mebibytes} from '#sandbox/machine/room';
import {requireName} from '#sandbox/machine/snapshot-name';
import {bringUpKept, continueKept, destroyKept, haltKept, keptStatus, requireKept, shareKept} from '#sandbox/qemu/kept';
import {keptHistory, redoKept, restoreKept, saveKept, undoKept} from '#sandbox/qemu/kept-history';
import {mostKept, prune} from '#sandbox/qemu/prune';
import {sweep} from '#sandbox/qemu/sweep';
import {examineVagrant} from '#sandbox/vagrant/doctor';
import {writeOut} from '../output.ts';
import {commandParser, parsed} from '../parse.ts';
import {UsageError} from '../usage-error.ts';
import {asTyped} from './as-typed.ts';
import {copyFiles, parseJourney} from './copy-files.ts';
import {hardwareFor, withHardware} from './hardware-options.ts';
import {preparationProgress} from './progress.ts';
import {relayCommand} from './relay-command.ts';
import {relayShell} from './relay-shell.ts';

/** One subcommand. */
export interface VmCommand {
	readonly summary: string;
	readonly run: (args: readonly string[]) => Promise<number>;
}

/** The subcommands, in the order in which help lists them. */
export const vmCommands: Readonly<Record<string, VmCommand>> = {
	up: {
		summary: 'Start the machine; the first time it is built',
		run: args => {
			const parser = commandParser('vm up', 'Start the machine; the first time it is built.').usage('[OPTIONS]');
			return parsed(withHardware(parser), args, async () => {
				const hardware = hardwareFor(parser);
				sweep();
				await left(bringUpKept({...preparationProgress(), hardware}));
				return 0;
			});
		},
	},
	status: asking('status', 'Say whether it runs', async asJson => {
		const status = await keptStatus();
		if (asJson) writeJson(status);
		else if (status.state === 'halted') writeOut('halted\n');
		else {
			writeOut(`running (${status.accelerator}, process ${status.pid})\n`);
		}
		return status.state === 'halted' ? 1 : 0;
	}),
	shell: command('shell', 'Open a shell in it', async () => relayShell(await requireKept())),
	exec: {
		summary: 'Run a command in it: drydock vm exec [-i] -- CMD',
		run: args => {
			const parser = commandParser('vm exec', 'Run a command in the machine and pass its exit code on.', {
				passThrough: true,
			})
				.usage('[OPTIONS] -- COMMAND [ARG...]')
				.argument('<command...>')
				.option('-i, --interactive', 'Pass standard input on to the command');
			return parsed(parser, args, async () => {
				sweep();
				return relayCommand(await requireKept(), parser.args, parser.opts<{interactive?: boolean}>());
			});
		},
	},
	reset: command('reset', 'A pristine machine in its place, with the same hardware', async () => {
		await left(continueKept(undefined, preparationProgress()));
		return 0;
	}),
	snapshot: named('snapshot', 'Save its state under a name', async name => {
		await saveKept(name);
	}),
	restore: named('restore', 'Go back to a saved state', async name => {
		await left(restoreKept(name));
	}),
	snapshots: asking('snapshots', 'Show the saved states as a tree', async asJson => {
		const {snapshots, at} = keptHistory();
		if (asJson) {
			const told = snapshots.map(({id, name, parent = null, takenMilliseconds, memoryBytes}) => {
				return {id, name, parent, taken: new Date(takenMilliseconds).toISOString(), memoryBytes, isHere: id === at};
			});
			writeJson(told);
			return 0;
		}
		writeOut(
			drawTree(snapshots, at)
				.map(line => `${line}\n`)
				.join(''),
		);
		return 0;
	}),
	undo: command('undo', 'Go back to the last snapshot or, from there, to the one before', async () => {
		await left(undoKept(preparationProgress()));
		return 0;
	}),
	redo: command('redo', 'Go forward again, up to what an undo left', async () => {
		await left(redoKept());
		return 0;
	}),
	copy: {
		summary: 'Copy files into it, or out of it: drydock vm copy [:]SOURCE [:]TARGET',
		run: args => {
			const about =
				'Copy a file or folder into the machine, or out of it. A colon stands before a path in the machine.';
			const parser = commandParser('vm copy', about)
				.usage('SOURCE :TARGET\n       drydock vm copy :SOURCE TARGET')
				.argument('<source>')
				.argument('<target>');
			return parsed(parser, args, async () => {
				const [source = '', target = ''] = parser.args;
				const journey = parseJourney(source, target);
				sweep();
				return copyFiles(await requireKept(), journey);
			});
		},
	},
	share: {
		summary: 'Show a folder in it, as it is now: drydock vm share DIR [PLACE]',
		run: args => {
			const parser = commandParser('vm share', 'Show a folder of this machine in the other, as it is now.')
				.usage('DIR [PLACE]')
				.argument('<directory>')
				.argument('[place]');
			return parsed(parser, args, async () => {
				const [source = '', place = resolve(source)] = parser.args;
				if (source === '' || place === '') throw new UsageError('a path is empty');
				sweep();
				const guest = await requireKept();
				await shareKept(guest, {directory: resolve(source), at: place, writable: true});
				guest.agent.close();
				guest.machine.leave();
				return 0;
			});
		},
	},
	logs: command('logs', 'Show what it printed on its console', async () => {
		const {machine, agent} = await requireKept('look');
		writeOut(await readConsole(machine.qmp));
		agent.close();
		machine.leave();
		return 0;
	}),
	halt: command('halt', 'End it; its saved states stay', async () => {
		await haltKept();
		return 0;
	}),
	destroy: {
		summary: 'End it and remove all that it had',
		run: args => {
			const parser = commandParser('vm destroy', 'End the machine and remove all that it had: its disk, its snapshots.')
				.usage('[OPTIONS]')
				.option('--all', 'Remove images and templates as well, as far as no other machine needs them');
			return parsed(parser, args, async () => {
				sweep();
				const bytes = await destroyKept();
				const {all} = parser.opts<{all?: boolean}>();
				tellFreed(all === true ? bytes + prune(0) : bytes);
				return 0;
			});
		},
	},
	doctor: asking('doctor', 'Say what this host has for a machine, and what is missing', async asJson => {
		const findings = [...(await examineHost()), examineVagrant()];
		if (asJson) writeJson(findings);
		else for (const {about, state, says} of findings) writeOut(`${marks[state]} ${about}: ${says}\n`);
		return findings.some(({state}) => state === 'bad') ? 1 : 0;
	}),
	rebuild: command('rebuild', 'Build the machine’s image anew', async () => {
		await left(continueKept(undefined, {...preparationProgress(), rebuild: true, onPruned: tellFreed}));
		return 0;
	}),
};

const marks = {good: '✓', slow: '·', bad: '✗'} as const;

/** `drydock vm --help`. */
export function vmOverview(): string {
	const width = Math.max(...Object.keys(vmCommands).map(name => name.length)) + 2;
	return [
		'Usage: drydock vm COMMAND',
		'',
		'A disposable machine with a kernel of its own, back to pristine in a moment.',
		'',
		'Commands:',
		...Object.entries(vmCommands).map(([name, {summary}]) => `  ${name.padEnd(width)}${summary}`),
		'',
		`What is built is kept for the next time, the last ${mostKept} of each and what snapshots need: images of 120 MB, templates`,
		'of 200 to 500 MB, Debian’s packages, 100 MB. Older ones are removed when a new one has come. A snapshot takes what',
		'the machine has changed since it was new, and stays until destroy, also the one that undo takes of what it leaves;',
		'a lesson’s snapshots go with the lesson.',
		'drydock vm destroy --all removes everything but the packages.',
		'',
	].join('\n');
}

function tellFreed(bytes: number): void {
	if (bytes >= 2 ** 20) writeOut(`${mebibytes(bytes)} of disk are free again\n`);
}

/** A subcommand without arguments. */
function command(name: string, summary: string, act: () => Promise<number>): VmCommand {
	return {
		summary,
		run: args => {
			const parser = commandParser(`vm ${name}`, `${summary}.`).usage('');
			return parsed(parser, args, () => {
				sweep();
				return act();
			});
		},
	};
}

/** A subcommand that tells something, also as JSON. */
function asking(name: string, summary: string, tell: (asJson: boolean) => Promise<number>): VmCommand {
	return {
		summary,
		run: args => {
			const parser = commandParser(`vm ${name}`, `${summary}.`).usage('[OPTIONS]').option('--json', 'As JSON');
			return parsed(parser, args, () => {
				sweep();
				return tell(parser.opts<{json?: boolean}>().json === true);
			});
		},
	};
}

function writeJson(told: unknown): void {
	writeOut(`${JSON.stringify(told, undefined, 2)}\n`);
}

/** A subcommand with a name. */
function named(name: string, summary: string, act: (name: string) => Promise<void>): VmCommand {
	return {
		summary,
		run: args => {
			const parser = commandParser(`vm ${name}`, `${summary}.`).usage('NAME').argument('<name>');
			return parsed(parser, args, async () => {
				const [name = ''] = parser.args;
				asTyped(() => requireName(name));
				sweep();
				await act(name);
				return 0;
			});
		},
	};
}

/** Lets go of a machine that goes on without us. */
async function left(coming: ReturnType<typeof requireKept>): Promise<void> {
	const {agent, machine} = await coming;
	agent.close();
	machine.leave();
}
