import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {command, type Runner, runOnce} from './measure.ts';

/** `runc run` on its own, without layers, bridge or daemon: what is left of docker if one takes docker away. */
export function bareRunc(folder: string, rootfs: string): Runner | undefined {
	if (spawnSync('runc', ['--version']).status !== 0) return undefined;
	mkdirSync(folder);
	runOnce(['runc', 'spec'], {cwd: folder});
	const path = join(folder, 'config.json');
	const spec = JSON.parse(readFileSync(path, 'utf8')) as {process: object; root: object};
	Object.assign(spec.process, {terminal: false, args: ['true']});
	Object.assign(spec.root, {path: rootfs});
	writeFileSync(path, JSON.stringify(spec));
	const name = `drydock-bench-${process.pid}`;
	return command('runc run, bare', ['runc', '--root', join(folder, 'state'), 'run', '--bundle', folder, name]);
}
