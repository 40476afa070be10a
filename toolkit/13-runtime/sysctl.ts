/**
 * Kernel parameters of a container: those that the kernel keeps for each namespace, and no others.
 *
 * Source: runtime-spec config-linux.md "Sysctl"; namespaces(7).
 * @module
 */
import {writeKernelFile} from '#kernel/file';
import type {Step} from '#kernel/plan';
import {hasOwn, type NamespaceType, type Spec} from '#runtime/spec';

const ofIpc = new Set([
	'kernel.msgmax',
	'kernel.msgmnb',
	'kernel.msgmni',
	'kernel.sem',
	'kernel.shmall',
	'kernel.shmmax',
	'kernel.shmmni',
	'kernel.shm_rmid_forced',
]);

/**
 * The step that sets the container's kernel parameters.
 *
 * @throws one line for a parameter that would change the whole machine.
 */
export function sysctlSteps(spec: Spec): readonly Step[] {
	const parameters = Object.entries(spec.linux?.sysctl ?? {});
	if (parameters.length === 0) return [];
	for (const [name] of parameters) requireOwn(spec, name);
	return [
		{
			module: 'runtime',
			title: `set ${parameters.map(([name, value]) => `${name}=${value}`).join(', ')}`,
			why: 'some of the kernel’s parameters are kept for each namespace, and programs need their own values',
			run: () => {
				for (const [name, value] of parameters) writeKernelFile(`/proc/sys/${name.replaceAll('.', '/')}`, value);
			},
		},
	];
}

/** A slash or an empty part would walk out of /proc/sys. */
const wellFormed = /^[a-z0-9_-]+(\.[a-zA-Z0-9_:-]+)+$/;

function requireOwn(spec: Spec, name: string): void {
	if (!wellFormed.test(name)) throw new Error(`'${name}' is no kernel parameter: write it as net.ipv4.ip_forward`);
	const type = namespaceTypeOf(name);
	if (type === undefined)
		throw new Error(`sysctl '${name}' is not kept for each namespace: setting it would change the whole machine`);
	if (!hasOwn(spec, type))
		throw new Error(`sysctl '${name}' can't be set: the container shares the host's ${type} namespace`);
}

function namespaceTypeOf(name: string): NamespaceType | undefined {
	if (name.startsWith('net.')) return 'network';
	if (name.startsWith('fs.mqueue.') || ofIpc.has(name)) return 'ipc';
	if (name === 'kernel.hostname' || name === 'kernel.domainname') return 'uts';
	return undefined;
}
