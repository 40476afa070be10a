/**
 * The commands, in the order in which help lists them.
 * @module
 */

/** A command: what it is for, and where it is. */
export interface Command {
	readonly summary: string;
	readonly load: () => Promise<{readonly run: (args: readonly string[]) => Promise<number>}>;
}

export const commands: Readonly<Record<string, Command>> = {
	learn: {summary: 'Open the course in this terminal', load: () => import('./commands/learn.ts')},
	verify: {summary: 'Play lessons without a screen and prove their checks', load: () => import('./commands/verify.ts')},
	slides: {summary: 'Show a deck of slides, with code that runs live', load: () => import('./commands/slides.ts')},
	read: {summary: 'Read the toolkit in reading order', load: () => import('./commands/read.ts')},
	vm: {summary: 'Use the disposable machine by hand', load: () => import('./commands/vm.ts')},
	run: {summary: 'Create a container and run a program in it', load: () => import('./commands/run.ts')},
	exec: {summary: 'Run a program in a container that runs', load: () => import('./commands/exec.ts')},
	watch: {
		summary: 'Run a command and tell what the kernel does for it, call by call',
		load: () => import('./commands/watch.ts'),
	},
	why: {summary: 'Tell the true cause of a failure, with its evidence', load: () => import('./commands/why.ts')},
	attach: {summary: 'Attach this terminal to a container that runs', load: () => import('./commands/attach.ts')},
	ps: {summary: 'List containers', load: () => import('./commands/ps.ts')},
	logs: {summary: 'Show what a container wrote', load: () => import('./commands/logs.ts')},
	inspect: {summary: 'Show all that is known of containers', load: () => import('./commands/inspect.ts')},
	stop: {summary: 'Ask containers to end, then end them', load: () => import('./commands/stop.ts')},
	kill: {summary: 'Send a signal to containers', load: () => import('./commands/kill.ts')},
	wait: {summary: 'Wait for containers to end and print their exit codes', load: () => import('./commands/wait.ts')},
	pause: {summary: 'Hold all processes of containers still', load: () => import('./commands/pause.ts')},
	unpause: {summary: 'Let the processes of containers go on', load: () => import('./commands/unpause.ts')},
	rm: {summary: 'Remove containers', load: () => import('./commands/rm.ts')},
	map: {summary: 'Show the kernel’s objects, host and container side by side', load: () => import('./commands/map.ts')},
	compare: {
		summary: 'Set a container beside the same one by docker, podman or runc',
		load: () => import('./commands/compare.ts'),
	},
	stats: {summary: 'Show what containers use', load: () => import('./commands/stats.ts')},
	top: {summary: 'Show the processes of a container', load: () => import('./commands/top.ts')},
};
