/** What is started by its path: name in dist/ → source. All but the first are started by the engine itself, the agent in a guest. */
export const programs = {
	drydock: 'toolkit/cli/main.ts',
	init: 'toolkit/13-runtime/init.ts',
	watcher: 'toolkit/17-engine/watcher.ts',
	agent: 'sandbox-vm/agent/guest.ts',
} as const;
