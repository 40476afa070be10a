/** A folder of this machine that a sandbox shows. @module */

export interface Share {
	readonly directory: string;
	readonly at: string;
	readonly writable: boolean;
}
