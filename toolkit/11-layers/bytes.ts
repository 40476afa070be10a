/**
 * Taking bytes in the portions that a format wants from a stream that comes in others.
 * @module
 */

/** Reads from an async iterable of chunks; holds one chunk at a time. */
export class ByteSource {
	readonly #chunks: AsyncIterator<Uint8Array>;
	#rest: Uint8Array = new Uint8Array();

	constructor(chunks: AsyncIterable<Uint8Array>) {
		this.#chunks = chunks[Symbol.asyncIterator]();
	}

	/**
	 * The next `count` bytes.
	 *
	 * @throws {Error} if the stream ends before.
	 */
	async take(count: number): Promise<Buffer> {
		const parts: Uint8Array[] = [];
		for await (const part of this.content(count)) parts.push(part);
		return Buffer.concat(parts);
	}

	/** Like `take`, but undefined if the stream has ended. */
	async takeOrEnd(count: number): Promise<Buffer | undefined> {
		return (await this.#fill()) ? this.take(count) : undefined;
	}

	/** Passes over bytes. */
	async skip(count: number): Promise<void> {
		for await (const _ of this.content(count));
	}

	/** The next `count` bytes as they come, without being held. It goes on where it was left if it is iterated again. */
	content(count: number): AsyncIterable<Uint8Array> {
		let left = count;
		const next = async (): Promise<IteratorResult<Uint8Array>> => {
			if (left === 0) return {done: true, value: undefined};
			if (!(await this.#fill())) throw new Error(`the stream ended with ${left} bytes missing`);
			const part = this.#rest.subarray(0, left);
			this.#rest = this.#rest.subarray(part.length);
			left -= part.length;
			return {done: false, value: part};
		};
		return {[Symbol.asyncIterator]: () => ({next})};
	}

	async #fill(): Promise<boolean> {
		while (this.#rest.length === 0) {
			const {done, value} = await this.#chunks.next();
			if (done) return false;
			this.#rest = value;
		}
		return true;
	}
}
