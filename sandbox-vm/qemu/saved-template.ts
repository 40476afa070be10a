/**
 * The template that a saved state goes on from: the one that it was taken on, also if machines are built otherwise now.
 *
 * A state holds only what differs from its template, and the template knows its hardware, its image and its QEMU. As long as
 * there is a state, both are kept (prune.ts).
 * @module
 */
import {existsSync} from 'node:fs';
import {judgeAccelerators} from '../machine/accelerator.ts';
import {blueprintKey} from '../machine/blueprint.ts';
import {findQemu} from '../machine/find-qemu.ts';
import type {Snapshot} from '../machine/history.ts';
import {readTemplate, type Template} from '../machine/template.ts';
import {markUsed} from './prune.ts';

/**
 * Finds the template of a saved state. Asked before the machine that runs is given up for that state.
 *
 * @throws {Error} one line: why the state can't be gone back to any more.
 */
export async function templateOf({name, template: key}: Snapshot): Promise<Template> {
	const lost = (because: string): Error => new Error(`the snapshot ${name} can’t be restored any more: ${because}`);
	const qemu = findQemu();
	const template = readTemplate(key);
	if (template === undefined || !existsSync(template.blueprint.image.rootfs))
		throw lost('the template or the image that it is based on has been removed');
	const blueprint = {...template.blueprint, qemu};
	if (blueprintKey(blueprint) !== key)
		throw lost(`it was taken with QEMU ${template.blueprint.qemu.version}, and this is ${qemu.version}`);
	const verdicts = await judgeAccelerators(qemu);
	if (!verdicts.some(({accelerator, works}) => works && accelerator === blueprint.accelerator))
		throw lost(`it was taken with ${blueprint.accelerator}, which doesn’t work here now`);
	markUsed(template);
	return {...template, blueprint};
}
