/**
 * From an image to a template, by what this host has.
 * @module
 */
import {chooseAccelerator, distrust} from './accelerator.ts';
import {type Hardware, type MachineImage, usualHardware} from './blueprint.ts';
import {findQemu} from './find-qemu.ts';
import {ensureTemplate, type Template, type TemplateOptions} from './template.ts';

/**
 * The template for an image on this host; the machine is booted and saved if there is none.
 *
 * @throws {Error} one line: QEMU is missing or too old, there is no room, or the guest doesn't come up.
 */
export async function prepareTemplate(
	image: MachineImage,
	options: TemplateOptions,
	hardware: Hardware = usualHardware,
): Promise<Template> {
	const qemu = findQemu();
	const accelerator = await chooseAccelerator(qemu);
	if (accelerator === 'tcg') return ensureTemplate({qemu, accelerator, image, hardware}, options);
	try {
		const bootMilliseconds = options.bootMilliseconds ?? acceleratedBootMilliseconds;
		return await ensureTemplate({qemu, accelerator, image, hardware}, {...options, bootMilliseconds});
	} catch (error) {
		if (options.signal?.aborted) throw error;
		// Ours came up with it, and a kernel doesn't: hardware that is worse than none.
		const template = await ensureTemplate({qemu, accelerator: 'tcg', image, hardware}, options);
		await distrust(
			qemu,
			accelerator,
			`a probe guest comes up with it, and a kernel does not: ${(error as Error).message}`,
		);
		return template;
	}
}

/** With hardware's help a boot takes a second or two. */
const acceleratedBootMilliseconds = 30_000;
