import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {type Docker, ownDocker, runningDocker} from './docker.ts';
import {command, race, runOnce} from './measure.ts';
import {fillRootfs} from './rootfs.ts';
import {bareRunc} from './runc.ts';

interface Options {
	readonly drydock: string;
	/** A folder that is removed afterwards. */
	readonly folder: string;
	readonly rounds: number;
	/** Whether to start a docker daemon if none runs. */
	readonly startDaemon: boolean;
}

/** Starts containers and programs in them: with drydock, with docker, and with runc alone; all from the same files. */
export async function compareContainers({drydock, folder, rounds, startDaemon}: Options): Promise<void> {
	const name = `drydock-bench-${process.pid}`;
	const rootfs = join(folder, 'rootfs');
	mkdirSync(rootfs);
	fillRootfs(rootfs);
	await using ends = new AsyncDisposableStack();
	const runc = bareRunc(join(folder, 'runc'), rootfs);
	const docker = await findDocker(join(folder, 'docker'), startDaemon, ends);
	const argv = 'argv' in docker ? docker.argv : undefined;
	// What is promised is promised of docker.
	const atMost = (share: number) => (argv === undefined ? {} : {atMost: share});

	if (argv !== undefined) {
		runOnce(['tar', '--create', '--file', `${rootfs}.tar`, '--directory', rootfs, '.']);
		runOnce([...argv, 'import', `${rootfs}.tar`, name]);
		ends.defer(() => void runOnce([...argv, 'rmi', '--force', name]));
	}
	await race('one container, from nothing to its end', rounds, [
		...(argv === undefined ? [] : [command('docker run --rm IMAGE true', [...argv, 'run', '--rm', name, 'true'])]),
		...floor,
		command('unshare … chroot ROOTFS true', [...bareNamespaces, 'chroot', rootfs, 'true']),
		{...command('drydock run --rm host true', [drydock, 'run', '--rm', 'host', 'true']), ...atMost(0.5)},
		{...command('drydock run --rm ROOTFS true', [drydock, 'run', '--rm', rootfs, 'true']), ...atMost(0.5)},
		...(runc === undefined ? [] : [runc]),
	]);

	runOnce([drydock, 'run', '--detach', '--name', name, rootfs, 'sleep', '600']);
	ends.defer(() => void runOnce([drydock, 'rm', '--force', name]));
	if (argv !== undefined) {
		runOnce([...argv, 'run', '--detach', '--name', name, name, 'sleep', '600']);
		ends.defer(() => void runOnce([...argv, 'rm', '--force', name]));
	}
	await race('one program in a container that runs', rounds, [
		...(argv === undefined ? [] : [command('docker exec NAME true', [...argv, 'exec', name, 'true'])]),
		...floor,
		{...command('drydock exec NAME true', [drydock, 'exec', name, 'true']), ...atMost(0.9)},
	]);

	if ('missing' in docker) console.log(`\n${docker.missing}`);
	if (runc === undefined) console.log('\nrunc is not installed (Debian: runc)');
}

/** What no command of ours can do without; and namespaces with nothing done in them. */
const floor = [command('node -e 0', [process.execPath, '-e', '0'])];
const bareNamespaces = ['unshare', '--fork', '--pid', '--mount', '--uts', '--ipc', '--net', '--cgroup'];

async function findDocker(folder: string, startDaemon: boolean, ends: AsyncDisposableStack): Promise<Docker> {
	const running = runningDocker();
	if ('argv' in running || !startDaemon || !running.installed) return running;
	mkdirSync(folder);
	const own = await ownDocker(folder);
	ends.defer(own.stop);
	return own;
}
