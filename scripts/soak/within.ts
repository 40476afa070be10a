/** Waits for something, and not for ever. @throws {Error} one line, if it takes longer. */
export async function within<T>(seconds: number, what: string, coming: Promise<T>): Promise<T> {
	const late = Promise.withResolvers<never>();
	const timer = setTimeout(() => late.reject(new Error(`${what} took more than ${seconds} s`)), seconds * 1000);
	try {
		return await Promise.race([coming, late.promise]);
	} finally {
		clearTimeout(timer);
	}
}
