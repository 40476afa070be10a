import {test} from 'node:test';
import {assertCause, causeInChild} from '../testing.ts';

test('mmap: more than RLIMIT_AS allows', async () => {
	const body = `
		const kib = /VmSize:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1];
		// What it still has to do needs some room.
		const most = BigInt(kib) * 1024n + (256n << 20n);
		setResourceLimit(0, 'RLIMIT_AS', {soft: most, hard: most});
		call('mmap', [null, 1 << 30, 3, 0x22, -1, 0], {returns: 'long'});`;
	assertCause(await causeInChild(body), 'address-space-limit', /Max address space +\d+ /, /VmSize: \d+ kB/);
});
