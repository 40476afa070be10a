/**
 * From nothing to a machine that can be continued: the image is built, the accelerator tried, the template booted. Each is
 * kept, so that the next time none of it is done.
 *
 *     image ──▶ blueprint ──▶ template
 *     20 s      a probe       one boot, 7 s      later: nothing, 10 ms
 *
 * @module
 */
import {buildImage, imageCacheDirectory, type Progress} from '../image/image.ts';
import {type Hardware, usualHardware} from '../machine/blueprint.ts';
import {findQemu} from '../machine/find-qemu.ts';
import {prepareTemplate} from '../machine/prepare.ts';
import type {Template, TemplatePhase} from '../machine/template.ts';
import {bootMilliseconds, greet} from './guest.ts';
import {markUsed, prune} from './prune.ts';

/** What to tell while it is done. */
export interface PreparationOptions {
	readonly hardware?: Partial<Hardware>;
	/** Builds the image anew. */
	readonly rebuild?: boolean;
	readonly onImage?: (progress: Progress) => void;
	readonly onTemplate?: (phase: TemplatePhase) => void;
	/** What was made before and is needed no more has been removed: how many bytes are free again. */
	readonly onPruned?: (bytes: number) => void;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Makes what is missing, and returns the template.
 *
 * @throws {Error} one line: what is missing here and what to do, or what failed.
 */
export async function prepare(options: PreparationOptions = {}): Promise<Template> {
	const {hardware = {}, rebuild = false, onImage, onTemplate, onPruned, signal} = options;
	// Asked first: without it there is no use for an image.
	findQemu();
	const image = await buildImage({
		cacheDirectory: imageCacheDirectory(),
		rebuild,
		...(onImage === undefined ? {} : {onProgress: onImage}),
		...(signal === undefined ? {} : {signal}),
	});
	let isNew = false;
	const template = await prepareTemplate(
		image,
		{
			warm: async machine => {
				const guest = await greet(machine, {timeoutMilliseconds: bootMilliseconds});
				await guest.agent.warm();
				guest.agent.close();
			},
			onPhase: phase => {
				isNew ||= phase === 'boot';
				onTemplate?.(phase);
			},
			...(signal === undefined ? {} : {signal}),
		},
		{...usualHardware, ...hardware},
	);
	markUsed(template);
	if (isNew) {
		const freed = prune();
		onPruned?.(freed);
	}
	return template;
}
