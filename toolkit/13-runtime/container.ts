/**
 * What a container is made from: its specification, and what the specification leaves to the engine. Plain data, so that
 * it can be saved, sent to the init inside, and found again by whoever has to clean up.
 * @module
 */
import type {BridgeAttachment} from '#bridge';
import type {Union} from '#layers';
import type {Spec} from '#runtime/spec';

/** What it takes to make a container. */
export interface Container {
	/** 64 hexadecimal digits. */
	readonly id: string;
	readonly spec: Spec;
	/** Layers that are united to its root file system. Without them `spec.root.path` is used as it is. */
	readonly union?: Union;
	/** Its place on a bridge. Without one its network namespace stays alone. */
	readonly bridge?: Omit<BridgeAttachment, 'networkNamespace'>;
	/** `spec.linux.seccomp` compiled beforehand, in base64. Without it that is done inside, while everybody waits. */
	readonly filter?: string | undefined;
	/** Whether a small init runs as PID 1, above the user's program. */
	readonly init?: boolean;
}
