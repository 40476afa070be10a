/** What is started by its path: name in dist/ → source. The last two are started by the engine itself. */
export const programs = {
	drydock: 'toolkit/cli/main.ts',
	init: 'toolkit/13-runtime/init.ts',
	watcher: 'toolkit/17-engine/watcher.ts',
} as const;
